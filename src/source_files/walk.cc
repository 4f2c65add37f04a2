// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pinwarden/source_files.h"
#include "pinwarden/unique_fd.h"
#include "source_files/gitignore.h"
#include "source_files/ignore_stack.h"
#include "source_files/read.h"

namespace pinwarden {
namespace {

// Without "./" and doubled slashes; ".." may follow a link, so it stays.
std::string CleanPath(absl::string_view path) {
  std::vector<absl::string_view> parts;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  const bool absolute = absl::StartsWith(path, "/");
  if (parts.empty()) return absolute ? "/" : ".";
  return absl::StrCat(absolute ? "/" : "", absl::StrJoin(parts, "/"));
}

std::string Below(const std::string& directory, absl::string_view name) {
  if (directory == ".") return std::string(name);
  return absl::StrCat(directory, directory == "/" ? "" : "/", name);
}

std::string Because(absl::string_view what, int error) {
  return std::string(absl::ErrnoToStatus(error, what).message());
}

std::string NotRegular(mode_t mode) {
  return absl::StrCat("is ", KindOfFile(mode),
                      ", and only regular files are read");
}

struct Entry {
  std::string name;
  mode_t mode = 0;  // of the entry itself, links not followed
};

class Walker {
 public:
  Walker(const WalkOptions& options, SourceFiles* out)
      : max_entries_(options.max_entries),
        gitignore_(options.gitignore),
        exclude_(absl::StrJoin(options.exclude, "\n")),
        out_(out) {}

  void Look(const std::string& path);
  void Finish();

 private:
  // Under which of its names a file is told of: the least.
  enum class Rank { kNamed, kRegular, kLink };
  struct Found {
    Rank rank;
    std::string path;
    bool operator<(const Found& other) const {
      return std::tie(rank, path) < std::tie(other.rank, other.path);
    }
  };

  // `told` is what people read, `real` the same directory without links.
  void WalkDirectory(const std::string& told, const std::string& real,
                     int depth);
  std::vector<Entry> List(const std::string& told, const std::string& real);
  void LookAt(const std::string& told, const std::string& real, mode_t mode);
  void Add(const struct stat& info, Found found);
  void Unread(const std::string& told, std::string why) {
    out_->unread.push_back({told, std::move(why)});
  }

  const size_t max_entries_;
  const bool gitignore_;
  const GitIgnore exclude_;
  SourceFiles* const out_;
  // While a directory is walked; none where git does not matter.
  std::unique_ptr<IgnoreStack> ignored_;
  bool full_ = false;
  std::map<std::pair<dev_t, ino_t>, Found> found_;
};

void Walker::Add(const struct stat& info, Found found) {
  const auto [it, added] =
      found_.emplace(std::pair(info.st_dev, info.st_ino), found);
  if (!added && found < it->second) it->second = std::move(found);
}

// Reads all of it before anything below is looked at: one descriptor at a time.
std::vector<Entry> Walker::List(const std::string& told,
                                const std::string& real) {
  std::vector<Entry> entries;
  UniqueFd fd(
      open(real.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) {
    Unread(told, Because("cannot be read", errno));
    return entries;
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fdopendir(fd.get()),
                                                      &closedir);
  if (directory == nullptr) {
    Unread(told, Because("cannot be read", errno));
    return entries;
  }
  fd.release();
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(directory.get());
    if (entry == nullptr) break;
    const absl::string_view name = entry->d_name;
    if (name == "." || name == ".." || name == ".git") continue;
    if (out_->entries == max_entries_) {
      full_ = true;
      Unread(told, absl::StrCat("was read in part, and nothing after it: at "
                                "most ",
                                max_entries_,
                                " entries of directories are looked at"));
      return entries;
    }
    ++out_->entries;
    const auto mode = static_cast<mode_t>(DTTOIF(entry->d_type));
    entries.push_back({std::string(name), mode});
  }
  if (errno != 0) Unread(told, Because("cannot be read to its end", errno));
  return entries;
}

void Walker::WalkDirectory(const std::string& told, const std::string& real,
                           int depth) {
  if (depth > kMaxWalkDepth) {
    Unread(told, absl::StrCat("is below ", kMaxWalkDepth,
                              " other directories, and not looked into"));
    return;
  }
  std::vector<Entry> entries = List(told, real);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  const bool has_patterns =
      gitignore_ && depth > 0 &&
      std::any_of(entries.begin(), entries.end(),
                  [](const Entry& entry) { return entry.name == kIgnoreFile; });
  if (has_patterns) ignored_->Enter(real);
  for (Entry& entry : entries) {
    const std::string path = Below(told, entry.name);
    const std::string real_path = Below(real, entry.name);
    struct stat info;
    if (entry.mode == 0) {  // a file system that does not tell
      if (lstat(real_path.c_str(), &info) != 0) {
        Unread(path, Because("cannot be read", errno));
        continue;
      }
      entry.mode = info.st_mode;
    }
    const bool directory = S_ISDIR(entry.mode);
    if (!directory && !IsSourceName(entry.name)) continue;
    if ((gitignore_ && ignored_->Ignores(real_path, directory)) ||
        exclude_.Ask(absl::StripPrefix(path, "/"), directory) ==
            GitIgnore::Answer::kIgnored) {
      continue;
    }
    if (!directory) {
      LookAt(path, real_path, entry.mode);
    } else if (!full_) {
      WalkDirectory(path, real_path, depth + 1);
    }
  }
  if (has_patterns) ignored_->Leave();
}

void Walker::LookAt(const std::string& told, const std::string& real,
                    mode_t mode) {
  const bool link = S_ISLNK(mode);
  struct stat info;
  if (stat(real.c_str(), &info) != 0) {
    return Unread(
        told, Because(link ? "is a link that leads nowhere" : "cannot be read",
                      errno));
  }
  if (link && S_ISDIR(info.st_mode)) return;
  if (!S_ISREG(info.st_mode)) return Unread(told, NotRegular(info.st_mode));
  Add(info, {link ? Rank::kLink : Rank::kRegular, told});
}

void Walker::Look(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return Unread(path, Because("cannot be read", errno));
  }
  const std::string told = CleanPath(path);
  if (S_ISREG(info.st_mode)) return Add(info, {Rank::kNamed, told});
  if (!S_ISDIR(info.st_mode)) return Unread(told, NotRegular(info.st_mode));
  std::error_code error;
  const std::string real = std::filesystem::canonical(path, error).string();
  if (error) return Unread(told, Because("cannot be read", error.value()));
  if (gitignore_) {
    ignored_ = std::make_unique<IgnoreStack>(real, &out_->unread);
  }
  if (!full_) WalkDirectory(told, real, 0);
}

void Walker::Finish() {
  for (auto& [file, found] : found_) {
    out_->files.push_back({std::move(found.path), found.rank == Rank::kNamed});
  }
  const auto by_path = [](const auto& a, const auto& b) {
    return a.path < b.path;
  };
  std::sort(out_->files.begin(), out_->files.end(), by_path);
  std::stable_sort(out_->unread.begin(), out_->unread.end(), by_path);
}

}  // namespace

SourceFiles FindSourceFiles(const std::vector<std::string>& paths,
                            const WalkOptions& options) {
  SourceFiles files;
  Walker walker(options, &files);
  for (const std::string& path : paths) walker.Look(path);
  walker.Finish();
  return files;
}

}  // namespace pinwarden
