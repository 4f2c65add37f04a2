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

namespace pinwarden {

// What reading one policy file came to.
struct PolicyFile {
  std::shared_ptr<const Policy> policy;  // null: the file is unusable
  std::string text;                      // its bytes, when it could be read
  // Each problem as RenderProblem() shows it, in order of position.
  std::vector<std::string> problems;
  std::string first_error;  // on one line; empty if there is none
};

// Reads and compiles the policy at `path`, which must be owned by root or by
// us and not be writable by others. `name` is what messages call it.
PolicyFile ReadPolicyFile(const std::string& path, absl::string_view name,
                          absl::Time now);

// "policy.yaml" of "/etc/pinwarden/policy.yaml".
absl::string_view BaseName(absl::string_view path);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_POLICY_FILE_H_
