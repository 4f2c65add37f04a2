// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Workflow commands of GitHub Actions, which make annotations:
//
//   ::error file=web.yaml,line=14,col=18,endColumn=23,title=refused::message
//
// In a message "%" and line ends are written as %25, %0D and %0A; in the values
// before it ":" and "," too, as %3A and %2C. GitHub shows 10 errors and 10
// warnings of a step, so the last line, which is no command, sums up all.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lint_output/words.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

std::string Data(absl::string_view text) {
  return absl::StrReplaceAll(ToValidUtf8(text, text.size() * 3),
                             {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string Value(absl::string_view text) {
  return absl::StrReplaceAll(Data(text), {{":", "%3A"}, {",", "%2C"}});
}

void AppendCommand(const Finding& finding, const LintOutputOptions& options,
                   std::string* out) {
  const bool is_new = finding.state == FindingState::kNew;
  absl::StrAppend(
      out, "::", is_new ? LevelName(finding) : "notice",
      " file=", Value(ShownText(PathInRepository(finding.file, options).path)));
  if (finding.line > 0) {
    absl::StrAppend(out, ",line=", finding.line, ",endLine=", finding.end_line,
                    ",col=", finding.column, ",endColumn=", finding.end_column);
  }
  absl::StrAppend(out, ",title=", Value(OutcomeWords(finding)),
                  "::", Data(FullText(finding, "\n")));
  if (!is_new) absl::StrAppend(out, "%0A", Data(StateWords(finding)));
  out->push_back('\n');
}

}  // namespace

std::string LintGithub(const LintResult& result,
                       const LintOutputOptions& options) {
  std::string out;
  for (const Finding& finding : result.findings) {
    if (IsShown(finding, options)) AppendCommand(finding, options, &out);
  }
  absl::StrAppend(&out, SummaryLine(result, options), "\n");
  return out;
}

}  // namespace pinwarden
