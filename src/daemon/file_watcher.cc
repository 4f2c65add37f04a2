// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/file_watcher.h"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/burst.h"
#include "daemon/watch_set.h"

namespace pinwarden {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookInterval{2000};

// Differs when the file, its owner or its mode does. Never its contents: they
// cannot change without a new time of change.
std::string Look(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::StrCat("error ", errno);
  return absl::StrCat(info.st_dev, " ", info.st_ino, " ", info.st_size, " ",
                      info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec, " ",
                      info.st_ctim.tv_sec, ".", info.st_ctim.tv_nsec);
}

// For poll(): until `when`, rounded up so that it does not spin.
int MillisecondsUntil(Clock::time_point when) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

}  // namespace

FileWatcher::FileWatcher(std::string path, std::function<void()> changed)
    : path_(std::move(path)),
      changed_(std::move(changed)),
      seen_(Look(path_)) {}

absl::Status FileWatcher::Run(const StopEvent& stop) {
  WatchSet watches;
  Burst burst;
  bool complete = false;
  bool look = true;  // at the path itself, whatever events there are
  while (true) {
    if (look) {
      complete = watches.Follow(path_);
      if (Look(path_) != seen_) burst.Add(Clock::now());
    }
    int timeout = -1;
    if (!complete) timeout = static_cast<int>(kLookInterval.count());
    if (const auto due = burst.Due()) timeout = MillisecondsUntil(*due);
    pollfd ready[] = {{stop.fd(), POLLIN, 0}, {watches.fd(), POLLIN, 0}};
    const int n = poll(ready, 2, timeout);
    if (n < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "poll");
    if (n > 0 && ready[0].revents != 0) return absl::OkStatus();
    look = n == 0 && !complete && !burst.Due().has_value();
    if (n > 0 && ready[1].revents != 0 && watches.Drain()) {
      burst.Add(Clock::now());
      complete = watches.Follow(path_);
    }
    const auto due = burst.Due();
    if (!due.has_value() || Clock::now() < *due) continue;
    burst.Clear();
    // Before it is read, so that nothing falls between.
    complete = watches.Follow(path_);
    seen_ = Look(path_);
    changed_();
  }
}

}  // namespace pinwarden
