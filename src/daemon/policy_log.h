// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_POLICY_LOG_H_
#define PINWARDEN_SRC_DAEMON_POLICY_LOG_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/engine.h"

namespace pinwarden {

// One line policy_problem for each of them, which are rendered, up to a limit.
void LogProblems(const std::vector<std::string>& problems);

// The policy in force, as `event` ("policy_in_force") because of `cause`.
void LogPolicy(absl::string_view event, absl::string_view cause,
               const PolicyInForce& current);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_POLICY_LOG_H_
