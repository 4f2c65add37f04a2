// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_OUTPUT_WORDS_H_
#define PINWARDEN_LINT_OUTPUT_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/lint_output.h"

namespace pinwarden {

// What the formats have in common.

// kText and the last line of kGithub.
std::string LintText(const LintResult& result,
                     const LintOutputOptions& options);
std::string LintJson(const LintResult& result,
                     const LintOutputOptions& options);
std::string LintSarif(const LintResult& result,
                      const LintOutputOptions& options);
std::string LintJunit(const LintResult& result,
                      const LintOutputOptions& options);
std::string LintGithub(const LintResult& result,
                       const LintOutputOptions& options);
std::string LintCheckstyle(const LintResult& result,
                           const LintOutputOptions& options);

// Whether a format that has no word for suppressed findings has this one.
bool IsShown(const Finding& finding, const LintOutputOptions& options);

// As for a compiler: what would not run, or was not looked at, is an error.
bool IsError(const Finding& finding);
absl::string_view LevelName(const Finding& finding);  // "error", "warning"

absl::string_view KindName(FindingKind kind);     // "refused", "not_judged"
absl::string_view StateName(FindingState state);  // "new", "baseline", ...
// For people: "refused", "would be refused", "not judged", ...
absl::string_view OutcomeWords(const Finding& finding);

// "suppressed: OPS-123, until 2027-01-31" or "in the baseline"; "" of a new one.
std::string StateWords(const Finding& finding);

// The message, where it is and, unless the message says that, what to write
// instead, for formats that have one text only; `separator` stands between.
std::string FullText(const Finding& finding, absl::string_view separator);

// `text` on one line of a terminal or a log: as it is if it can be printed,
// else escaped.
std::string ShownText(absl::string_view text);
// The same of a file's name, which starts a line.
std::string ShownFile(absl::string_view name);

// "3 refused, 1 not judged in 12 files, 40 images; 2 in the baseline"
std::string SummaryLine(const LintResult& result,
                        const LintOutputOptions& options);

// Where a file is below the repository's top.
struct RepositoryPath {
  std::string path;       // with "/" between its parts, any bytes
  bool absolute = false;  // it is not below the top, or that is not known
};
RepositoryPath PathInRepository(absl::string_view file,
                                const LintOutputOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_OUTPUT_WORDS_H_
