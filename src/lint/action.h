// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LINT_ACTION_H_
#define PINWARDEN_SRC_LINT_ACTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/reference.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

// "owner/repo[/path]@ref" of GitHub Actions, read as an image is: a full commit
// id is the digest, any other ref the tag. What rules and exemptions match is
// "github.com/owner/repo/path".
//
// kInvalidArgument: says what is missing.
absl::StatusOr<Reference> ParseAction(absl::string_view text);

// What the policy makes of workload.image, an action.
Verdict DecideAction(const Policy& policy, const Workload& workload,
                     absl::Time now);

// As VerdictMessage() has it for images.
std::string ActionMessage(const Policy& policy, const Workload& workload,
                          const Verdict& verdict);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LINT_ACTION_H_
