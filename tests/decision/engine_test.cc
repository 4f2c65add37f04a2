// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/engine.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "decision/judge.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::Noon;

// The n-th policy: its rule is named n and refuses only where n is odd.
std::shared_ptr<const Policy> NthPolicy(uint64_t n) {
  Policy::Fields fields;
  fields.file = "policy.yaml";
  fields.rules.resize(1);
  fields.rules[0].name = absl::StrCat(n);
  fields.rules[0].mode = Mode::kEnforce;
  fields.rules[0].require = n % 2 == 1 ? PinLevel::kDigest : PinLevel::kNone;
  return std::make_shared<const Policy>(std::move(fields));
}

const Workload kNginx = {"nginx", Confidence::kExact, "default", {}};

TEST(EngineTest, CountsPoliciesFromOne) {
  const auto first = NthPolicy(1);
  Engine engine(first);
  EXPECT_EQ(engine.Current().generation, 1u);
  EXPECT_EQ(engine.Current().policy, first);

  const auto second = NthPolicy(2);
  EXPECT_EQ(engine.Install(second), 2u);
  EXPECT_EQ(engine.Current().generation, 2u);
  EXPECT_EQ(engine.Current().policy, second);
  EXPECT_EQ(engine.Install(second), 3u);
}

TEST(EngineTest, JudgesUnderThePolicyInForce) {
  Engine engine(NthPolicy(1));
  const Judgement before = engine.Evaluate(kNginx, Noon());
  EXPECT_EQ(before.verdict.outcome, Outcome::kRejected);
  engine.Install(NthPolicy(2));
  const Judgement after = engine.Evaluate(kNginx, Noon());
  EXPECT_EQ(after.verdict.outcome, Outcome::kAllowed);
  EXPECT_EQ(DecidedBy(*before.under.policy, before.verdict), "1");
  EXPECT_EQ(DecidedBy(*after.under.policy, after.verdict), "2");
}

TEST(EngineTest, LetsGoOfAPolicyThatNobodyUses) {
  std::weak_ptr<const Policy> first;
  Engine engine([&first] {
    auto policy = NthPolicy(1);
    first = policy;
    return policy;
  }());
  {
    const Judgement judgement = engine.Evaluate(kNginx, Noon());
    engine.Install(NthPolicy(2));
    EXPECT_FALSE(first.expired());
  }
  EXPECT_TRUE(first.expired());
}

// Goes on until every judge has seen the policy change often enough.
TEST(EngineTest, KeepsJudgementsWholeWhilePoliciesChange) {
  constexpr int kJudges = 3;
  constexpr int kChanges = 10;
  Engine engine(NthPolicy(1));
  std::atomic<int> busy = kJudges;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> judges;
  for (int i = 0; i < kJudges; ++i) {
    judges.emplace_back([&] {
      uint64_t last = 1;
      for (int changes = 0; changes < kChanges;) {
        const Judgement j = engine.Evaluate(kNginx, Noon());
        const uint64_t n = j.under.generation;
        const Outcome want =
            n % 2 == 1 ? Outcome::kRejected : Outcome::kAllowed;
        wrong += j.under.policy->rules()[0].name != absl::StrCat(n);
        wrong += j.verdict.outcome != want;
        wrong += n < last;
        changes += n != last;
        last = n;
      }
      --busy;
    });
  }
  uint64_t n = 1;
  bool in_order = true;
  while (busy > 0) {
    ++n;
    in_order &= engine.Install(NthPolicy(n)) == n;
  }
  for (std::thread& judge : judges) judge.join();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace pinwarden
