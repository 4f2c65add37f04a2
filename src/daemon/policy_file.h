// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_POLICY_FILE_H_
#define PINWARDEN_SRC_DAEMON_POLICY_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

// What reading a policy, with the files that it includes, came to.
struct PolicyFile {
  std::shared_ptr<const Policy> policy;  // null: it is unusable
  PolicySource source;                   // its texts, as far as they were read
  // Each problem as RenderProblem() shows it, in order of file and position.
  std::vector<std::string> problems;
  std::string first_error;  // on one line; empty if there is none
};

// Reads and compiles the policy at `path` and what it includes. All of that
// must be owned by root or by us and not be writable by others.
PolicyFile ReadPolicyFile(const std::string& path, absl::Time now);

// The same of the last good policy at `path`. Messages call it `name`.
PolicyFile ReadLastGoodFile(const std::string& path, absl::string_view name,
                            absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_POLICY_FILE_H_
