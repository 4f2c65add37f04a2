// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/watch_set.h"

#include <limits.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pinwarden/policy_files.h"

namespace pinwarden {
namespace {

constexpr int kMaxSymlinks = 40;  // as the kernel follows

constexpr uint32_t kDirectoryEvents =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE |
    IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// Besides those of its directory: a file can be changed through another name.
constexpr uint32_t kFileEvents =
    IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

// How much one Drain() takes, so that a flood does not keep it for ever.
constexpr int kMaxReads = 64;

// Pushes the components of `path` so that the first is at the back.
void PushComponents(absl::string_view path, std::vector<std::string>* rest) {
  std::vector<std::string> parts = absl::StrSplit(path, '/', absl::SkipEmpty());
  rest->insert(rest->end(), parts.rbegin(), parts.rend());
}

std::string Join(absl::string_view directory, absl::string_view name) {
  return absl::StrCat(directory, directory == "/" ? "" : "/", name);
}

// Of a path without symlinks.
std::string Parent(const std::string& directory) {
  const size_t slash = directory.rfind('/');
  return slash == 0 ? "/" : directory.substr(0, slash);
}

// Nothing there (yet): its coming is seen in the directory above it.
bool IsAbsence(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace

WatchSet::WatchSet() : fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

WatchSet::Wanted* WatchSet::Watch(const std::string& path, uint32_t events,
                                  Watches* watches) {
  const int watch = inotify_add_watch(fd_.get(), path.c_str(), events);
  if (watch >= 0) return &(*watches)[watch];
  complete_ = complete_ && IsAbsence(errno);
  return nullptr;
}

std::string WatchSet::Walk(std::string directory, std::vector<std::string> rest,
                           Watches* watches) {
  int symlinks = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      directory = Parent(directory);
      continue;
    }
    Wanted* const wanted = Watch(directory, kDirectoryEvents, watches);
    if (wanted != nullptr) wanted->names.insert(name);
    std::string here = Join(directory, name);
    struct stat info;
    if (lstat(here.c_str(), &info) != 0) {
      complete_ = complete_ && IsAbsence(errno);
      return "";
    }
    if (S_ISLNK(info.st_mode)) {
      char target[PATH_MAX];
      const ssize_t size = readlink(here.c_str(), target, sizeof(target));
      if (size < 0) {
        complete_ = complete_ && (IsAbsence(errno) || errno == EINVAL);
        return "";
      }
      // A loop leads nowhere until one of its links changes.
      if (++symlinks > kMaxSymlinks) return "";
      const absl::string_view to(target, static_cast<size_t>(size));
      if (absl::StartsWith(to, "/")) directory = "/";
      PushComponents(to, &rest);
    } else {
      directory = std::move(here);
    }
  }
  return directory;
}

void WatchSet::FollowFile(std::string directory, std::vector<std::string> rest,
                          Watches* watches) {
  const std::string file = Walk(std::move(directory), std::move(rest), watches);
  // A directory has a watch by now, if it is one that counts, and this would
  // take its events away.
  struct stat info;
  if (file.empty() || lstat(file.c_str(), &info) != 0) return;
  if (!S_ISDIR(info.st_mode)) Watch(file, kFileEvents, watches);
}

void WatchSet::FollowPattern(const std::string& path, Watches* watches) {
  const absl::string_view name = BaseName(path);
  const auto pattern = IncludePattern::Parse(name);
  std::vector<std::string> rest;
  if (!pattern.ok() || pattern->literal()) {
    PushComponents(path, &rest);
    return FollowFile("/", std::move(rest), watches);
  }
  PushComponents(DirectoryPrefix(path), &rest);
  const std::string directory = Walk("/", std::move(rest), watches);
  if (directory.empty()) return;
  Wanted* const wanted = Watch(directory, kDirectoryEvents, watches);
  if (wanted != nullptr) wanted->patterns.push_back(*pattern);
  const auto names = LocalPolicyFiles(FileTrust::kAnyone).list(directory);
  if (!names.ok()) return;
  size_t files = 0;
  for (const std::string& entry : *names) {
    // Of too many files none is read, and the directory tells when they change.
    if (!pattern->MatchesName(entry) || ++files > kMaxIncludedFiles) continue;
    FollowFile(directory, {entry}, watches);
  }
}

bool WatchSet::Follow(const std::string& path,
                      const std::vector<std::string>& patterns) {
  if (!fd_.valid()) return false;
  complete_ = true;
  Watches watches;
  std::vector<std::string> rest;
  PushComponents(path, &rest);
  FollowFile("/", std::move(rest), &watches);
  for (const std::string& pattern : patterns) FollowPattern(pattern, &watches);
  for (const auto& [watch, unused] : watches_) {
    // It may be gone already, with its directory.
    if (!watches.contains(watch)) inotify_rm_watch(fd_.get(), watch);
  }
  watches_ = std::move(watches);
  return complete_;
}

bool WatchSet::Concerns(int watch, absl::string_view name) const {
  const auto found = watches_.find(watch);
  if (found == watches_.end()) return false;  // no longer watched
  const Wanted& wanted = found->second;
  return name.empty() || wanted.names.contains(std::string(name)) ||
         std::any_of(wanted.patterns.begin(), wanted.patterns.end(),
                     [name](const IncludePattern& pattern) {
                       return pattern.MatchesName(name);
                     });
}

bool WatchSet::Drain() {
  bool concerned = false;
  alignas(inotify_event) char buffer[16 << 10];
  for (int i = 0; i < kMaxReads && fd_.valid(); ++i) {
    const ssize_t size = read(fd_.get(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    const char* const end = buffer + size;
    for (const char* at = buffer; at < end;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof(event));
      at += sizeof(event);
      // The name is padded with NUL bytes.
      const absl::string_view name(at, strnlen(at, event.len));
      at += event.len;
      concerned |=
          (event.mask & IN_Q_OVERFLOW) != 0 || Concerns(event.wd, name);
    }
  }
  return concerned;
}

}  // namespace pinwarden
