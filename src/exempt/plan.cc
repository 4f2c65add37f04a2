// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pinwarden/decide.h"
#include "pinwarden/exempt.h"
#include "pinwarden/policy_trial.h"
#include "pinwarden/reference.h"
#include "pinwarden/report.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxNameBytes = 250;  // room for "-12345" below 256

bool IsAgainst(const Verdict& verdict) {
  return verdict.outcome == Outcome::kRejected ||
         verdict.outcome == Outcome::kWouldReject;
}

// "docker.io/library/nginx" as a policy's patterns have it; "" for what has no
// name there.
std::string NameOf(absl::string_view image) {
  const auto reference = ParseReference(image);
  if (!reference.ok() || reference->kind == ReferenceKind::kImageId) return "";
  const auto pattern = ImagePattern::Parse(
      absl::StrCat(reference->registry, "/", reference->repository),
      ImagePattern::Use::kImages);
  return pattern.ok() && pattern->literal() ? pattern->pattern() : "";
}

// As a policy can write it, and meaning only this one.
bool IsPlainNamespace(absl::string_view name) {
  return !name.empty() && name.size() <= 253 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::StrContains("-._", c);
         });
}

// Empty where an exemption helps.
std::string WhyNot(const ReportRow& row, const Workload& workload,
                   const Verdict& verdict) {
  if (verdict.reason == Reason::kUnidentifiedImage) {
    return "the runtime does not say which image it is";
  }
  if (verdict.reason == Reason::kMalformedReference) {
    return absl::StrCat("not an image reference: ",
                        verdict.malformed.message());
  }
  if (verdict.reason == Reason::kAmbiguousImage) {
    return "the image's other names are not known, and the policy has "
           "\"ambiguous: strict\"";
  }
  if (NameOf(DecidedName(workload, verdict)).empty()) {
    return "an image id has no name that an exemption could match";
  }
  if (!IsPlainNamespace(row.name_space)) {
    return "no exemption can name its namespace";
  }
  return "";
}

// Every finding that is asked for, with what `policy` says of it now.
template <typename Each>
void ForEachFinding(const Policy& policy, const ReportData& data,
                    const std::optional<ImagePattern>& image, absl::Time now,
                    const Each& each) {
  const Report report = MakeReport(data, ReportBy::kWorkload, now);
  for (const ReportEntry& entry : report.entries) {
    if (entry.standing != Standing::kFinding) continue;
    const ReportRow row = data.row(entry.row);
    if (image.has_value() && !image->Matches(NameOf(row.image))) continue;
    const Workload workload = WorkloadOf(row);
    each(entry.row, row, workload, Decide(policy, workload, now));
  }
}

// Gives names that nothing else has.
class Namer {
 public:
  explicit Namer(const Policy& policy) {
    for (const Exemption& exemption : policy.exemptions()) {
      taken_.insert(exemption.name);
    }
  }

  std::string Name(absl::string_view name_space, absl::string_view image) {
    const std::string last(image.substr(image.rfind('/') + 1));
    const std::string path =
        absl::StrReplaceAll(image.substr(image.find('/') + 1), {{"/", "-"}});
    const std::string in = absl::StrCat(name_space, "-");
    std::string first = last == name_space ? last : in + last;
    for (std::string name : {std::move(first), in + path}) {
      if (name.size() <= kMaxNameBytes && taken_.insert(name).second) {
        return name;
      }
    }
    const std::string stem = (in + last).substr(0, kMaxNameBytes);
    for (int i = 2;; ++i) {
      std::string name = absl::StrCat(stem, "-", i);
      if (taken_.insert(name).second) return name;
    }
  }

 private:
  std::set<std::string> taken_;
};

}  // namespace

ExemptionPlan PlanExemptions(const Policy& policy, const ReportData& data,
                             const std::optional<ImagePattern>& image,
                             const ExemptionTerms& terms, absl::Time now) {
  ExemptionPlan plan;
  std::map<std::pair<std::string, std::string>, size_t> containers;
  ForEachFinding(policy, data, image, now,
                 [&](size_t index, const ReportRow& row,
                     const Workload& workload, const Verdict& verdict) {
                   if (verdict.outcome == Outcome::kExempted) {
                     ++plan.already;
                     return;
                   }
                   if (!IsAgainst(verdict)) {
                     ++plan.fine;
                     return;
                   }
                   std::string why = WhyNot(row, workload, verdict);
                   if (!why.empty()) {
                     plan.not_exemptable.push_back({index, std::move(why)});
                     return;
                   }
                   ++containers[{std::string(row.name_space),
                                 NameOf(DecidedName(workload, verdict))}];
                 });
  Namer namer(policy);
  for (const auto& [key, count] : containers) {
    const auto& [name_space, name] = key;
    plan.exemptions.push_back({namer.Name(name_space, name), name_space, name,
                               terms.reason, terms.owner, terms.expires,
                               count});
  }
  return plan;
}

std::vector<NotExemptable> StillRefused(
    const Policy& policy, const ReportData& data,
    const std::optional<ImagePattern>& image, absl::Time now) {
  std::vector<NotExemptable> refused;
  ForEachFinding(policy, data, image, now,
                 [&](size_t index, const ReportRow& row,
                     const Workload& workload, const Verdict& verdict) {
                   if (!IsAgainst(verdict)) return;
                   std::string why = WhyNot(row, workload, verdict);
                   if (why.empty()) why = "another of its names is refused";
                   refused.push_back({index, std::move(why)});
                 });
  return refused;
}

}  // namespace pinwarden
