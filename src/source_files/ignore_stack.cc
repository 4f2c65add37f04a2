// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source_files/ignore_stack.h"

#include <sys/stat.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "source_files/read.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxPointerBytes = 4096;

bool Exists(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0;
}

std::string ParentOf(const std::string& directory) {
  const size_t slash = directory.rfind('/');
  return slash == 0 ? "/" : directory.substr(0, slash);
}

std::string Join(const std::string& directory, absl::string_view name) {
  if (absl::StartsWith(name, "/")) return std::string(name);
  return absl::StrCat(directory, absl::EndsWith(directory, "/") ? "" : "/",
                      name);
}

// The one line of a file that points to a directory; "" if there is none.
std::string PointerIn(const std::string& path) {
  const auto text = ReadRegularFile(path, kMaxPointerBytes);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

// The directory that a repository's work trees have in common. In all but the
// first of them, and in submodules, ".git" is a file that points elsewhere.
std::string CommonGitDirectory(const std::string& root) {
  std::string git = Join(root, ".git");
  const std::string pointer = PointerIn(git);
  absl::string_view target = pointer;
  if (absl::ConsumePrefix(&target, "gitdir:")) {
    git = Join(root, absl::StripAsciiWhitespace(target));
  }
  const std::string common = PointerIn(Join(git, "commondir"));
  return common.empty() ? git : Join(git, common);
}

}  // namespace

IgnoreStack::IgnoreStack(const std::string& directory,
                         std::vector<UnreadPath>* unread)
    : unread_(unread) {
  // From `directory` up, to be entered from the top down.
  std::vector<std::string> above;
  std::string at = directory;
  while (!Exists(Join(at, ".git"))) {
    if (at == "/") {  // no repository: what is above does not count
      above.clear();
      at = directory;
      break;
    }
    above.push_back(at);
    at = ParentOf(at);
  }
  files_.push_back(
      {Join(at, ""), Read(Join(CommonGitDirectory(at), "info/exclude"))});
  Enter(at);
  for (auto it = above.rbegin(); it != above.rend(); ++it) Enter(*it);
}

GitIgnore IgnoreStack::Read(const std::string& path) {
  const auto text = ReadRegularFile(path, kMaxIgnoreBytes);
  if (!text.ok()) {
    if (!absl::IsNotFound(text.status())) {
      unread_->push_back({path, std::string(text.status().message())});
    }
    return GitIgnore();
  }
  GitIgnore patterns(*text);
  if (patterns.cut()) {
    unread_->push_back(
        {path, absl::StrCat("not all of its patterns are used: at most ",
                            kMaxIgnorePatterns, " of at most ",
                            kMaxIgnorePatternBytes, " bytes are")});
  }
  return patterns;
}

void IgnoreStack::Enter(const std::string& directory) {
  files_.push_back({Join(directory, ""), Read(Join(directory, kIgnoreFile))});
}

bool IgnoreStack::Ignores(absl::string_view path, bool is_directory) const {
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    if (file->patterns.empty()) continue;
    switch (
        file->patterns.Ask(path.substr(file->directory.size()), is_directory)) {
      case GitIgnore::Answer::kIgnored:
        return true;
      case GitIgnore::Answer::kKept:
        return false;
      case GitIgnore::Answer::kNothing:
        break;
    }
  }
  return false;
}

}  // namespace pinwarden
