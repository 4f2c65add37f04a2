// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_FILES_IGNORE_STACK_H_
#define PINWARDEN_SRC_SOURCE_FILES_IGNORE_STACK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/source_files.h"
#include "source_files/gitignore.h"

namespace pinwarden {

inline constexpr char kIgnoreFile[] = ".gitignore";

// The ignore files that count for a directory that is walked, the outermost
// first. Paths are absolute, without links.
class IgnoreStack {
 public:
  // Reads those of `directory` and above, up to the repository's root.
  // Whatever cannot be read is added to `unread`, which outlives this.
  IgnoreStack(const std::string& directory, std::vector<UnreadPath>* unread);

  // Going into a directory below, and out of it again.
  void Enter(const std::string& directory);
  void Leave() { files_.pop_back(); }

  bool Ignores(absl::string_view path, bool is_directory) const;

 private:
  struct File {
    std::string directory;  // with a "/" at the end
    GitIgnore patterns;
  };

  GitIgnore Read(const std::string& path);

  std::vector<File> files_;
  std::vector<UnreadPath>* const unread_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_FILES_IGNORE_STACK_H_
