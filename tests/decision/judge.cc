// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "decision/judge.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"

namespace pinwarden::testing {
namespace {

constexpr absl::string_view kHex =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

}  // namespace

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error))
      << text << ": " << error;
  return time;
}

absl::Time Noon() { return At("2026-06-15T12:00:00Z"); }

std::shared_ptr<const Policy> PolicyOf(absl::string_view yaml) {
  PolicyLoad load = LoadPolicy(yaml, "policy.yaml", Noon());
  if (load.policy != nullptr) return load.policy;
  ADD_FAILURE() << RenderProblems(load.problems, "policy.yaml", yaml);
  Policy::Fields fields;
  fields.file = "broken.yaml";
  fields.rules.resize(1);
  fields.rules[0].name = "broken";
  fields.rules[0].require = PinLevel::kDigest;
  fields.rules[0].mode = Mode::kEnforce;
  return std::make_shared<const Policy>(std::move(fields));
}

std::string ImageOf(absl::string_view image) {
  return absl::StrReplaceAll(
      image, {{"$256", absl::StrCat("sha256:", kHex)},
              {"$384", absl::StrCat("sha384:", kHex, kHex.substr(32))},
              {"$512", absl::StrCat("sha512:", kHex, kHex)},
              {"$HEX", kHex}});
}

std::string Judge(const Policy& policy, const Case& c) {
  const std::string image = ImageOf(c.image);
  const Verdict verdict =
      Decide(policy, {image, c.confidence, c.name_space, c.labels}, c.now);
  return absl::StrCat(OutcomeName(verdict.outcome), " ",
                      ReasonName(verdict.reason), " ",
                      DecidedBy(policy, verdict));
}

std::string Message(const Policy& policy, const Case& c) {
  const std::string image = ImageOf(c.image);
  const Workload workload{image, c.confidence, c.name_space, c.labels};
  return VerdictMessage(policy, workload, Decide(policy, workload, c.now));
}

}  // namespace pinwarden::testing
