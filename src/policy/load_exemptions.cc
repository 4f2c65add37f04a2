// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/expiry.h"
#include "pinwarden/quote.h"
#include "policy/loader.h"
#include "policy/read.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kKeys[] = {"name", "match", "reason", "owner",
                                       "expires"};
constexpr size_t kMaxExpiresBytes = 64;

// Whether it asks for nothing that some pod lacks.
bool ExemptsEverything(const Match& match) {
  const auto any_namespace = [](const Glob& g) { return g.pattern() == "*"; };
  const auto any_image = [](const ImagePattern& p) {
    return p.pattern() == "**";
  };
  return match.labels.empty() &&
         (match.namespaces.empty() ||
          std::any_of(match.namespaces.begin(), match.namespaces.end(),
                      any_namespace)) &&
         (match.images.empty() ||
          std::any_of(match.images.begin(), match.images.end(), any_image));
}

void LoadExemptionMatch(const YamlNode& node, Exemption* exemption,
                        ProblemLog* log) {
  exemption->match = LoadMatch(node, log);
  if (node.kind() != YamlNode::Kind::kMapping) return;
  if (node.entries().empty()) {
    log->Error(node.at(),
               "\"match\" of an exemption must name namespaces, images or "
               "labels");
  } else if (!exemption->match.MatchesEverything() &&
             ExemptsEverything(exemption->match)) {
    log->Warning(node.at(),
                 "this exempts every image everywhere; to only watch, set "
                 "mode: observe");
  }
}

void LoadExpires(const YamlNode& node, absl::Time now, Exemption* exemption,
                 ProblemLog* log) {
  const auto text = ReadText(node, "expires", kMaxExpiresBytes, log);
  if (!text) return;
  const auto expires = ParseExpiry(*text);
  if (!expires.ok()) {
    return log->Error(node.at(), absl::StrCat("bad \"expires\": ",
                                              expires.status().message()));
  }
  exemption->expires = *expires;
  exemption->expires_text = std::string(*text);
  if (*expires <= now) {
    log->Warning(node.at(), absl::StrCat("exemption ", Quote(exemption->name),
                                         " has expired and exempts nothing; "
                                         "renew or remove it"));
  }
}

}  // namespace

Exemption ExemptionLoader::LoadOne(const YamlNode& node) {
  Exemption exemption;
  exemption.at = node.at();
  exemption.included = log_->file();
  const MappingReader reader(node, "an exemption", kKeys, kKeys, log_);
  if (const YamlNode* name = reader.Get("name")) {
    exemption.name = names_.Read(*name);
  }
  if (const YamlNode* match = reader.Get("match")) {
    LoadExemptionMatch(*match, &exemption, log_);
  }
  if (const YamlNode* reason = reader.Get("reason")) {
    exemption.reason = std::string(
        ReadText(*reason, "reason", kMaxReasonBytes, log_).value_or(""));
  }
  if (const YamlNode* owner = reader.Get("owner")) {
    exemption.owner = std::string(
        ReadText(*owner, "owner", kMaxOwnerBytes, log_).value_or(""));
  }
  if (const YamlNode* expires = reader.Get("expires")) {
    LoadExpires(*expires, now_, &exemption, log_);
  }
  return exemption;
}

void ExemptionLoader::Load(const YamlNode& node) {
  const size_t more = std::min(node.items().size(), kMaxRulesAndExemptions);
  // A thousand small files must not make it grow by a little each time.
  if (exemptions_.capacity() < exemptions_.size() + more) {
    exemptions_.reserve(
        std::max(exemptions_.size() + more, exemptions_.capacity() * 3 / 2));
  }
  ReadList(
      node, "exemptions", EmptyList::kIsFine, kMaxRulesAndExemptions, log_,
      [this](const YamlNode& item) { exemptions_.push_back(LoadOne(item)); });
}

}  // namespace pinwarden
