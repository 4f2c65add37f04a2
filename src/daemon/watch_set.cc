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

bool WatchSet::WatchEntry(const std::string& directory, const std::string& name,
                          Names* names) {
  const int watch =
      inotify_add_watch(fd_.get(), directory.c_str(), kDirectoryEvents);
  if (watch < 0) return IsAbsence(errno);
  (*names)[watch].insert(name);
  return true;
}

bool WatchSet::WatchFile(const std::string& file, Names* names) {
  const int watch = inotify_add_watch(fd_.get(), file.c_str(), kFileEvents);
  if (watch < 0) return IsAbsence(errno);
  names->try_emplace(watch);
  return true;
}

bool WatchSet::Walk(const std::string& path, Names* names) {
  std::vector<std::string> rest;
  PushComponents(path, &rest);
  std::string directory = "/";
  bool complete = true;
  int symlinks = 0;
  while (!rest.empty()) {
    const std::string name = std::move(rest.back());
    rest.pop_back();
    if (name == ".") continue;
    if (name == "..") {
      directory = Parent(directory);
      continue;
    }
    complete &= WatchEntry(directory, name, names);
    const std::string here = Join(directory, name);
    struct stat info;
    if (lstat(here.c_str(), &info) != 0) return complete && IsAbsence(errno);
    if (S_ISLNK(info.st_mode)) {
      char target[PATH_MAX];
      const ssize_t size = readlink(here.c_str(), target, sizeof(target));
      if (size < 0) return complete && (IsAbsence(errno) || errno == EINVAL);
      // A loop leads nowhere until one of its links changes.
      if (++symlinks > kMaxSymlinks) return complete;
      const absl::string_view to(target, static_cast<size_t>(size));
      if (absl::StartsWith(to, "/")) directory = "/";
      PushComponents(to, &rest);
    } else if (rest.empty()) {
      complete &= WatchFile(here, names);
    } else {
      directory = here;
    }
  }
  return complete;
}

bool WatchSet::Follow(const std::string& path) {
  if (!fd_.valid()) return false;
  Names names;
  const bool complete = Walk(path, &names);
  for (const auto& [watch, unused] : names_) {
    // It may be gone already, with its directory.
    if (!names.contains(watch)) inotify_rm_watch(fd_.get(), watch);
  }
  names_ = std::move(names);
  return complete;
}

bool WatchSet::Concerns(int watch, absl::string_view name) const {
  const auto found = names_.find(watch);
  if (found == names_.end()) return false;  // no longer watched
  return name.empty() || found->second.contains(std::string(name));
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
