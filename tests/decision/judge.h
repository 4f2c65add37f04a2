// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DECISION_JUDGE_H_
#define PINWARDEN_TESTS_DECISION_JUDGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden::testing {

// When nothing else is said.
absl::Time Noon();  // 2026-06-15T12:00:00Z

// The time that RFC 3339 `text` names.
absl::Time At(absl::string_view text);

// Loads "policy.yaml" with `yaml` in it at Noon(). A policy with an error fails
// the test and gives one that refuses everything.
std::shared_ptr<const Policy> PolicyOf(absl::string_view yaml);

// One container to judge. In `image`, $256, $384 and $512 stand for a digest of
// that size and $HEX for the 64 digits of the first.
struct Case {
  std::string image;
  std::string name_space = "default";
  std::vector<Label> labels = {};
  absl::Time now = Noon();
  Confidence confidence = Confidence::kExact;
};
std::string ImageOf(absl::string_view image);

// "<outcome> <reason> <rule or exemption>".
std::string Judge(const Policy& policy, const Case& c);

// VerdictMessage() of the same.
std::string Message(const Policy& policy, const Case& c);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DECISION_JUDGE_H_
