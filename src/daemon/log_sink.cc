// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/log_sink.h"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pinwarden {
namespace {

using Clock = std::chrono::steady_clock;

// How soon Abandon() is noticed.
constexpr int kPollMs = 50;

bool IsSocket(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);
}

std::chrono::milliseconds Until(Clock::time_point deadline) {
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
}

}  // namespace

LogSink::LogSink(int fd) : fd_(fd), is_socket_(IsSocket(fd)) {}

void LogSink::log(const spdlog::details::log_msg& msg) {
  if (!WriteLine({msg.payload.data(), msg.payload.size()})) ++lost_;
  {
    MutexLock lock(mu_);
    ++lines_;
  }
  changed_.SignalAll();
}

void LogSink::flush() {
  {
    MutexLock lock(mu_);
    flushed_ = true;
  }
  changed_.SignalAll();
}

bool LogSink::AwaitRoom() {
  while (true) {
    pollfd room = {fd_, POLLOUT, 0};
    const int n = poll(&room, 1, abandoned_ ? 0 : kPollMs);
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return false;
    if (abandoned_) return false;
  }
}

bool LogSink::WriteLine(absl::string_view line) {
  while (!line.empty()) {
    if (!AwaitRoom()) return false;
    // A pipe that poll() finds writable takes PIPE_BUF bytes without blocking;
    // its mode is not ours to change, as others may write to it too.
    const size_t size = std::min<size_t>(line.size(), PIPE_BUF);
    const ssize_t n =
        is_socket_ ? send(fd_, line.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                   : write(fd_, line.data(), size);
    if (n >= 0) {
      line.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

void LogSink::AwaitProgress(std::chrono::milliseconds patience) {
  const Clock::time_point deadline = Clock::now() + patience;
  MutexLock lock(mu_);
  const uint64_t before = lines_;
  if (before == stuck_at_) return;
  while (lines_ == before) {
    if (!changed_.WaitFor(mu_, Until(deadline)) && Clock::now() >= deadline) {
      stuck_at_ = before;
      return;
    }
  }
}

bool LogSink::AwaitFlush(std::chrono::milliseconds patience) {
  const Clock::time_point deadline = Clock::now() + patience;
  MutexLock lock(mu_);
  while (!flushed_) {
    if (!changed_.WaitFor(mu_, Until(deadline)) && Clock::now() >= deadline) {
      return flushed_;
    }
  }
  return true;
}

}  // namespace pinwarden
