// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_INPUT_H_
#define PINWARDEN_CLI_INPUT_H_

#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pinwarden/policy.h"

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

// Reads and compiles a policy file for a command that needs a good one. On an
// error everything about it is printed to stderr, context.exit is set, and the
// result is null.
std::shared_ptr<const Policy> LoadPolicyFile(const std::string& path,
                                             absl::Time now,
                                             CliContext& context);

// The file name without its folders.
std::string BaseName(const std::string& path);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_INPUT_H_
