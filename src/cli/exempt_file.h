// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_EXEMPT_FILE_H_
#define PINWARDEN_CLI_EXEMPT_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

// Which of the files that a policy includes new exemptions go to, as the policy
// calls it: `wanted`, relative to the policy or absolute, or if that is empty
// the first that `include` names, with `stem` for its "*".
//
// kInvalidArgument: the policy does not include it; says which line would.
absl::StatusOr<std::string> ExemptionFileName(const std::string& policy_path,
                                              const PolicySource& policy,
                                              const std::string& wanted,
                                              const std::string& stem);

// `policy` with `text` in its file `name`, which it may have or not.
PolicySource WithFile(const PolicySource& policy, const std::string& name,
                      const std::string& text);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_EXEMPT_FILE_H_
