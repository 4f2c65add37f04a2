// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// For people, and for the logs of CI systems, some of which take commands from
// what a step prints.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lint_output/words.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kIndent = "    ";

// The codes of red, yellow and bold.
std::string Painted(absl::string_view text, absl::string_view code,
                    const LintOutputOptions& options) {
  if (!options.colour) return std::string(text);
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

void AppendLine(absl::string_view text, std::string* out) {
  if (!text.empty()) absl::StrAppend(out, kIndent, text, "\n");
}

// "web.yaml:14:18", or only the file where it is about all of it.
std::string PlaceOf(const Finding& finding) {
  std::string place = ShownFile(finding.file);
  if (finding.line > 0) {
    absl::StrAppend(&place, ":", finding.line, ":", finding.column);
  }
  return place;
}

void AppendFinding(const Finding& finding, const LintOutputOptions& options,
                   std::string* out) {
  absl::StrAppend(
      out, Painted(PlaceOf(finding), "1", options), ": ",
      Painted(OutcomeWords(finding), IsError(finding) ? "31" : "33", options),
      ": ", ShownText(finding.message), "\n");
  if (!finding.where.empty()) {
    AppendLine(absl::StrCat("in ", ShownText(finding.where)), out);
  }
  if (!finding.suggestion.empty()) {
    AppendLine(absl::StrCat("instead: ", ShownText(finding.suggestion)), out);
  }
  AppendLine(StateWords(finding), out);
}

}  // namespace

std::string LintText(const LintResult& result,
                     const LintOutputOptions& options) {
  std::string out;
  for (const Finding& finding : result.findings) {
    if (IsShown(finding, options)) AppendFinding(finding, options, &out);
  }
  // Anywhere in a line that is a command to the runner of GitHub Actions, and
  // no image has such a name.
  absl::StrReplaceAll({{"##[", "#\\x23["}}, &out);
  absl::StrAppend(&out, SummaryLine(result, options), "\n");
  return out;
}

}  // namespace pinwarden
