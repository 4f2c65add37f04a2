// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_cases.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "pinwarden/quote.h"
#include "pinwarden/verdict.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kFileKeys[] = {"version", "policy", "cases"};
constexpr absl::string_view kCaseKeys[] = {
    "image", "namespace", "labels", "time", "outcome", "reason", "rule"};

constexpr Outcome kOutcomes[] = {Outcome::kAllowed, Outcome::kExempted,
                                 Outcome::kWouldReject, Outcome::kRejected};
constexpr Reason kReasons[] = {
    Reason::kPinned,           Reason::kNotRequired,
    Reason::kExempted,         Reason::kNoTag,
    Reason::kFloatingTag,      Reason::kImpreciseVersion,
    Reason::kNoDigest,         Reason::kUntrustedRegistry,
    Reason::kTagConvention,    Reason::kMalformedReference,
    Reason::kUnidentifiedImage};

std::vector<absl::string_view> OutcomeNames() {
  std::vector<absl::string_view> names;
  for (Outcome outcome : kOutcomes) names.push_back(OutcomeName(outcome));
  return names;
}

std::vector<absl::string_view> ReasonNames() {
  std::vector<absl::string_view> names;
  for (Reason reason : kReasons) names.push_back(ReasonName(reason));
  return names;
}

// Reads one file; the methods add to the problems and go on.
class CaseReader {
 public:
  explicit CaseReader(PolicyCases& into) : into_(into) {}

  void ReadFile(const YamlNode& root) {
    if (!ExpectKind(root, YamlNode::Kind::kMapping, "a test file")) return;
    CheckKeys(root, kFileKeys);
    const YamlNode* version = root.Find("version");
    if (version == nullptr || version->scalar() != "1") {
      Error(version == nullptr ? root.at() : version->at(),
            "a test file starts with \"version: 1\"");
    }
    if (const YamlNode* policy = root.Find("policy")) {
      ReadText(*policy, "policy", &into_.policy);
    }
    const YamlNode* cases = root.Find("cases");
    if (cases == nullptr || cases->items().empty()) {
      Error(cases == nullptr ? root.at() : cases->at(),
            "there are no cases, so nothing would be tested");
      return;
    }
    if (!ExpectKind(*cases, YamlNode::Kind::kSequence, "\"cases\"")) return;
    for (const YamlNode& item : cases->items()) ReadCase(item);
  }

 private:
  void ReadCase(const YamlNode& node) {
    if (!ExpectKind(node, YamlNode::Kind::kMapping, "a case")) return;
    CheckKeys(node, kCaseKeys);
    PolicyCase c;
    c.at = node.at();
    if (const YamlNode* image = node.Find("image")) {
      // An empty image is a case worth having: it is malformed.
      ReadText(*image, "image", &c.image);
    } else {
      Error(node.at(), "a case needs \"image\"");
    }
    if (const YamlNode* n = node.Find("namespace")) {
      ReadText(*n, "namespace", &c.name_space);
    }
    if (const YamlNode* labels = node.Find("labels")) ReadLabels(*labels, &c);
    if (const YamlNode* time = node.Find("time")) ReadTime(*time, &c);
    if (const YamlNode* outcome = node.Find("outcome")) {
      ReadName(*outcome, "outcome", OutcomeNames(), &c.outcome);
    } else {
      Error(node.at(), "a case needs \"outcome\"");
    }
    if (const YamlNode* reason = node.Find("reason")) {
      ReadName(*reason, "reason", ReasonNames(), &c.reason);
    }
    if (const YamlNode* rule = node.Find("rule")) {
      ReadText(*rule, "rule", &c.rule);
    }
    into_.cases.push_back(std::move(c));
  }

  void ReadLabels(const YamlNode& node, PolicyCase* c) {
    if (!ExpectKind(node, YamlNode::Kind::kMapping, "\"labels\"")) return;
    for (const YamlEntry& entry : node.entries()) {
      std::string value;
      ReadText(entry.value, "a label", &value);
      c->labels.emplace_back(std::string(entry.key), std::move(value));
    }
  }

  void ReadTime(const YamlNode& node, PolicyCase* c) {
    absl::Time time;
    std::string error;
    if (absl::ParseTime(absl::RFC3339_full, node.scalar(), &time, &error)) {
      c->time = time;
      return;
    }
    Error(node.at(),
          absl::StrCat(Quote(node.scalar(), 64),
                       " is not a time such as 2027-01-31T12:00:00Z"));
  }

  void ReadText(const YamlNode& node, absl::string_view what,
                std::string* into) {
    if (!ExpectKind(node, YamlNode::Kind::kScalar, what)) return;
    *into = std::string(node.scalar());
  }

  void ReadName(const YamlNode& node, absl::string_view what,
                const std::vector<absl::string_view>& names,
                std::string* into) {
    ReadText(node, what, into);
    if (node.kind() == YamlNode::Kind::kScalar &&
        std::find(names.begin(), names.end(), node.scalar()) == names.end()) {
      Error(node.at(),
            absl::StrCat("unknown ", what, " ", Quote(node.scalar(), 64),
                         DidYouMean(node.scalar(), names)));
    }
  }

  void CheckKeys(const YamlNode& node,
                 absl::Span<const absl::string_view> known) {
    for (const YamlEntry& entry : node.entries()) {
      const absl::string_view key = entry.key;
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        Error(entry.key_at, absl::StrCat("unknown key ", Quote(key, 64),
                                         DidYouMean(key, known)));
      }
    }
  }

  bool ExpectKind(const YamlNode& node, YamlNode::Kind kind,
                  absl::string_view what) {
    if (node.kind() == kind) return true;
    Error(node.at(), absl::StrCat(what, " has to be ", KindName(kind), ", not ",
                                  KindName(node.kind())));
    return false;
  }

  void Error(Position at, std::string message) {
    into_.problems.push_back({Severity::kError, at, std::move(message)});
  }

  PolicyCases& into_;
};

}  // namespace

PolicyCases LoadPolicyCases(absl::string_view text) {
  PolicyCases result;
  YamlDocument document = ParseYaml(text);
  result.problems = std::move(document.problems);
  if (!HasErrors(result.problems)) CaseReader(result).ReadFile(document.root);
  return result;
}

}  // namespace pinwarden
