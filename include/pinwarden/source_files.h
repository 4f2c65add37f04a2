// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SOURCE_FILES_H_
#define PINWARDEN_SOURCE_FILES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// The files that images are looked for in, as they lie on disk. Paths are as
// people are told of them: as given, without "./" and doubled slashes.

inline constexpr size_t kMaxWalkEntries = 1'000'000;  // of all directories
inline constexpr int kMaxWalkDepth = 100;

struct SourceFile {
  std::string path;
  bool named = false;  // given by name, and not found in a directory
};

// What could not be looked into, and why as one line without the path.
struct UnreadPath {
  std::string path;
  std::string why;
};

struct SourceFiles {
  std::vector<SourceFile> files;   // sorted by path, each file once
  std::vector<UnreadPath> unread;  // sorted by path
  size_t entries = 0;              // that were seen in directories
};

struct WalkOptions {
  std::vector<std::string> exclude;  // patterns as in .gitignore
  bool gitignore = true;             // leave out what git ignores
  size_t max_entries = kMaxWalkEntries;
};

// Whether a file of this name can be of a format that is known: *.yaml, *.yml,
// *.json, Dockerfile*, *.Dockerfile, *.dockerfile, Containerfile*.
bool IsSourceName(absl::string_view path);

// `paths` are files, which are looked into whatever their names, and
// directories, of which all files with such names are that git does not ignore
// (.gitignore in each directory up to the repository's root, and its
// .git/info/exclude; also outside of a repository; tracked or not). `exclude`
// is matched with paths as people are told of them, and not with `paths`
// themselves.
//
// A link to a file is the file; links to directories are not followed; the same
// file under two names comes once, under the name that is no link. Only regular
// files are ever opened. Whatever is missing because of that, or cannot be
// read, is in `unread`.
SourceFiles FindSourceFiles(const std::vector<std::string>& paths,
                            const WalkOptions& options = {});

// All of a file.
//
// kResourceExhausted: larger than kMaxSourceBytes; unread, but for its size.
// kInvalidArgument: binary: there is a NUL in its first 8 KiB.
// Others as the system says. Messages do not name the path.
absl::StatusOr<std::string> ReadSourceFile(const std::string& path);

// Leaves out of `files` those that are as they were in the commit that
// `revision` and HEAD have in common, as `git` has it: what is untracked, staged
// or not committed has changed. What git does not know about stays, such as
// files in another repository. Runs `git` in the current directory.
//
// kInvalidArgument: not a revision of this repository. kFailedPrecondition: no
// repository, no git, no common commit. Messages say what to do.
absl::Status KeepChangedSince(absl::string_view revision,
                              std::vector<SourceFile>* files);

}  // namespace pinwarden

#endif  // PINWARDEN_SOURCE_FILES_H_
