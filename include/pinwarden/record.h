// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_RECORD_H_
#define PINWARDEN_RECORD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/engine.h"
#include "pinwarden/v1/decision.pb.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

inline constexpr size_t kMaxRecordFieldBytes = 4096;
inline constexpr int kMaxRecordedNames = 16;
inline constexpr size_t kMaxRecordedLabels = 32;
// A key or a value. Kubernetes allows 317 and 63.
inline constexpr size_t kMaxRecordedLabelBytes = 320;

// What a record says besides the judgement. Views, copied by MakeDecision().
struct RecordContext {
  absl::Time time{};
  v1::Trigger trigger = v1::TRIGGER_UNSPECIFIED;
  absl::Duration latency{};
  absl::string_view pod{};
  absl::string_view pod_uid{};
  absl::string_view container{};
  absl::string_view container_id{};
  absl::string_view runtime_name{};
  absl::string_view runtime_version{};
  bool static_pod = false;
  bool break_glass = false;
};

// The one form of a decision that log, JSON, stream and ledger share. Fields
// from outside are cut to kMaxRecordFieldBytes and made valid UTF-8. Of more
// than kMaxRecordedLabels labels those are kept that tell a pod's owner, then
// the first in order. The owner itself is for CompleteOwner().
v1::Decision MakeDecision(const Judgement& judgement, const Workload& workload,
                          const RecordContext& context);

// key=value pairs on one line, fixed keys in fixed order, units in the key,
// text from outside quoted and escaped:
//   event=decision outcome=would_reject reason=no_tag rule=default ...
//
// workload=KIND/NAME where that is known, break_glass=true where it is so;
// labels and the policy's hash are left to JSON.
std::string ToLogLine(const v1::Decision& decision);

// One JSON object on one line with the same names as the protobuf fields; enums
// are lower-case names without prefix ("would_reject"), the time is RFC 3339,
// labels are an object in order of their keys. Every field is there, empty ones
// too.
std::string ToJson(const v1::Decision& decision);

// "would_reject", "no_tag", "exact", "enforce", "create"; "unspecified".
absl::string_view NameOf(v1::Outcome outcome);
absl::string_view NameOf(v1::Reason reason);
absl::string_view NameOf(v1::Confidence confidence);
absl::string_view NameOf(v1::Mode mode);
absl::string_view NameOf(v1::Trigger trigger);

v1::Outcome ToProto(Outcome outcome);
v1::Reason ToProto(Reason reason);
v1::Confidence ToProto(Confidence confidence);
v1::Mode ToProto(Mode mode);

}  // namespace pinwarden

#endif  // PINWARDEN_RECORD_H_
