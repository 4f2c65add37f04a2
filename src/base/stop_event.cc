// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/stop_event.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace pinwarden {

StopEvent::StopEvent() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_.valid()) {
    // Without it nothing could be stopped; only a process out of descriptors
    // gets here, at its start.
    std::perror("pinwarden: eventfd");
    std::abort();
  }
}

void StopEvent::Set() {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then it is set already.
  [[maybe_unused]] const ssize_t n = write(fd_.get(), &one, sizeof(one));
}

bool StopEvent::IsSet() const { return WaitFor(absl::ZeroDuration()); }

bool StopEvent::WaitFor(absl::Duration timeout) const {
  // Not the wall clock, which may be set back in the meantime.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  while (true) {
    const absl::Duration waited = absl::FromChrono(Clock::now() - begin);
    const absl::Duration left =
        std::max(timeout - waited, absl::ZeroDuration());
    const int64_t ms = absl::ToInt64Milliseconds(
        absl::Ceil(std::min(left, absl::Hours(1)), absl::Milliseconds(1)));
    pollfd ready = {fd_.get(), POLLIN, 0};
    const int n = poll(&ready, 1, static_cast<int>(ms));
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return false;
    if (left == absl::ZeroDuration()) return false;
  }
}

}  // namespace pinwarden
