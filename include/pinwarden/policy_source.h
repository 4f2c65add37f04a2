// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_SOURCE_H_
#define PINWARDEN_POLICY_SOURCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/glob.h"
#include "pinwarden/problem.h"

namespace pinwarden {

inline constexpr size_t kMaxIncludePatterns = 100;
inline constexpr size_t kMaxIncludePatternBytes = 256;
inline constexpr size_t kMaxIncludedFiles = 1000;

// An entry of `include` in a policy: files with exemptions, by a path that
// starts where the policy's own file is.
//
//   text                        directory         the names in it that match
//   "exemptions.d/*.yaml"       "exemptions.d"    "billing.yaml", not ".a.yaml"
//   "exemptions.yaml"           ""                "exemptions.yaml"
//
// `*` stands only in the last part, and never for a dot at the start of a name.
class IncludePattern {
 public:
  // kInvalidArgument: says why it cannot be one, for the author of the policy.
  static absl::StatusOr<IncludePattern> Parse(absl::string_view text,
                                              Position at = {});

  const std::string& text() const { return text_; }
  Position at() const { return at_; }
  absl::string_view directory() const;              // "" for the policy's own
  bool literal() const { return name_.literal(); }  // names one file

  bool MatchesName(absl::string_view name) const;  // in directory()
  bool Matches(absl::string_view path) const;  // "exemptions.d/billing.yaml"

 private:
  IncludePattern(absl::string_view text, size_t directory_bytes, Position at);

  std::string text_;
  size_t directory_bytes_;
  Glob name_;
  Position at_;
};

// The patterns that the text of a policy includes, those that are wrong left
// out: loading the policy tells. Thread-safe.
std::vector<IncludePattern> PolicyIncludes(absl::string_view text);

// One file of a policy. Messages call it `name`: "policy.yaml", or for an
// included one the path that its pattern matched, "exemptions.d/billing.yaml".
struct PolicyText {
  std::string name;
  std::string text;
};

// All that a policy is loaded from.
struct PolicySource {
  std::vector<PolicyText> files;  // its own, then the included, by name
  // Why an included file could not be had, at its pattern in the policy's own
  // file. One that a literal pattern names and that is not in `files` needs no
  // entry: it is an error by itself.
  std::vector<Problem> problems;
};

// Every problem as RenderProblem() shows it, in order of file and position.
// `directory` stands before each file's name: "" or, say, "/etc/pinwarden/".
std::vector<std::string> RenderPolicyProblems(
    const std::vector<Problem>& problems, const PolicySource& source,
    absl::string_view directory = "");

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_SOURCE_H_
