// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/status.h"

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <string>

#include "pinwarden/image_claim.h"
#include "pinwarden/log.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxTextBytes = 4096;

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
}

void FillRecords(const Recorder& recorder, const Broadcast& broadcast,
                 v1::RecordStatus* out) {
  const Recorder::Stats stats = recorder.GetStats();
  out->set_recorded(stats.recorded);
  out->set_dropped(stats.dropped);
  for (size_t i = 0; i < stats.by_outcome.size(); ++i) {
    const auto outcome = static_cast<v1::Outcome>(i);
    if (outcome == v1::OUTCOME_UNSPECIFIED && stats.by_outcome[i] == 0)
      continue;
    (*out->mutable_by_outcome())[std::string(NameOf(outcome))] =
        stats.by_outcome[i];
  }
  out->set_watchers(static_cast<uint32_t>(broadcast.subscriptions()));
  out->set_lost_by_watchers(broadcast.lost());
  out->set_log_lines_dropped(DroppedLogLines());
}

}  // namespace

v1::GetStatusResponse AssembleStatus(
    const Settings& settings, absl::Time started, const PolicyStore& policies,
    const NriPlugin& nri, const Recorder& recorder, const Broadcast& broadcast,
    absl::Time now) {
  v1::GetStatusResponse status;
  status.set_version(std::string(Version()));
  SetTime(started, status.mutable_started());
  FillNri(nri.Stats(), status.mutable_nri());
  status.mutable_nri()->set_socket(Text(settings.nri_socket));
  FillPolicy(policies, now, status.mutable_policy());
  FillRecords(recorder, broadcast, status.mutable_records());
  return status;
}

}  // namespace pinwarden
