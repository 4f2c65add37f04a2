// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/baseline.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lint_output/json_text.h"
#include "lint_output/words.h"
#include "pinwarden/line_index.h"
#include "pinwarden/lint.h"
#include "pinwarden/quote.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {
namespace {

constexpr size_t kFingerprintBytes = 64;

bool CanBeInBaseline(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kRefused:
    case FindingKind::kNotJudged:
      return finding.state != FindingState::kSuppressed;
    case FindingKind::kUnreadable:
    case FindingKind::kBadSuppression:
      return false;
  }
  return false;
}

// The members of an entry, in the order in which they are written.
struct Member {
  absl::string_view name;
  std::string BaselineEntry::*value;
};
constexpr Member kMembers[] = {{"fingerprint", &BaselineEntry::fingerprint},
                               {"file", &BaselineEntry::file},
                               {"where", &BaselineEntry::where},
                               {"image", &BaselineEntry::image},
                               {"reason", &BaselineEntry::reason}};

auto OrderOf(const BaselineEntry& entry) {
  return std::tie(entry.file, entry.where, entry.image, entry.reason,
                  entry.fingerprint);
}

// Reads one text; what is wrong is told with its line.
class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text), index_(text) {}

  absl::StatusOr<Baseline> Read();

 private:
  absl::Status Wrong(size_t offset, absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", index_.At(offset).line, ": ", what));
  }
  absl::Status ReadEntry(const SourceNode& node, BaselineEntry* entry) const;

  const absl::string_view text_;
  const LineIndex index_;
};

absl::Status Reader::ReadEntry(const SourceNode& node,
                               BaselineEntry* entry) const {
  if (!node.IsMapping()) {
    return Wrong(node.at().begin, "a finding has to be an object");
  }
  for (const Member& member : kMembers) {
    const SourceNode& value = node.Find(member.name);
    if (!value.IsScalar() || value.style() != SourceNode::Style::kQuoted) {
      return Wrong(
          node.at().begin,
          absl::StrCat("a finding needs a string as its ", Quote(member.name)));
    }
    entry->*member.value = std::string(value.scalar());
  }
  const auto is_hex = [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           (c >= 'a' && c <= 'f');
  };
  const std::string& print = entry->fingerprint;
  if (print.size() != kFingerprintBytes ||
      !std::all_of(print.begin(), print.end(), is_hex)) {
    return Wrong(node.at().begin, "a fingerprint has 64 lower-case hex digits");
  }
  return absl::OkStatus();
}

absl::StatusOr<Baseline> Reader::Read() {
  const SourceTree tree = ParseJsonSource(text_);
  if (!tree.problems.empty()) {
    return Wrong(tree.problems[0].at.begin, tree.problems[0].message);
  }
  if (tree.documents.size() != 1 || !tree.documents[0].IsMapping()) {
    return Wrong(0, "not a baseline: it has to be an object");
  }
  const SourceNode& root = tree.documents[0];
  const SourceNode& version = root.Find("version");
  if (!version.IsScalar() || version.scalar() != "1") {
    return Wrong(version.at().begin,
                 "not a baseline of version 1, which this pinwarden reads");
  }
  const SourceNode& findings = root.Find("findings");
  if (!findings.IsSequence()) {
    return Wrong(findings.at().begin, "\"findings\" has to be a list");
  }
  Baseline baseline;
  baseline.entries.resize(findings.items().size());
  for (size_t i = 0; i < baseline.entries.size(); ++i) {
    const absl::Status status =
        ReadEntry(findings.items()[i], &baseline.entries[i]);
    if (!status.ok()) return status;
  }
  return baseline;
}

}  // namespace

absl::StatusOr<Baseline> ParseBaseline(absl::string_view text) {
  if (text.size() > kMaxSourceBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a baseline of ", text.size(), " bytes; at most ",
                     kMaxSourceBytes, " are read"));
  }
  return Reader(text).Read();
}

absl::StatusOr<std::string> WriteBaseline(const LintResult& result) {
  std::vector<BaselineEntry> entries;
  for (const Finding& finding : result.findings) {
    if (!CanBeInBaseline(finding)) continue;
    entries.push_back({finding.fingerprint, finding.file, finding.where,
                       finding.image, finding.reason});
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return OrderOf(a) < OrderOf(b);
  });
  JsonText json;
  json.BeginObject();
  json.NewLine();
  json.Count("version", 1);
  json.NewLine();
  json.Array("findings");
  for (const BaselineEntry& entry : entries) {
    json.NewLine();
    json.BeginObject();
    for (const Member& member : kMembers) {
      json.Member(member.name, entry.*member.value);
    }
    json.EndObject();
  }
  json.NewLine();
  json.EndArray();
  json.NewLine();
  json.EndObject();
  std::string text = std::move(json).Take() + "\n";
  if (text.size() > kMaxSourceBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        entries.size(),
        " findings are too many for one baseline; write one for each of "
        "several directories"));
  }
  return text;
}

std::vector<BaselineEntry> ApplyBaseline(const Baseline& baseline,
                                         LintResult* result) {
  absl::flat_hash_map<absl::string_view, bool> found;
  for (const BaselineEntry& entry : baseline.entries) {
    found.try_emplace(entry.fingerprint, false);
  }
  for (Finding& finding : result->findings) {
    if (!CanBeInBaseline(finding)) continue;
    const auto entry = found.find(finding.fingerprint);
    if (entry == found.end()) continue;
    entry->second = true;
    finding.state = FindingState::kBaseline;
  }
  CountFindings(result);
  std::vector<BaselineEntry> fixed;
  for (const BaselineEntry& entry : baseline.entries) {
    if (!found[entry.fingerprint]) fixed.push_back(entry);
  }
  return fixed;
}

}  // namespace pinwarden
