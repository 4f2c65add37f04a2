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
constexpr absl::string_view kKeys[] = {"version",      "mode",
                                       "unidentified", "ambiguous",
                                       "on_slip",      "floating_tags",
                                       "include",      "exemptions",
                                       "rules",        "custom_resources"};
constexpr absl::string_view kRequired[] = {"version", "mode", "rules"};
constexpr absl::string_view kIncludedKeys[] = {"version", "exemptions"};
constexpr absl::string_view kIncludedRequired[] = {"version"};

std::string Sha256Hex(const PolicyParts& parts) {
  SHA2_CTX sum;
  SHA256Init(&sum);
  for (const PolicyPart& part : parts) {
    SHA256Update(&sum, reinterpret_cast<const uint8_t*>(part.text.data()),
                 part.text.size());
  }
  char hex[SHA256_DIGEST_STRING_LENGTH];
  SHA256End(&sum, hex);
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

// "exemptions.d/billing.yaml:", before a line number.
std::string PlaceIn(absl::string_view file) {
  const std::string quoted = Quote(file);
  return absl::StrCat(quoted.substr(1, quoted.size() - 2), ":");
}

// Loads the files of one policy, its own first.
class Loader {
 public:
  Loader(const PolicyParts& parts, absl::Time now, ProblemLog* log)
      : parts_(parts), log_(log), exemptions_(parts, now, log) {}

  // `unread` tells which included files could not be read.
  void LoadOwn(const std::vector<Problem>& unread);
  void LoadIncluded(size_t file);

  Policy::Fields Take() &&;

 private:
  // The root of a whole document, which is not empty, or null.
  const YamlNode* Root(const YamlDocument& document, absl::string_view empty);
  // False, and said, when `root` has too many rules and exemptions.
  bool Counts(const YamlNode& root);
  void LoadScalars(const MappingReader& reader);

  const PolicyParts parts_;
  ProblemLog* const log_;
  ExemptionLoader exemptions_;
  size_t entries_ = 0;
  Policy::Fields fields_;
};

const YamlNode* Loader::Root(const YamlDocument& document,
                             absl::string_view empty) {
  log_->Add(document.problems);
  if (!document.complete) return nullptr;
  if (document.root.kind() == YamlNode::Kind::kNull) {
    log_->Error(document.root.at(), std::string(empty));
    return nullptr;
  }
  return &document.root;
}

bool Loader::Counts(const YamlNode& root) {
  for (absl::string_view key : {"exemptions", "rules"}) {
    const YamlNode* const list = root.Find(key);
    if (list != nullptr) entries_ += list->items().size();
  }
  if (entries_ <= kMaxRulesAndExemptions) return true;
  log_->Error(root.at(), absl::StrCat("more than ", kMaxRulesAndExemptions,
                                      " rules and exemptions"));
  return false;
}

void Loader::LoadScalars(const MappingReader& reader) {
  if (const YamlNode* version = reader.Get("version")) {
    CheckVersion(*version, log_);
  }
  if (const YamlNode* mode = reader.Get("mode")) {
    fields_.mode = ReadMode(*mode, log_).value_or(Mode::kObserve);
  }
  if (const YamlNode* unidentified = reader.Get("unidentified")) {
    fields_.unidentified = LoadUnidentified(*unidentified, log_);
  }
  if (const YamlNode* ambiguous = reader.Get("ambiguous")) {
    fields_.ambiguous = LoadAmbiguous(*ambiguous, log_);
  }
  if (const YamlNode* on_slip = reader.Get("on_slip")) {
    fields_.on_slip = LoadOnSlip(*on_slip, log_);
  }
}

void Loader::LoadOwn(const std::vector<Problem>& unread) {
  fields_.floating_tags = DefaultFloatingTags();
  const YamlDocument document = ParseYaml(parts_[0].text);
  log_->Add(unread);
  const YamlNode* const root =
      Root(document,
           "the policy is empty; it needs the keys version, mode and rules");
  if (root == nullptr) return;
  const MappingReader reader(*root, "a policy", kKeys, kRequired, log_);
  LoadScalars(reader);
  if (const YamlNode* tags = reader.Get("floating_tags")) {
    fields_.floating_tags = LoadFloatingTags(*tags, log_);
  }
  if (const YamlNode* include = reader.Get("include")) {
    CheckIncludes(*include, parts_, unread, log_);
  }
  if (!Counts(*root)) return;
  if (const YamlNode* exemptions = reader.Get("exemptions")) {
    exemptions_.Load(*exemptions);
  }
  if (const YamlNode* rules = reader.Get("rules")) {
    fields_.rules = LoadRules(*rules, fields_.mode, parts_, log_);
  }
  if (const YamlNode* resources = reader.Get("custom_resources")) {
    fields_.custom_resources = LoadCustomResources(*resources, log_);
  }
}

void Loader::LoadIncluded(size_t file) {
  log_->SetFile(file);
  fields_.included.push_back(
      {std::string(parts_[file].name), parts_[file].text.size()});
  const YamlDocument document = ParseYaml(parts_[file].text);
  const YamlNode* const root = Root(
      document, "this file is empty; it needs the key version, and exemptions");
  if (root == nullptr) return;
  const MappingReader reader(*root, "an included file", kIncludedKeys,
                             kIncludedRequired, log_, "the policy's own file",
                             kKeys);
  if (const YamlNode* version = reader.Get("version")) {
    CheckVersion(*version, log_);
  }
  if (!Counts(*root)) return;
  if (const YamlNode* exemptions = reader.Get("exemptions")) {
    exemptions_.Load(*exemptions);
  }
}

Policy::Fields Loader::Take() && {
  fields_.file = std::string(parts_[0].name);
  fields_.sha256 = Sha256Hex(parts_);
  fields_.exemptions = std::move(exemptions_).Take();
  return std::move(fields_);
}

PolicyLoad Load(const PolicyParts& parts, const std::vector<Problem>& unread,
                absl::Time now) {
  ProblemLog log;
  Policy::Fields fields;
  {
    Loader loader(parts, now, &log);
    loader.LoadOwn(unread);
    for (size_t i = 1; i < parts.size(); ++i) loader.LoadIncluded(i);
    fields = std::move(loader).Take();
  }
  // What reading took is given back before the indexes are built.
  if (log.has_errors()) return {nullptr, std::move(log).Take()};
  return {std::make_shared<const Policy>(std::move(fields)),
          std::move(log).Take()};
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
  const Place here = {log_->file(), node.at().line};
  const auto [first, added] = places_.emplace(*name, here);
  if (!added) {
    const Place& there = first->second;
    log_->Error(
        node.at(),
        absl::StrCat(
            what_, " name ", Quote(*name), " is already used ",
            there.file == here.file ? "on line " : "in ",
            there.file == here.file ? "" : PlaceIn(parts_[there.file].name),
            there.line));
  }
  return std::string(*name);
}

PolicyLoad LoadPolicy(const PolicySource& source, absl::Time now) {
  std::vector<PolicyPart> parts;
  parts.reserve(source.files.size());
  for (const PolicyText& file : source.files) {
    parts.push_back({file.name, file.text});
  }
  if (parts.empty()) parts.push_back({"", ""});
  return Load(parts, source.problems, now);
}

PolicyLoad LoadPolicy(absl::string_view text, absl::string_view file,
                      absl::Time now) {
  const PolicyPart part = {file, text};
  return Load({&part, 1}, {}, now);
}

}  // namespace pinwarden
