// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/policy_log.h"

#include "absl/strings/str_cat.h"
#include "pinwarden/log.h"

namespace pinwarden {
namespace {

// Problems of one policy that go to the log; the others are for `--check`.
constexpr size_t kMaxLoggedProblems = 20;

}  // namespace

void LogProblems(const std::vector<std::string>& problems) {
  size_t logged = 0;
  for (const std::string& problem : problems) {
    if (logged++ == kMaxLoggedProblems) {
      Log(LogLevel::kWarning, "policy_problem",
          {{"problem", absl::StrCat(problems.size() - kMaxLoggedProblems,
                                    " more; see pinwardend --check")}});
      return;
    }
    Log(LogLevel::kWarning, "policy_problem",
        {{"problem", problem.substr(0, problem.find('\n'))}});
  }
}

void LogPolicy(absl::string_view event, absl::string_view cause,
               const PolicyInForce& current) {
  const Policy& policy = *current.policy;
  Log(LogLevel::kInfo, event,
      {{"cause", std::string(cause)},
       {"generation", absl::StrCat(current.generation)},
       {"mode", std::string(ModeName(policy.mode()))},
       {"rules", absl::StrCat(policy.rules().size())},
       {"exemptions", absl::StrCat(policy.exemptions().size())},
       {"included_files", absl::StrCat(policy.included().size())},
       {"sha256", policy.sha256()}});
}

}  // namespace pinwarden
