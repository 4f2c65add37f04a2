// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_POLICY_CASES_H_
#define PINWARDEN_CLI_POLICY_CASES_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/problem.h"

namespace pinwarden {

// One case of a policy test file: what is asked, and what should come of it.
struct PolicyCase {
  Position at;
  std::string image;
  std::string name_space = "default";
  std::vector<std::pair<std::string, std::string>> labels;
  std::optional<absl::Time> time;  // nothing: now
  std::string outcome;
  std::string reason;  // empty: any
  std::string rule;    // empty: any
};

// The cases of one file and what is wrong with it:
//
//   version: 1
//   policy: policy.yaml        # beside this file; may be left out
//   cases:
//     - image: nginx
//       namespace: prod-eu
//       labels: {tier: prod}
//       time: 2027-01-31T12:00:00Z
//       outcome: rejected
//       reason: no_tag
//       rule: production
struct PolicyCases {
  std::string policy = "policy.yaml";  // as written: relative to the file
  std::vector<PolicyCase> cases;
  std::vector<Problem> problems;
};

// Every problem at once; a file without cases is a problem, since it would
// pass without showing anything.
PolicyCases LoadPolicyCases(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_POLICY_CASES_H_
