// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "policy/loader.h"
#include "policy/reach.h"
#include "policy/read.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kKeys[] = {"name",        "match",
                                       "registries",  "require",
                                       "tag_pattern", "version_components",
                                       "mode"};
constexpr absl::string_view kRequired[] = {"name"};
constexpr PinLevel kLevels[] = {PinLevel::kNone, PinLevel::kTag,
                                PinLevel::kVersion, PinLevel::kDigest};
constexpr int kMaxVersionComponents = 9;

// A rule, and whether its entry is one whose meaning is known: what a mistyped
// `match` makes of the rules around it is not worth reporting.
struct Entry {
  Rule rule;
  bool known = true;
};

PinLevel LoadLevel(const YamlNode& node, ProblemLog* log) {
  std::vector<absl::string_view> names;
  for (PinLevel level : kLevels) names.push_back(PinLevelName(level));
  const auto index = ReadWord(node, "require", "pin level", names, log);
  return index ? kLevels[*index] : PinLevel::kTag;
}

void LoadVersionComponents(const YamlNode& node, Rule* rule, ProblemLog* log) {
  const auto count =
      ReadNumber(node, "version_components", 1, kMaxVersionComponents, log);
  if (!count) return;
  rule->version_components = *count;
  if (rule->require != PinLevel::kVersion) {
    log->Warning(node.at(),
                 absl::StrCat("\"version_components\" counts only under "
                              "require: version, not under require: ",
                              PinLevelName(rule->require)));
  }
}

Entry LoadRule(const YamlNode& node, Mode default_mode, Names* names,
               TagPatterns* tag_patterns, ProblemLog* log) {
  Entry entry;
  Rule& rule = entry.rule;
  rule.at = node.at();
  rule.mode = default_mode;
  const MappingReader reader(node, "a rule", kKeys, kRequired, log);
  entry.known = reader.clean();
  if (const YamlNode* name = reader.Get("name")) {
    rule.name = names->Read(*name);
    if (rule.name.empty()) entry.known = false;
  }
  if (const YamlNode* match = reader.Get("match")) {
    const size_t errors = log->errors();
    rule.match = LoadMatch(*match, log);
    if (log->errors() > errors) entry.known = false;
  }
  if (const YamlNode* registries = reader.Get("registries")) {
    rule.registries = LoadPatterns(*registries, "registries",
                                   ImagePattern::Use::kRegistries, log);
  }
  if (const YamlNode* require = reader.Get("require")) {
    rule.require = LoadLevel(*require, log);
  }
  if (const YamlNode* count = reader.Get("version_components")) {
    LoadVersionComponents(*count, &rule, log);
  }
  if (const YamlNode* pattern = reader.Get("tag_pattern")) {
    rule.tag_pattern = tag_patterns->Compile(*pattern, log);
  }
  if (const YamlNode* mode = reader.Get("mode")) {
    rule.mode = ReadMode(*mode, log).value_or(default_mode);
  }
  return entry;
}

// The rules up to the first that matches everything are compared with each
// other; what comes after that one has one problem, at that one.
void CheckOrder(const std::vector<Entry>& entries, ProblemLog* log) {
  std::vector<const Match*> matches;
  std::vector<const Rule*> rules;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Rule& rule = entries[i].rule;
    if (!entries[i].known) continue;
    if (rule.match.MatchesEverything()) {
      const size_t after = entries.size() - i - 1;
      if (after == 0) break;
      log->Error(rule.at,
                 absl::StrCat("rule ", Quote(rule.name),
                              " matches everything, so the ", after,
                              after == 1 ? " rule" : " rules",
                              " after it can never match; move it to the end"));
      break;
    }
    matches.push_back(&rule.match);
    rules.push_back(&rule);
  }
  for (const Covered& covered : FindCovered(matches)) {
    const Rule& rule = *rules[covered.index];
    const Rule& by = *rules[covered.by];
    log->Error(
        rule.at,
        absl::StrCat("rule ", Quote(rule.name), " can never match: rule ",
                     Quote(by.name), " on line ", by.at.line,
                     " already matches all that it does; move it "
                     "before that one, or remove it"));
  }
}

void CheckLast(const YamlNode& node, const std::vector<Entry>& entries,
               ProblemLog* log) {
  if (entries.empty()) {
    return log->Error(node.at(),
                      "there is no rule; add at least one without \"match\", "
                      "such as {name: default, require: tag}");
  }
  const bool found =
      std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
        return entry.known && entry.rule.match.MatchesEverything();
      });
  if (found || !entries.back().known) return;
  log->Error(entries.back().rule.at,
             "the last rule must match everything, so that every image has "
             "one; add a rule without \"match\" after it, such as {name: "
             "default, require: tag}");
}

}  // namespace

std::vector<Rule> LoadRules(const YamlNode& node, Mode default_mode,
                            const PolicyParts& parts, ProblemLog* log) {
  std::vector<Entry> entries;
  entries.reserve(std::min(node.items().size(), kMaxRulesAndExemptions));
  Names names("rule", parts, log);
  TagPatterns tag_patterns;
  const bool list =
      ReadList(node, "rules", EmptyList::kIsFine, kMaxRulesAndExemptions, log,
               [&](const YamlNode& item) {
                 entries.push_back(
                     LoadRule(item, default_mode, &names, &tag_patterns, log));
               });
  if (list) {
    CheckOrder(entries, log);
    CheckLast(node, entries, log);
  }
  std::vector<Rule> rules;
  rules.reserve(entries.size());
  for (Entry& entry : entries) rules.push_back(std::move(entry.rule));
  return rules;
}

}  // namespace pinwarden
