// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/status.h"

#include <google/protobuf/timestamp.pb.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pinwarden/image_claim.h"
#include "pinwarden/log.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxTextBytes = 4096;

constexpr size_t kMaxExpiring = 100;
constexpr int kMaxIncludedShown = 100;

// protobuf strings are UTF-8; a path need not be.
std::string Text(absl::string_view text) {
  return ToValidUtf8(text, kMaxTextBytes);
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void AddEvents(NriEvents events, v1::NriStatus* out) {
  switch (events) {
    case NriEvents::kNone:
      break;
    case NriEvents::kCreate:
      out->add_events("CreateContainer");
      break;
    case NriEvents::kValidate:
      out->add_events("ValidateContainerAdjustment");
      break;
  }
}

void FillNri(const NriStats& stats, v1::NriStatus* out) {
  out->set_registered(stats.registered);
  if (stats.registered) {
    SetTime(stats.registered_since, out->mutable_registered_since());
  }
  out->set_runtime_name(Text(stats.runtime.name));
  out->set_runtime_version(Text(stats.runtime.version));
  AddEvents(stats.events, out);
  // Before the first Configure there is no runtime to say anything of.
  if (!stats.runtime.name.empty() || !stats.runtime.version.empty()) {
    out->set_confidence(ToProto(ExpectedConfidence(stats.runtime)));
  }
  out->set_connections(stats.connections);
  out->set_requests(stats.requests);
  out->set_synchronized_containers(stats.synchronized_containers);
  out->set_protocol_errors(stats.protocol_errors);
  out->set_last_error(Text(stats.last_error));
  out->set_registration_timeout_ms(
      absl::ToInt64Milliseconds(stats.registration_timeout));
  out->set_request_timeout_ms(absl::ToInt64Milliseconds(stats.request_timeout));
}

// Those that end soon, the first to end first.
void AddExpiring(const Policy& policy, absl::Time now, v1::PolicyStatus* out) {
  std::vector<const Exemption*> soon = ExpiringExemptions(policy, now);
  if (soon.size() > kMaxExpiring) soon.resize(kMaxExpiring);
  for (const Exemption* exemption : soon) {
    v1::ExpiringExemption* added = out->add_expiring_exemptions();
    added->set_name(Text(exemption->name));
    added->set_owner(Text(exemption->owner));
    SetTime(exemption->expires, added->mutable_expires());
  }
}

void FillPolicy(const PolicyStore& policies, absl::Time now,
                v1::PolicyStatus* out) {
  const PolicyStore::State state = policies.GetState();
  const PolicyInForce current = policies.engine().Current();
  const Policy& policy = *current.policy;
  out->set_path(Text(state.path));
  out->set_generation(current.generation);
  out->set_sha256(policy.sha256());
  SetTime(state.loaded, out->mutable_loaded());
  out->set_mode(ToProto(policy.mode()));
  out->set_rules(static_cast<uint32_t>(policy.rules().size()));
  out->set_exemptions(static_cast<uint32_t>(policy.exemptions().size()));
  out->set_expired_exemptions(static_cast<uint32_t>(std::count_if(
      policy.exemptions().begin(), policy.exemptions().end(),
      [now](const Exemption& exemption) { return exemption.expires <= now; })));
  out->set_from_last_good(state.from_last_good);
  out->set_reloads(state.reloads);
  out->set_failed_reloads(state.failed_reloads);
  out->set_last_problem(Text(state.last_problem));
  out->set_ambiguous(std::string(AmbiguousName(policy.ambiguous())));
  out->set_on_slip(std::string(OnSlipName(policy.on_slip())));
  AddExpiring(policy, now, out);
  for (const Policy::Included& file : policy.included()) {
    if (out->included_files_size() == kMaxIncludedShown) break;
    out->add_included_files(Text(file.name));
  }
}

void FillCounts(const DecisionCounts::Snapshot& counts, v1::RecordStatus* out) {
  for (size_t i = 0; i < counts.by_outcome.size(); ++i) {
    const auto outcome = static_cast<v1::Outcome>(i);
    if (outcome == v1::OUTCOME_UNSPECIFIED && counts.by_outcome[i] == 0) {
      continue;
    }
    (*out->mutable_by_outcome())[std::string(NameOf(outcome))] =
        counts.by_outcome[i];
  }
  for (const DecisionCounts::Kind& kind : counts.kinds) {
    v1::DecisionCount* added = out->add_decisions();
    added->set_outcome(kind.outcome);
    added->set_reason(kind.reason);
    added->set_mode(kind.mode);
    added->set_count(kind.count);
  }
  v1::LatencyHistogram* latency = out->mutable_latency();
  for (const uint32_t bound : DecisionCounts::kLatencyBoundsUs) {
    latency->add_upper_bounds_us(bound);
  }
  for (const uint64_t count : counts.latency) latency->add_counts(count);
  latency->set_sum_us(counts.latency_sum_us);
}

void FillRecords(const Recorder& recorder, const Broadcast& broadcast,
                 v1::RecordStatus* out) {
  const Recorder::Stats stats = recorder.GetStats();
  out->set_recorded(stats.recorded);
  out->set_dropped(stats.dropped);
  FillCounts(stats.counts, out);
  out->set_watchers(static_cast<uint32_t>(broadcast.subscriptions()));
  out->set_lost_by_watchers(broadcast.lost());
  out->set_log_lines_dropped(DroppedLogLines());
}

void FillJudging(const StatusSources& from, v1::JudgingStatus* out) {
  const SlipTracker::Stats slips = from.judging.slips().GetStats();
  const Stopper::Stats stops = from.judging.stopper().GetStats();
  out->set_gaps(slips.gaps);
  out->set_unjudged_seconds(absl::ToDoubleSeconds(slips.unjudged));
  if (slips.last.has_value()) {
    SetTime(slips.last->from(), out->mutable_last_gap_from());
    SetTime(slips.last->until, out->mutable_last_gap_until());
    out->set_last_gap_cause(std::string(GapCauseName(slips.last->cause)));
  }
  out->set_slipped_allowed(slips.slipped_allowed);
  out->set_slipped_violations(slips.slipped_violations);
  out->set_slipped_stopped(stops.stopped);
  out->set_slipped_stop_failures(stops.failures);
  out->set_problem(Text(from.judging.journal().problem()));
}

void FillCri(const StatusSources& from, v1::CriStatus* out) {
  if (from.judging.cri() == nullptr) return;
  const CriStats stats = from.judging.cri()->Stats();
  out->set_socket(Text(from.settings.cri_socket));
  out->set_calls(stats.calls);
  out->set_failures(stats.failures);
  out->set_last_error(Text(stats.last_error));
}

}  // namespace

v1::GetStatusResponse AssembleStatus(const StatusSources& from,
                                     absl::Time now) {
  v1::GetStatusResponse status;
  status.set_version(std::string(Version()));
  status.set_pid(static_cast<uint32_t>(getpid()));
  SetTime(from.started, status.mutable_started());
  FillNri(from.nri.Stats(), status.mutable_nri());
  status.mutable_nri()->set_socket(Text(from.settings.nri_socket));
  FillPolicy(from.policies, now, status.mutable_policy());
  FillRecords(from.recorder, from.broadcast, status.mutable_records());
  FillJudging(from, status.mutable_judging());
  FillCri(from, status.mutable_cri());
  *status.mutable_ledger() = from.ledger.Status();
  *status.mutable_break_glass() = from.judging.break_glass().GetStatus();
  status.mutable_records()->set_log_lines_folded(from.decision_log.folded());
  return status;
}

}  // namespace pinwarden
