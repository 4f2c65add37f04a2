// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The policy in force, and what keeps it from being the one on disk.
#include "metrics/families.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

constexpr int kMaxExpiring = 100;

void WriteExemptions(const v1::PolicyStatus& policy, MetricWriter* out) {
  out->Gauge("pinwarden_policy_exemptions",
             "Exemptions of the policy in force, expired ones too.",
             policy.exemptions());
  out->Gauge("pinwarden_policy_exemptions_expired",
             "Exemptions of the policy in force that have expired.",
             policy.expired_exemptions());
  if (policy.expiring_exemptions().empty()) return;
  out->Family("pinwarden_exemption_expiry_timestamp_seconds",
              MetricType::kGauge,
              "When an exemption ends, of the 100 that end first within 14 "
              "days.");
  int written = 0;
  for (const v1::ExpiringExemption& exemption : policy.expiring_exemptions()) {
    if (++written > kMaxExpiring) break;
    out->AddDouble(
        "", {{"exemption", exemption.name()}, {"owner", exemption.owner()}},
        MetricTime(exemption.expires()));
  }
}

}  // namespace

void WritePolicyMetrics(const v1::PolicyStatus& policy, MetricWriter* out) {
  out->Family(
      "pinwarden_policy_info", MetricType::kGauge,
      "The policy in force: SHA-256 of its file, and its default mode.");
  out->Add({{"sha256", policy.sha256()}, {"mode", NameOf(policy.mode())}}, 1);
  out->Gauge("pinwarden_policy_generation",
             "Rises by one with each policy put in force.",
             policy.generation());
  out->GaugeDouble("pinwarden_policy_loaded_timestamp_seconds",
                   "When the policy in force was loaded.",
                   MetricTime(policy.loaded()));
  out->Gauge("pinwarden_policy_rules", "Rules of the policy in force.",
             policy.rules());
  WriteExemptions(policy, out);
  out->Counter("pinwarden_policy_reloads_total",
               "Reloads of the policy that took effect.", policy.reloads());
  out->Counter("pinwarden_policy_reload_failures_total",
               "Reloads that failed; the policy before stayed in force.",
               policy.failed_reloads());
  out->Gauge("pinwarden_policy_current",
             "1 while the policy in force is the one on disk.",
             policy.last_problem().empty() ? 1 : 0);
  out->Gauge("pinwarden_policy_from_last_good",
             "1 if the file was unusable at start, and the last good policy is "
             "in force.",
             policy.from_last_good() ? 1 : 0);
}

}  // namespace pinwarden
