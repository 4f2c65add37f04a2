// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The top level of a policy file. Each part reports what is wrong with it and
// goes on, so that one run shows all of it.
#include <sha2.h>
#include <sys/types.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/policy.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"
#include "policy/loader.h"
#include "policy/read.h"

namespace pinwarden {
namespace {

constexpr int kFormatVersion = 1;
constexpr absl::string_view kKeys[] = {"version",    "mode",    "unidentified",
                                       "ambiguous",  "on_slip", "floating_tags",
                                       "exemptions", "rules"};
constexpr absl::string_view kRequired[] = {"version", "mode", "rules"};

std::string Sha256Hex(absl::string_view text) {
  char hex[SHA256_DIGEST_STRING_LENGTH];
  SHA256Data(reinterpret_cast<const uint8_t*>(text.data()), text.size(), hex);
  return hex;
}

void CheckVersion(const YamlNode& node, ProblemLog* log) {
  const auto version = ReadNumber(node, "version", 1, 1'000'000, log);
  if (version && *version != kFormatVersion) {
    log->Error(node.at(), absl::StrCat("policy version ", *version,
                                       " is not known; this pinwarden reads "
                                       "version ",
                                       kFormatVersion));
  }
}

Unidentified LoadUnidentified(const YamlNode& node, ProblemLog* log) {
  constexpr absl::string_view kWords[] = {"reject", "allow"};
  const auto index = ReadWord(node, "unidentified", "value", kWords, log);
  return index == 1u ? Unidentified::kAllow : Unidentified::kReject;
}

Ambiguous LoadAmbiguous(const YamlNode& node, ProblemLog* log) {
  constexpr absl::string_view kWords[] = {"judge", "strict", "observe"};
  const auto index = ReadWord(node, "ambiguous", "value", kWords, log);
  return static_cast<Ambiguous>(index.value_or(0));
}

OnSlip LoadOnSlip(const YamlNode& node, ProblemLog* log) {
  constexpr absl::string_view kWords[] = {"record", "stop"};
  const auto index = ReadWord(node, "on_slip", "value", kWords, log);
  return index == 1u ? OnSlip::kStop : OnSlip::kRecord;
}

size_t CountEntries(const YamlNode& root) {
  size_t count = 0;
  for (absl::string_view key : {"exemptions", "rules"}) {
    if (const YamlNode* list = root.Find(key)) count += list->items().size();
  }
  return count;
}

Policy::Fields LoadFields(const YamlNode& root, absl::Time now,
                          ProblemLog* log) {
  Policy::Fields fields;
  fields.floating_tags = DefaultFloatingTags();
  const MappingReader reader(root, "a policy", kKeys, kRequired, log);
  if (const YamlNode* version = reader.Get("version")) {
    CheckVersion(*version, log);
  }
  if (const YamlNode* mode = reader.Get("mode")) {
    fields.mode = ReadMode(*mode, log).value_or(Mode::kObserve);
  }
  if (const YamlNode* unidentified = reader.Get("unidentified")) {
    fields.unidentified = LoadUnidentified(*unidentified, log);
  }
  if (const YamlNode* ambiguous = reader.Get("ambiguous")) {
    fields.ambiguous = LoadAmbiguous(*ambiguous, log);
  }
  if (const YamlNode* on_slip = reader.Get("on_slip")) {
    fields.on_slip = LoadOnSlip(*on_slip, log);
  }
  if (const YamlNode* tags = reader.Get("floating_tags")) {
    fields.floating_tags = LoadFloatingTags(*tags, log);
  }
  if (CountEntries(root) > kMaxRulesAndExemptions) {
    log->Error(root.at(), absl::StrCat("more than ", kMaxRulesAndExemptions,
                                       " rules and exemptions"));
    return fields;
  }
  if (const YamlNode* exemptions = reader.Get("exemptions")) {
    fields.exemptions = LoadExemptions(*exemptions, now, log);
  }
  if (const YamlNode* rules = reader.Get("rules")) {
    fields.rules = LoadRules(*rules, fields.mode, log);
  }
  return fields;
}

}  // namespace

std::optional<Mode> ReadMode(const YamlNode& node, ProblemLog* log) {
  constexpr absl::string_view kWords[] = {"observe", "enforce"};
  const auto index = ReadWord(node, "mode", "mode", kWords, log);
  if (!index) return std::nullopt;
  return *index == 0 ? Mode::kObserve : Mode::kEnforce;
}

std::string Names::Read(const YamlNode& node) {
  const auto name = ReadText(node, "name", kMaxNameBytes, log_);
  if (!name) return "";
  const auto [first, added] = lines_.emplace(*name, node.at().line);
  if (!added) {
    log_->Error(node.at(),
                absl::StrCat(what_, " name ", Quote(*name),
                             " is already used on line ", first->second));
  }
  return std::string(*name);
}

PolicyLoad LoadPolicy(absl::string_view text, absl::string_view file,
                      absl::Time now) {
  YamlDocument document = ParseYaml(text);
  ProblemLog log;
  log.Add(document.problems);
  if (document.complete && document.root.kind() == YamlNode::Kind::kNull) {
    log.Error(document.root.at(),
              "the policy is empty; it needs the keys version, mode and rules");
  } else if (document.complete) {
    Policy::Fields fields = LoadFields(document.root, now, &log);
    if (!log.has_errors()) {
      fields.file = std::string(file);
      fields.sha256 = Sha256Hex(text);
      // What the nodes took is given back before the indexes are built.
      document.memory.reset();
      return {std::make_shared<const Policy>(std::move(fields)),
              std::move(log).Take()};
    }
  }
  return {nullptr, std::move(log).Take()};
}

}  // namespace pinwarden
