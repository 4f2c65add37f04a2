// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One object, a finding a line. docs/lint.md lists its members.
#include <algorithm>
#include <string>
#include <utility>

#include "lint_output/json_text.h"
#include "lint_output/words.h"

namespace pinwarden {
namespace {

size_t NotNegative(int number) {
  return static_cast<size_t>(std::max(number, 0));
}

void WriteFinding(const Finding& finding, JsonText& json) {
  json.NewLine();
  json.BeginObject();
  json.Member("file", finding.file);
  json.Count("line", NotNegative(finding.line));
  json.Count("column", NotNegative(finding.column));
  json.Count("end_line", NotNegative(finding.end_line));
  json.Count("end_column", NotNegative(finding.end_column));
  json.Member("image", finding.image);
  json.Member("outcome", finding.outcome);
  json.Member("reason", finding.reason);
  json.Member("rule", finding.rule);
  json.Member("message", finding.message);
  json.Member("suggestion", finding.suggestion);
  json.Member("where", finding.where);
  json.Member("state", StateName(finding.state));
  json.Member("suppressed_because", finding.suppressed_because);
  json.Member("fingerprint", finding.fingerprint);
  json.EndObject();
}

}  // namespace

std::string LintJson(const LintResult& result,
                     const LintOutputOptions& options) {
  const LintSummary& summary = result.summary;
  JsonText json;
  json.BeginObject();
  json.Array("findings");
  for (const Finding& finding : result.findings) {
    if (IsShown(finding, options)) WriteFinding(finding, json);
  }
  json.NewLine();
  json.EndArray();
  json.Object("summary");
  json.Count("files", summary.files);
  json.Count("images", summary.images);
  json.Count("refused", summary.refused);
  json.Count("not_judged", summary.not_judged);
  json.Count("unreadable", summary.unreadable);
  json.Count("bad_suppressions", summary.bad_suppressions);
  json.Count("baseline", summary.baseline);
  json.Count("suppressed", summary.suppressed);
  json.Count("fixed", options.fixed);
  json.EndObject();
  json.EndObject();
  return std::move(json).Take() + "\n";
}

}  // namespace pinwarden
