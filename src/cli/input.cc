// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/input.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "pinwarden/file.h"
#include "pinwarden/policy_files.h"

namespace pinwarden {
namespace {

// Reads up to '\n' or the end; false when there was nothing left to read.
bool ReadLine(std::istream& in, std::string* line) {
  line->clear();
  std::streambuf* bytes = in.rdbuf();
  bool any = false;
  while (true) {
    const int c = bytes->sbumpc();
    if (c == std::char_traits<char>::eof()) return any;
    any = true;
    if (c == '\n') return true;
    if (line->size() < kMaxLineBytes) line->push_back(static_cast<char>(c));
  }
}

}  // namespace

void ForEachItem(const std::vector<std::string>& arguments, std::istream& in,
                 const std::function<void(const std::string&)>& each) {
  for (const std::string& argument : arguments) {
    if (argument != "-") {
      each(argument);
      continue;
    }
    for (std::string line; ReadLine(in, &line);) each(line);
  }
}

bool ReadsStdin(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "-") != arguments.end();
}

absl::StatusOr<PolicyOnDisk> ReadPolicyOnDisk(const std::string& path,
                                              absl::Time now) {
  absl::StatusOr<PolicySource> source =
      ReadPolicy(path, LocalPolicyFiles(FileTrust::kAnyone));
  if (!source.ok()) return source.status();
  PolicyOnDisk policy;
  policy.source = *std::move(source);
  policy.load = LoadPolicy(policy.source, now);
  return policy;
}

std::string RenderAll(const PolicyOnDisk& policy, const std::string& path) {
  return absl::StrJoin(RenderPolicyProblems(policy.load.problems, policy.source,
                                            DirectoryPrefix(path)),
                       "");
}

std::shared_ptr<const Policy> LoadPolicyFile(const std::string& path,
                                             absl::Time now,
                                             CliContext& context) {
  absl::StatusOr<PolicyOnDisk> policy = ReadPolicyOnDisk(path, now);
  if (!policy.ok()) {
    context.streams.err << "pinwarden: "
                        << std::string(policy.status().message())
                        << "; name a policy file with --policy FILE\n";
    context.exit = kExitUsage;
    return nullptr;
  }
  if (policy->load.policy == nullptr) {
    context.streams.err << RenderAll(*policy, path)
                        << "pinwarden: the policy has errors, so nothing was "
                           "judged\n";
    context.exit = kExitUsage;
  }
  return std::move(policy->load.policy);
}

}  // namespace pinwarden
