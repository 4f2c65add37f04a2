// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/socket_io.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

// Not the wall clock, which can be set.
using Clock = std::chrono::steady_clock;

absl::Status Broken(absl::string_view what, int error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(error)));
}

// For poll(): rounded up, so that it does not return just before `deadline`.
int MillisecondsUntil(Clock::time_point deadline) {
  using std::chrono::milliseconds;
  const int64_t left =
      std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, INT32_MAX));
}

}  // namespace

absl::Status WaitFor(int fd, SocketEvent event, const StopEvent* stop,
                     absl::Duration timeout) {
  const bool forever = timeout > absl::Hours(24);  // a deadline could overflow
  const Clock::time_point deadline =
      forever ? Clock::time_point()
              : Clock::now() + absl::ToChronoNanoseconds(timeout);
  const auto events =
      static_cast<short>(event == SocketEvent::kReadable ? POLLIN : POLLOUT);
  while (true) {
    // poll() passes over negative descriptors.
    pollfd fds[] = {{fd, events, 0},
                    {stop == nullptr ? -1 : stop->fd(), POLLIN, 0}};
    const int n = poll(fds, 2, forever ? -1 : MillisecondsUntil(deadline));
    if (n > 0 && fds[1].revents != 0) return absl::CancelledError("stopped");
    if (n > 0) return absl::OkStatus();
    if (n == 0) {
      return absl::DeadlineExceededError(absl::StrCat(
          "the peer took no bytes for ", absl::FormatDuration(timeout)));
    }
    if (errno != EINTR) return Broken("poll", errno);
  }
}

absl::StatusOr<size_t> ReadSome(int fd, absl::Span<char> buffer) {
  while (true) {
    const ssize_t n = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) return static_cast<size_t>(n);
    if (n == 0) return absl::UnavailableError("the peer closed the connection");
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) return Broken("cannot read from the peer", errno);
  }
}

absl::Status WriteAll(int fd, absl::string_view bytes, const StopEvent* stop,
                      absl::Duration max_stall) {
  while (!bytes.empty()) {
    const ssize_t n =
        send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      PW_RETURN_IF_ERROR(WaitFor(fd, SocketEvent::kWritable, stop, max_stall));
    } else if (errno != EINTR) {
      return Broken("cannot write to the peer", errno);
    }
  }
  return absl::OkStatus();
}

}  // namespace pinwarden
