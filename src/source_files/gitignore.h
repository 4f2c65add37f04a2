// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_FILES_GITIGNORE_H_
#define PINWARDEN_SRC_SOURCE_FILES_GITIGNORE_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pinwarden {

inline constexpr size_t kMaxIgnoreBytes = 1 << 20;  // of one file of patterns
inline constexpr size_t kMaxIgnorePatterns = 10'000;
inline constexpr size_t kMaxIgnorePatternBytes = 4096;

// One pattern of a .gitignore file, compiled.
class IgnorePattern {
 public:
  // `line` as it stands in the file, without its end. Takes any bytes.
  explicit IgnorePattern(absl::string_view line);

  // `path` is relative to the directory of the pattern's file. Linear in
  // pattern times path, without recursion.
  bool Matches(absl::string_view path, bool is_directory) const;

  bool negated() const { return negated_; }  // starts with "!"

 private:
  struct Token {
    enum class Kind : uint8_t {
      kByte,         // `value`
      kAnyByte,      // "?": all but "/"
      kSet,          // "[a-z]": sets_[value]
      kName,         // "*": any bytes but "/"
      kAnything,     // "**": any bytes
      kDirectories,  // "**/": nothing, or anything that ends with "/"
      kNever,        // what cannot match, as an open "["
    };
    Kind kind;
    uint16_t value = 0;
  };

  void Compile(absl::string_view pattern);
  size_t CompileStars(absl::string_view pattern, size_t at);
  bool Takes(const Token& token, char byte) const;
  bool MatchesTokens(absl::string_view text) const;

  bool negated_ = false;
  bool directories_only_ = false;  // ends with "/"
  bool name_only_ = false;         // no other "/": matched at every depth
  bool suffix_ = false;            // "*" and then only literal_
  std::string literal_;            // what the text starts with, byte by byte
  std::vector<Token> tokens_;      // and what comes after that
  std::vector<std::bitset<256>> sets_;
};

// The patterns of one .gitignore file, or of a list of globs, as git reads
// them: the last one that matches decides.
class GitIgnore {
 public:
  enum class Answer { kNothing, kIgnored, kKept };

  GitIgnore() = default;
  explicit GitIgnore(absl::string_view text);

  // `path`: below the directory of the file, with "/" between its parts. Says
  // nothing of what lies in an ignored directory: that is ignored with it.
  Answer Ask(absl::string_view path, bool is_directory) const;

  bool empty() const { return patterns_.empty(); }
  // Some patterns were left out, being too many or too long.
  bool cut() const { return cut_; }

 private:
  std::vector<IgnorePattern> patterns_;
  bool cut_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_FILES_GITIGNORE_H_
