// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_OUTPUT_H_
#define PINWARDEN_LINT_OUTPUT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/finding.h"

namespace pinwarden {

// How findings are written; docs/lint.md shows each.
enum class LintOutput {
  kText,        // for people
  kJson,        // one object
  kSarif,       // SARIF 2.1.0
  kJunit,       // as Ant, Maven and Jenkins have it
  kGithub,      // workflow commands of GitHub Actions
  kCheckstyle,  // XML, version 4.3
};

absl::string_view LintOutputName(LintOutput output);  // "sarif", ...
std::optional<LintOutput> ParseLintOutput(absl::string_view name);
std::vector<std::string> LintOutputNames();

struct LintOutputOptions {
  bool colour = false;           // of kText
  bool show_suppressed = false;  // and those in the baseline, with their state
  bool has_baseline = false;     // one was applied
  size_t fixed = 0;              // entries of it that no longer occur
  // Where the repository's top is and what relative names of files start from,
  // both absolute: SARIF and GitHub name files from the top. Either empty:
  // files are named as they are.
  std::string source_root;
  std::string directory;
  absl::Time now;  // when it ran, for kJunit
};

// All of `result` in one text that ends in a line end. Findings that are not
// kNew are left out unless they are to be shown; SARIF always has them, as
// suppressed, so that who reads it closes them. Takes any bytes in its texts:
// whatever they hold, the result is valid UTF-8 and well-formed, and no text of
// a finding starts a line or a command of its own in it.
std::string FormatLint(const LintResult& result, LintOutput output,
                       const LintOutputOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_OUTPUT_H_
