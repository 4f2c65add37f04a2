// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_INPUT_H_
#define PINWARDEN_CLI_INPUT_H_

#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pinwarden/policy.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

struct CliContext;

// Calls `each` for every item of `arguments`; "-" stands for the lines of `in`,
// an empty line too. A line is kept up to kMaxLineBytes; what follows is
// dropped, which leaves it too long to be a reference.
inline constexpr size_t kMaxLineBytes = 64 << 10;
void ForEachItem(const std::vector<std::string>& arguments, std::istream& in,
                 const std::function<void(const std::string&)>& each);

// True when "-" is among them: then the output is JSON, one object a line.
bool ReadsStdin(const std::vector<std::string>& arguments);

// A policy with all that it includes, as it lies on disk.
struct PolicyOnDisk {
  PolicySource source;
  PolicyLoad load;
};

// Reads and compiles it, whoever owns it; an error when the policy's own file
// cannot be read.
absl::StatusOr<PolicyOnDisk> ReadPolicyOnDisk(const std::string& path,
                                              absl::Time now);

// All of its problems, under the names that `path` gives to its files.
std::string RenderAll(const PolicyOnDisk& policy, const std::string& path);

// The policy, for a command that needs a good one. On an error everything about
// it is printed to stderr, context.exit is set, and the result is null.
std::shared_ptr<const Policy> LoadPolicyFile(const std::string& path,
                                             absl::Time now,
                                             CliContext& context);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_INPUT_H_
