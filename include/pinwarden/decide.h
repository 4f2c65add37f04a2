// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DECIDE_H_
#define PINWARDEN_DECIDE_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/reference.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

// Judges one workload. `now` decides which exemptions still hold. A refusal is
// an answer, not an error: every input has a verdict. In order: malformed or
// unidentified; exemptions; the first rule that matches (registries, pin level,
// tag_pattern). Where `image` is one of several names of an image, the policy's
// `ambiguous` says what the others count for. Nothing is allocated that grows with the policy. Thread-safe.
Verdict Decide(const Policy& policy, const Workload& workload, absl::Time now);

// Judges the pin alone of something that is no image and has a version all the
// same, such as an action of a CI system: registries and tag conventions are
// about images. `reference` is a kName of at most kMaxReferenceBytes in all,
// whose digest may be of any kind, or an error of kind kInvalidArgument; it
// takes the place of `workload.image`. Thread-safe.
Verdict DecidePin(const Policy& policy, const Workload& workload,
                  const absl::StatusOr<Reference>& reference, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_DECIDE_H_
