// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/record.h"

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/quote.h"
#include "pinwarden/workload_owner.h"

namespace pinwarden {
namespace {

bool IsAscii(absl::string_view text) {
  unsigned all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

// Nearly every field is short ASCII, and a record is made for each container.
std::string Field(absl::string_view text,
                  size_t max_bytes = kMaxRecordFieldBytes) {
  if (text.size() <= max_bytes && IsAscii(text)) return std::string(text);
  return ToValidUtf8(text, max_bytes);
}

void AddLabels(absl::Span<const Label> labels, LabelMap* out) {
  std::vector<Label> kept;
  if (labels.size() > kMaxRecordedLabels) {
    kept.assign(labels.begin(), labels.end());
    std::sort(kept.begin(), kept.end(), [](const Label& a, const Label& b) {
      return std::make_tuple(!IsGeneratedLabel(a.key), a.key) <
             std::make_tuple(!IsGeneratedLabel(b.key), b.key);
    });
    kept.resize(kMaxRecordedLabels);
    labels = kept;
  }
  for (const Label& label : labels) {
    (*out)[Field(label.key, kMaxRecordedLabelBytes)] =
        Field(label.value, kMaxRecordedLabelBytes);
  }
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  const absl::Duration rest = time - absl::FromUnixSeconds(seconds);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

uint32_t Microseconds(absl::Duration duration) {
  const int64_t most = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(
      std::clamp<int64_t>(absl::ToInt64Microseconds(duration), 0, most));
}

}  // namespace

v1::Decision MakeDecision(const Judgement& judgement, const Workload& workload,
                          const RecordContext& context) {
  const Policy& policy = *judgement.under.policy;
  const Verdict& verdict = judgement.verdict;
  v1::Decision decision;
  SetTime(context.time, decision.mutable_time());
  decision.set_trigger(context.trigger);
  decision.set_outcome(ToProto(verdict.outcome));
  decision.set_reason(ToProto(verdict.reason));
  decision.set_mode(ToProto(verdict.mode));
  decision.set_rule(Field(DecidedBy(policy, verdict)));
  decision.set_policy_file(Field(DecidedIn(policy, verdict)));
  decision.set_policy_line(
      static_cast<uint32_t>(DecidedAt(policy, verdict).line));
  decision.set_policy_generation(judgement.under.generation);
  decision.set_namespace_(Field(workload.name_space));
  decision.set_pod(Field(context.pod));
  decision.set_pod_uid(Field(context.pod_uid));
  decision.set_container(Field(context.container));
  decision.set_container_id(Field(context.container_id));
  if (workload.confidence != Confidence::kUnknown) {
    decision.set_image(Field(workload.image));
  }
  if (workload.other_names.has_value()) {
    for (const std::string& name : *workload.other_names) {
      if (decision.other_names_size() == kMaxRecordedNames) break;
      decision.add_other_names(Field(name));
    }
  }
  decision.set_confidence(ToProto(workload.confidence));
  decision.set_message(Field(VerdictMessage(policy, workload, verdict)));
  decision.set_latency_us(Microseconds(context.latency));
  decision.set_runtime_name(Field(context.runtime_name));
  decision.set_runtime_version(Field(context.runtime_version));
  AddLabels(workload.labels, decision.mutable_labels());
  decision.set_policy_sha256(policy.sha256());
  decision.set_static_pod(context.static_pod);
  decision.set_break_glass(context.break_glass);
  return decision;
}

}  // namespace pinwarden
