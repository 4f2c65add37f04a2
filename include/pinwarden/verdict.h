// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_VERDICT_H_
#define PINWARDEN_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pinwarden/policy.h"
#include "pinwarden/workload.h"

namespace pinwarden {

enum class Outcome {
  kAllowed,
  kExempted,
  kWouldReject,  // the rule observes: it runs
  kRejected,
  // Of a container that was created while nobody judged: it runs, and would
  // have been let in, or the policy is against it.
  kSlippedAllowed,
  kSlippedViolation,
};

enum class Reason {
  kPinned,
  kNotRequired,
  kExempted,
  kNoTag,
  kFloatingTag,
  kImpreciseVersion,
  kNoDigest,
  kUntrustedRegistry,
  kTagConvention,
  kMalformedReference,
  kUnidentifiedImage,
  kAmbiguousImage,  // its other names, which have to be judged, are not known
};

absl::string_view OutcomeName(Outcome outcome);  // "would_reject", ...
absl::string_view ReasonName(Reason reason);     // "no_tag", ...

// The answer about one workload under one policy. Small, and meaningful only
// together with that policy.
struct Verdict {
  Outcome outcome = Outcome::kRejected;
  Reason reason = Reason::kUnidentifiedImage;
  Mode mode = Mode::kEnforce;  // of the rule that decided
  bool by_exemption = false;   // what `index` counts in
  uint32_t index = 0;          // into the policy's exemptions() or rules()
  absl::Status malformed;      // why, under kMalformedReference
  // Into the workload's other_names: the one that decided, not `image`.
  std::optional<uint32_t> other_name;

  bool runs() const { return outcome != Outcome::kRejected; }
};

// The same verdict about a container that was created while nobody judged.
Verdict Slipped(Verdict verdict);

// The name of the image that decided: workload.image, or another of its names.
absl::string_view DecidedName(const Workload& workload, const Verdict& verdict);

// The rule or exemption that decided, the file that it stands in, as messages
// call that, and where in it.
absl::string_view DecidedBy(const Policy& policy, const Verdict& verdict);
absl::string_view DecidedIn(const Policy& policy, const Verdict& verdict);
Position DecidedAt(const Policy& policy, const Verdict& verdict);

// The three of them after what was done, in at most 512 bytes of printable
// ASCII: `refused by rule "default" (policy.yaml:24)`.
std::string DecidedHow(const Policy& policy, const Verdict& verdict);

inline constexpr size_t kMaxMessageBytes = 1024;

// One line for people, at most kMaxMessageBytes of printable ASCII: what was
// decided about which image, by which rule where, why, and how to pin it. The
// same on the node, in the CLI and in lint:
//
//   pinwarden: image "nginx" refused by rule "default" (policy.yaml:24): no tag
//   means "latest", which changes without notice; pin it: nginx:<version> or
//   nginx@sha256:<digest>
std::string VerdictMessage(const Policy& policy, const Workload& workload,
                           const Verdict& verdict);

// What such a message says after it has named who decided: why, and what to do
// about it, which is empty where there is nothing to do. Views into `message`.
// All of a text that is no such message is `why`. Takes any bytes.
//
//   why     no tag means "latest", which changes without notice
//   advice  pin it: nginx:<version> or nginx@sha256:<digest>
struct VerdictText {
  absl::string_view why;
  absl::string_view advice;
};
VerdictText SplitVerdictMessage(absl::string_view message);

}  // namespace pinwarden

#endif  // PINWARDEN_VERDICT_H_
