// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DECIDE_H_
#define PINWARDEN_DECIDE_H_

#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

// Judges one workload. `now` decides which exemptions still hold. A refusal is
// an answer, not an error: every input has a verdict. In order: malformed or
// unidentified; exemptions; the first rule that matches (registries, pin level,
// tag_pattern). Where `image` is one of several names of an image, the policy's
// `ambiguous` says what the others count for. Nothing is allocated that grows with the policy. Thread-safe.
Verdict Decide(const Policy& policy, const Workload& workload, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_DECIDE_H_
