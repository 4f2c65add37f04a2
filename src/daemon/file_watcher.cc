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
#include "pinwarden/policy_files.h"

namespace pinwarden {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookInterval{2000};

// Differs when the file, its owner or its mode does. Never its contents: they
// cannot change without a new time of change. Of a directory, what is in it does
// not count.
std::string LookAt(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return absl::StrCat("error ", errno);
  const std::string which = absl::StrCat(info.st_dev, " ", info.st_ino, " ");
  if (S_ISDIR(info.st_mode)) {
    return absl::StrCat(which, info.st_mode, " ", info.st_uid);
  }
  return absl::StrCat(which, info.st_size, " ", info.st_mtim.tv_sec, ".",
                      info.st_mtim.tv_nsec, " ", info.st_ctim.tv_sec, ".",
                      info.st_ctim.tv_nsec);
}

// The same of all that a pattern matches.
void LookAtPattern(const std::string& path, std::string* looks) {
  const auto pattern = IncludePattern::Parse(BaseName(path));
  if (!pattern.ok() || pattern->literal()) {
    absl::StrAppend(looks, "\n", LookAt(path));
    return;
  }
  const std::string directory(DirectoryPrefix(path));
  auto names = LocalPolicyFiles(FileTrust::kAnyone).list(directory);
  absl::StrAppend(looks, "\n", LookAt(directory));
  if (!names.ok()) return;
  std::sort(names->begin(), names->end());
  size_t files = 0;
  for (const std::string& name : *names) {
    if (!pattern->MatchesName(name) || ++files > kMaxIncludedFiles) continue;
    absl::StrAppend(looks, "\n", name, " ", LookAt(directory + name));
  }
}

// For poll(): until `when`, rounded up so that it does not spin.
int MillisecondsUntil(Clock::time_point when) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now());
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

}  // namespace

FileWatcher::FileWatcher(std::string path, std::function<void()> changed,
                         Others others)
    : path_(std::move(path)),
      changed_(std::move(changed)),
      others_(std::move(others)) {
  if (others_) patterns_ = others_();
  seen_ = Look();
}

std::string FileWatcher::Look() const {
  std::string looks = LookAt(path_);
  for (const std::string& pattern : patterns_) LookAtPattern(pattern, &looks);
  return looks;
}

bool FileWatcher::Follow(WatchSet* watches) {
  // The path first: what it says is then as new as what it is watched from.
  const bool complete = watches->Follow(path_, patterns_);
  if (!others_) return complete;
  std::vector<std::string> patterns = others_();
  if (patterns == patterns_) return complete;
  patterns_ = std::move(patterns);
  return watches->Follow(path_, patterns_);
}

absl::Status FileWatcher::Run(const StopEvent& stop) {
  WatchSet watches;
  Burst burst;
  bool complete = false;
  bool look = true;  // at the path itself, whatever events there are
  while (true) {
    if (look) {
      complete = Follow(&watches);
      if (Look() != seen_) burst.Add(Clock::now());
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
      complete = Follow(&watches);
    }
    const auto due = burst.Due();
    if (!due.has_value() || Clock::now() < *due) continue;
    burst.Clear();
    // Before it is read, so that nothing falls between.
    complete = Follow(&watches);
    seen_ = Look();
    changed_();
  }
}

}  // namespace pinwarden
