// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/process_handle.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "absl/strings/str_cat.h"

namespace pinwarden {

// glibc 2.36 declares its own names for these without extern "C".

absl::StatusOr<ProcessHandle> ProcessHandle::Open(pid_t pid) {
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!fd.valid()) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot watch process ", pid));
  }
  return ProcessHandle(std::move(fd));
}

bool ProcessHandle::HasEnded(absl::Duration limit) const {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  if (!valid()) return true;
  const Clock::time_point deadline =
      Clock::now() + absl::ToChronoMilliseconds(limit);
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    pollfd ended = {fd_.get(), POLLIN, 0};
    const int n =
        poll(&ended, 1, static_cast<int>(std::max<int64_t>(0, left.count())));
    if (n >= 0 || errno != EINTR) return n > 0;
  }
}

bool ProcessHandle::Signal(int signal) const {
  return valid() &&
         syscall(SYS_pidfd_send_signal, fd_.get(), signal, nullptr, 0) == 0;
}

}  // namespace pinwarden
