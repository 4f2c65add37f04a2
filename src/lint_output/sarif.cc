// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// SARIF 2.1.0 (OASIS). One run; one rule a reason, all of them always, so that
// an index means the same in every log; one result a finding, also of those
// that are suppressed or in the baseline, since GitHub closes an alert that
// comes with an accepted suppression. There are no fixes: a suggestion has
// places that somebody fills in.
#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "lint_output/json_text.h"
#include "lint_output/sarif_rules.h"
#include "lint_output/words.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json";
constexpr absl::string_view kBase = "%SRCROOT%";

// `path` as the path of a URI.
std::string PercentEncoded(absl::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~/", c)) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 0xf]);
    }
  }
  return out;
}

// `text` where a message stands. "[a](b)" would be a link and "{0}" a
// placeholder. Other braces are left as they are: who fills in nothing shows
// them so.
std::string MessageText(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = i + 1;
    while (end < text.size() &&
           absl::ascii_isdigit(static_cast<unsigned char>(text[end]))) {
      ++end;
    }
    if (text[i] == '{' && end > i + 1 && end < text.size() &&
        text[end] == '}') {
      absl::StrAppend(&out, "{", text.substr(i, end - i), "}}");
      i = end;
    } else {
      out.push_back(text[i]);
    }
  }
  if (!absl::StrContains(out, "](")) return out;
  return absl::StrReplaceAll(out, {{"[", "\\["}, {"]", "\\]"}});
}

void WriteRule(const SarifRule& rule, JsonText& json) {
  json.NewLine();
  json.BeginObject();
  json.Member("id", rule.id);
  json.Member("name", rule.name);
  json.Text("shortDescription", rule.title);
  json.Text("fullDescription", rule.why);
  json.Object("help");
  json.Member("text", absl::StrCat(rule.why, " ", rule.fix, "\n\nInstead of: ",
                                   rule.bad, "\nwrite: ", rule.good));
  json.Member(
      "markdown",
      absl::StrCat(rule.why, "\n\n", rule.fix, "\n\nInstead of\n\n```\n",
                   rule.bad, "\n```\n\nwrite\n\n```\n", rule.good, "\n```\n"));
  json.EndObject();
  json.Object("defaultConfiguration");
  json.Member("level", rule.level);
  json.EndObject();
  json.Object("properties");
  json.Array("tags");
  for (const absl::string_view tag :
       {"security", "supply-chain", "container-image"}) {
    json.String(tag);
  }
  json.EndArray();
  json.Member("precision", "very-high");
  json.Member("problem.severity", rule.level);
  json.EndObject();
  json.EndObject();
}

void WriteTool(JsonText& json) {
  json.Object("tool");
  json.Object("driver");
  json.Member("name", "pinwarden");
  json.Member("version", Version());
  json.Array("rules");
  for (const SarifRule& rule : SarifRules()) WriteRule(rule, json);
  json.EndArray();
  json.Array("notifications");
  json.BeginObject();
  json.Member("id", "unreadable");
  json.Text("shortDescription", "Something could not be looked at");
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

size_t AtLeastOne(int number) {
  return static_cast<size_t>(std::max(number, 1));
}

// What is about a whole file is shown at its start: GitHub wants a line.
void WriteRegion(const Finding& finding, JsonText& json) {
  json.Object("region");
  json.Count("startLine", AtLeastOne(finding.line));
  if (finding.line > 0 && finding.column > 0) {
    json.Count("startColumn", AtLeastOne(finding.column));
    json.Count("endLine", AtLeastOne(std::max(finding.end_line, finding.line)));
    json.Count("endColumn", AtLeastOne(finding.end_column));
  }
  json.EndObject();
}

void WriteLocations(const Finding& finding, const LintOutputOptions& options,
                    JsonText& json) {
  const RepositoryPath path = PathInRepository(finding.file, options);
  json.Array("locations");
  json.BeginObject();
  json.Object("physicalLocation");
  json.Object("artifactLocation");
  json.Member("uri", absl::StrCat(path.absolute ? "file://" : "",
                                  PercentEncoded(path.path)));
  if (!path.absolute) json.Member("uriBaseId", kBase);
  json.EndObject();
  WriteRegion(finding, json);
  json.EndObject();
  if (!finding.where.empty()) {
    json.Array("logicalLocations");
    json.BeginObject();
    json.Member("fullyQualifiedName", finding.where);
    json.EndObject();
    json.EndArray();
  }
  json.EndObject();
  json.EndArray();
}

void WriteSuppressions(const Finding& finding, JsonText& json) {
  json.Array("suppressions");
  if (finding.state != FindingState::kNew) {
    const bool in_source = finding.state == FindingState::kSuppressed;
    json.BeginObject();
    json.Member("kind", in_source ? "inSource" : "external");
    json.Member("status", "accepted");
    json.Member("justification",
                in_source ? finding.suppressed_because : StateWords(finding));
    json.EndObject();
  }
  json.EndArray();
}

void WriteResult(const Finding& finding, const LintOutputOptions& options,
                 JsonText& json) {
  const size_t rule = SarifRuleOf(finding);
  json.NewLine();
  json.BeginObject();
  json.Member("ruleId", SarifRules()[rule].id);
  json.Count("ruleIndex", rule);
  json.Member("level", LevelName(finding));
  json.Text("message", MessageText(finding.message));
  WriteLocations(finding, options, json);
  json.Object("partialFingerprints");
  json.Member("pinwardenFinding/v1", finding.fingerprint);
  json.EndObject();
  WriteSuppressions(finding, json);
  if (options.has_baseline) {
    json.Member("baselineState",
                finding.state == FindingState::kNew ? "new" : "unchanged");
  }
  json.Object("properties");
  json.Member("image", finding.image);
  json.Member("outcome", finding.outcome);
  json.Member("reason", finding.reason);
  json.Member("rule", finding.rule);
  json.Member("suggestion", finding.suggestion);
  json.EndObject();
  json.EndObject();
}

void WriteNotification(const Finding& finding, const LintOutputOptions& options,
                       JsonText& json) {
  json.NewLine();
  json.BeginObject();
  json.Object("descriptor");
  json.Member("id", "unreadable");
  json.Count("index", 0);
  json.EndObject();
  json.Member("level", "error");
  json.Text("message", MessageText(finding.message));
  WriteLocations(finding, options, json);
  json.EndObject();
}

// Execution has failed where not all was looked at, although what was found is
// right.
void WriteInvocation(const LintResult& result, const LintOutputOptions& options,
                     JsonText& json) {
  const auto unreadable = [](const Finding& finding) {
    return finding.kind == FindingKind::kUnreadable;
  };
  json.Array("invocations");
  json.BeginObject();
  json.Flag(
      "executionSuccessful",
      std::none_of(result.findings.begin(), result.findings.end(), unreadable));
  json.Array("toolExecutionNotifications");
  for (const Finding& finding : result.findings) {
    if (unreadable(finding)) WriteNotification(finding, options, json);
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

}  // namespace

std::string LintSarif(const LintResult& result,
                      const LintOutputOptions& options) {
  JsonText json;
  json.BeginObject();
  json.Member("$schema", kSchema);
  json.Member("version", "2.1.0");
  json.Array("runs");
  json.BeginObject();
  WriteTool(json);
  json.Member("columnKind", "unicodeCodePoints");
  json.Object("originalUriBaseIds");
  json.Object(kBase);
  json.Text("description",
            "The top of the repository, or the directory that pinwarden ran "
            "in");
  json.EndObject();
  json.EndObject();
  WriteInvocation(result, options, json);
  json.Array("results");
  for (const Finding& finding : result.findings) {
    WriteResult(finding, options, json);
  }
  json.NewLine();
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return std::move(json).Take() + "\n";
}

}  // namespace pinwarden
