// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_SHELL_PATTERN_H_
#define PINWARDEN_SRC_DOCKERFILE_SHELL_PATTERN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "dockerfile/expand.h"

namespace pinwarden::dockerfile_internal {

// The pattern of ${x#pattern}: "*" is any run of bytes, "?" is any byte, and
// "\" takes the meaning from "*", "?", "\", "}" and "/". All is ASCII.
class ShellPattern {
 public:
  // Nothing where it is not valid or not ASCII. With `from_end` it is matched
  // with the end of values instead of their start.
  static std::optional<ShellPattern> Parse(absl::string_view pattern,
                                           bool from_end);

  bool empty() const { return tokens_.empty(); }

  // `value` without the longest or shortest start (or end) that matches.
  // Nothing where that takes more than the budget, or it is not ASCII.
  std::optional<std::string> WithoutStart(absl::string_view value, bool longest,
                                          WorkBudget* budget) const;

  // `value` with its first match, or all, replaced; each is the longest.
  std::optional<std::string> Replace(absl::string_view value,
                                     absl::string_view to, bool all,
                                     WorkBudget* budget) const;

 private:
  static constexpr int kAnyRun = 256;
  static constexpr int kAnyByte = 257;

  // The size of the longest or shortest start of `value` that matches.
  std::optional<size_t> MatchStart(absl::string_view value, bool longest) const;

  std::vector<int> tokens_;  // the byte, or one of the above
  bool from_end_ = false;
};

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_SHELL_PATTERN_H_
