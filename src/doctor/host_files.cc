// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/host_files.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

std::string Join(absl::string_view directory, absl::string_view name) {
  return absl::StrCat(directory, absl::EndsWith(directory, "/") ? "" : "/",
                      name);
}

}  // namespace

std::string DirectoryOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<size_t>(slash, 1)));
}

std::string CleanPath(absl::string_view path) {
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absl::StartsWith(path, "/")) {
      parts.push_back(part);
    }
  }
  const std::string joined = absl::StrJoin(parts, "/");
  if (absl::StartsWith(path, "/")) return "/" + joined;
  return joined.empty() ? "." : joined;
}

void HostFiles::Pretend(const std::string& path, std::string contents) {
  pretended_[path] = std::move(contents);
}

absl::StatusOr<std::string> HostFiles::Read(const std::string& path,
                                            size_t max_bytes) const {
  const auto pretended = pretended_.find(path);
  if (pretended != pretended_.end()) return pretended->second;
  if (absl::StrContains(path, '\0')) {
    return absl::InvalidArgumentError(Quote(path) + " has a NUL in it");
  }
  absl::StatusOr<std::string> text = ReadFile(Real(path), max_bytes);
  if (text.ok() || root_.empty()) return text;
  // As the host itself would call it.
  return absl::Status(
      text.status().code(),
      absl::StrReplaceAll(text.status().message(), {{root_, ""}}));
}

absl::StatusOr<std::vector<std::string>> HostFiles::List(
    const std::string& path) const {
  std::vector<std::string> names;
  const std::string below = Join(path, "");
  for (const auto& [file, contents] : pretended_) {
    if (!absl::StartsWith(file, below)) continue;
    const std::string rest = file.substr(below.size());
    names.push_back(rest.substr(0, rest.find('/')));
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(
      opendir(Real(path).c_str()), closedir);
  if (directory == nullptr && names.empty()) {
    return absl::ErrnoToStatus(errno, "cannot list " + Quote(path));
  }
  while (directory != nullptr) {
    const dirent* entry =
        readdir(directory.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) break;
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

absl::StatusOr<std::vector<std::string>> HostFiles::Glob(
    const std::string& pattern) const {
  std::vector<std::string> found = {"/"};
  for (absl::string_view part :
       absl::StrSplit(pattern, '/', absl::SkipEmpty())) {
    const std::string wanted(part);
    std::vector<std::string> next;
    for (const std::string& directory : found) {
      const auto names = List(directory);
      if (!names.ok()) continue;
      for (const std::string& name : *names) {
        if (fnmatch(wanted.c_str(), name.c_str(), 0) != 0) continue;
        next.push_back(Join(directory, name));
      }
    }
    if (next.size() > kMaxMatches) {
      return absl::ResourceExhaustedError(absl::StrCat(
          Quote(pattern), " matches over ", kMaxMatches, " files"));
    }
    found = std::move(next);
  }
  return found;
}

FileFacts HostFiles::Stat(const std::string& path) const {
  FileFacts facts;
  if (pretended_.count(path) > 0) {
    facts.exists = true;
    facts.mode = S_IFREG | 0644;
    return facts;
  }
  struct stat info = {};
  if (stat(Real(path).c_str(), &info) != 0) {
    facts.error = std::string(absl::ErrnoToStatus(errno, path).message());
    return facts;
  }
  facts.exists = true;
  facts.mode = info.st_mode;
  facts.uid = info.st_uid;
  facts.gid = info.st_gid;
  facts.modified = absl::TimeFromTimespec(info.st_mtim);
  return facts;
}

DiskFacts HostFiles::Disk(const std::string& path) const {
  DiskFacts facts;
  struct statvfs info = {};
  if (statvfs(Real(path).c_str(), &info) != 0) return facts;
  facts.known = true;
  facts.read_only = (info.f_flag & ST_RDONLY) != 0;
  facts.free_bytes = uint64_t{info.f_bavail} * info.f_frsize;
  // A file system that does not count its files says that it has none at all.
  facts.free_files = info.f_files == 0 ? UINT64_MAX : info.f_favail;
  return facts;
}

Openers HostFiles::WhoMayOpen(const std::string& socket) const {
  const FileFacts file = Stat(socket);
  Openers who;
  who.uid = file.uid;
  who.gid = file.gid;
  who.owner = file.uid != 0 && (file.mode & S_IWUSR) != 0;
  who.group = file.gid != 0 && (file.mode & S_IWGRP) != 0;
  who.others = (file.mode & S_IWOTH) != 0;
  for (std::string path = DirectoryOf(socket);; path = DirectoryOf(path)) {
    const FileFacts directory = Stat(path);
    const bool all = (directory.mode & S_IXOTH) != 0;
    who.others = who.others && all;
    who.group =
        who.group &&
        (directory.gid == file.gid ? (directory.mode & S_IXGRP) != 0 : all);
    who.owner =
        who.owner &&
        (directory.uid == file.uid ? (directory.mode & S_IXUSR) != 0 : all);
    if (path == "/" || path == ".") return who;
  }
}

absl::Status HostFiles::Write(const std::string& path,
                              absl::string_view contents) const {
  const std::string directory = DirectoryOf(Real(path));
  if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, "cannot make " + Quote(directory));
  }
  return WriteFileAtomically(Real(path), contents, 0644);
}

}  // namespace pinwarden
