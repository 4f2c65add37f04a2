// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy.h"

#include <algorithm>
#include <utility>

namespace pinwarden {
namespace {

template <typename Entry>
std::vector<const Match*> Matches(const std::vector<Entry>& entries) {
  std::vector<const Match*> matches;
  matches.reserve(entries.size());
  for (const Entry& entry : entries) matches.push_back(&entry.match);
  return matches;
}

}  // namespace

absl::string_view ModeName(Mode mode) {
  switch (mode) {
    case Mode::kObserve:
      return "observe";
    case Mode::kEnforce:
      return "enforce";
  }
  return "unknown";
}

absl::string_view PinLevelName(PinLevel level) {
  switch (level) {
    case PinLevel::kNone:
      return "none";
    case PinLevel::kTag:
      return "tag";
    case PinLevel::kVersion:
      return "version";
    case PinLevel::kDigest:
      return "digest";
  }
  return "unknown";
}

absl::string_view AmbiguousName(Ambiguous ambiguous) {
  switch (ambiguous) {
    case Ambiguous::kJudge:
      return "judge";
    case Ambiguous::kStrict:
      return "strict";
    case Ambiguous::kObserve:
      return "observe";
  }
  return "unknown";
}

absl::string_view OnSlipName(OnSlip on_slip) {
  switch (on_slip) {
    case OnSlip::kRecord:
      return "record";
    case OnSlip::kStop:
      return "stop";
  }
  return "unknown";
}

Policy::Policy(Fields fields)
    : fields_(std::move(fields)),
      rule_index_(Matches(fields_.rules)),
      exemption_index_(Matches(fields_.exemptions)) {
  std::vector<const Match*> nameless;
  for (size_t i = 0; i < fields_.rules.size(); ++i) {
    if (!fields_.rules[i].match.images.empty()) continue;
    nameless_rules_.push_back(i);
    nameless.push_back(&fields_.rules[i].match);
  }
  nameless_rule_index_ = MatchIndex(std::move(nameless));
}

bool Policy::IsFloating(absl::string_view tag) const {
  return std::any_of(fields_.floating_tags.begin(), fields_.floating_tags.end(),
                     [tag](const Glob& glob) { return glob.Matches(tag); });
}

std::vector<const Exemption*> ExpiringExemptions(const Policy& policy,
                                                 absl::Time now) {
  std::vector<const Exemption*> soon;
  for (const Exemption& exemption : policy.exemptions()) {
    if (exemption.expires > now && exemption.expires <= now + kExpiresSoon) {
      soon.push_back(&exemption);
    }
  }
  std::stable_sort(soon.begin(), soon.end(),
                   [](const Exemption* a, const Exemption* b) {
                     return a->expires < b->expires;
                   });
  return soon;
}

}  // namespace pinwarden
