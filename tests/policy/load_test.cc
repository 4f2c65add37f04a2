// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What the golden files cannot show: bounds, sizes, identity, time.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/policy.h"
#include "pinwarden/yaml.h"
#include "policy/loader.h"
#include "policy/read.h"
#include "re2/re2.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHead[] = "version: 1\nmode: enforce\n";
constexpr char kTail[] = "  - name: default\n    require: tag\n";

PolicyLoad Load(const std::string& text) {
  return LoadPolicy(text, "policy.yaml", absl::FromUnixSeconds(1780272000));
}

std::string Shown(const PolicyLoad& load, const std::string& text) {
  return RenderProblems(load.problems, "policy.yaml", text);
}

// `count` rules, each for a namespace of its own and with `extra` lines.
std::string ManyRules(int count, const std::string& extra = "") {
  std::string text = absl::StrCat(kHead, "rules:\n");
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&text, "  - name: rule-", i,
                    "\n    match: {namespaces: [team-", i, "]}\n", extra);
  }
  return text + kTail;
}

TEST(LoadPolicyTest, KeepsTenThousandRulesInOrder) {
  const std::string text = ManyRules(10'000);
  const PolicyLoad load = Load(text);
  ASSERT_NE(load.policy, nullptr) << Shown(load, text);
  ASSERT_THAT(load.policy->rules(), SizeIs(10'001));
  EXPECT_EQ(load.policy->rules()[1234].name, "rule-1234");
  EXPECT_EQ(load.policy->rules()[1234].at.line, 4 + 2 * 1234);
  EXPECT_TRUE(load.policy->rules().back().match.MatchesEverything());
  EXPECT_THAT(load.policy->nameless_rules(), SizeIs(10'001));
}

TEST(LoadPolicyTest, KeepsTenThousandExemptions) {
  std::string text = absl::StrCat(kHead, "exemptions:\n");
  for (int i = 0; i < 10'000; ++i) {
    absl::StrAppend(&text, "  - name: e", i, "\n    match: {images: [acme/app-",
                    i, "]}\n    reason: vendor\n    owner: team\n",
                    "    expires: 2027-01-31\n");
  }
  absl::StrAppend(&text, "rules:\n", kTail);
  const PolicyLoad load = Load(text);
  ASSERT_NE(load.policy, nullptr) << Shown(load, text);
  ASSERT_THAT(load.policy->exemptions(), SizeIs(10'000));
  const MatchSubject subject = {"any", "docker.io/acme/app-4321", {}};
  EXPECT_EQ(load.policy->exemption_index().First(subject,
                                                 [](size_t) { return true; }),
            4321u);
}

TEST(LoadPolicyTest, SharesATagPatternThatRulesHaveInCommon) {
  const std::string text = ManyRules(3, "    tag_pattern: 'v[0-9.]+'\n");
  const PolicyLoad load = Load(text);
  ASSERT_NE(load.policy, nullptr) << Shown(load, text);
  const auto& rules = load.policy->rules();
  ASSERT_NE(rules[0].tag_pattern, nullptr);
  EXPECT_EQ(rules[0].tag_pattern, rules[2].tag_pattern);
  EXPECT_TRUE(re2::RE2::FullMatch("v1.2", *rules[0].tag_pattern));
  EXPECT_FALSE(re2::RE2::FullMatch("xv1.2", *rules[0].tag_pattern));
}

TEST(LoadPolicyTest, BoundsWhatAFileCanCost) {
  std::string patterns = absl::StrCat(kHead, "rules:\n");
  for (size_t i = 0; i <= kMaxTagPatterns; ++i) {
    absl::StrAppend(&patterns, "  - {name: r", i, ", match: {namespaces: [n", i,
                    "]}, tag_pattern: v", i, "}\n");
  }
  std::string entries = absl::StrCat(kHead, "floating_tags:\n");
  for (size_t i = 0; i <= kMaxListEntries; ++i) {
    absl::StrAppend(&entries, "  - t", i, "\n");
  }
  std::string labels = absl::StrCat(kHead, "rules:\n  - name: a\n    match:\n",
                                    "      labels:\n");
  for (int i = 0; i <= 64; ++i) {
    absl::StrAppend(&labels, "        l", i, ": v\n");
  }
  std::string rules = absl::StrCat(kHead, "rules:\n");
  for (size_t i = 0; i <= kMaxRulesAndExemptions; ++i) {
    absl::StrAppend(&rules, "  - {name: r", i, "}\n");
  }
  std::string resources = absl::StrCat(kHead, "custom_resources:\n");
  for (size_t i = 0; i <= kMaxCustomResources; ++i) {
    absl::StrAppend(&resources, "  - {}\n");
  }
  std::string paths = absl::StrCat(
      kHead, "custom_resources:\n  - group: a\n    kind: B\n", "    images:\n");
  for (size_t i = 0; i <= kMaxCustomResourcePaths; ++i) {
    absl::StrAppend(&paths, "      - p", i, "\n");
  }
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {patterns + kTail, "more than 256 different tag patterns"},
      {resources, "\"custom_resources\" has 1001 entries; at most 1000"},
      {paths, "\"images\" has 101 entries; at most 100"},
      {entries, "\"floating_tags\" has 10001 entries; at most 10000"},
      {labels + kTail, "\"labels\" has more than 64 entries"},
      {rules, "more than 100000 rules and exemptions"},
      {std::string(kMaxYamlBytes + 1, '#'), "at most 8388608 are read"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const PolicyLoad load = Load(c.text);
    EXPECT_EQ(load.policy, nullptr);
    EXPECT_THAT(Shown(load, c.text), HasSubstr(c.want));
  }
}

TEST(LoadPolicyTest, CountsRulesAndExemptionsTogether) {
  std::string text = absl::StrCat(kHead, "exemptions:\n");
  for (size_t i = 0; i < kMaxRulesAndExemptions; ++i) {
    absl::StrAppend(&text, " - {}\n");
  }
  absl::StrAppend(&text, "rules:\n", kTail);
  EXPECT_THAT(Shown(Load(text), text),
              HasSubstr("more than 100000 rules and exemptions"));
}

TEST(LoadPolicyTest, ShowsAHundredOfManyProblemsAndCountsTheRest) {
  const std::string text = ManyRules(500, "    colour: red\n");
  const PolicyLoad load = Load(text);
  EXPECT_EQ(load.policy, nullptr);
  ASSERT_THAT(load.problems, SizeIs(ProblemLog::kMaxProblems + 1));
  EXPECT_EQ(load.problems.back().message, "400 more errors are not shown");
}

TEST(LoadPolicyTest, AnErrorIsNeverLostAmongWarnings) {
  std::string text = absl::StrCat(kHead, "exemptions:\n");
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&text, "  - {name: e", i, ", match: {images: [a]}, ",
                    "reason: r, owner: o, expires: 2020-01-01}\n");
  }
  absl::StrAppend(&text, "rules:\n", kTail, "    require: digest\n");
  const PolicyLoad load = Load(text);
  EXPECT_EQ(load.policy, nullptr);
  EXPECT_TRUE(HasErrors(load.problems));
}

TEST(LoadPolicyTest, KnowsThePolicyByItsText) {
  const std::string text = absl::StrCat(kHead, "rules:\n", kTail);
  const PolicyLoad load = Load(text);
  ASSERT_NE(load.policy, nullptr);
  EXPECT_EQ(load.policy->file(), "policy.yaml");
  EXPECT_EQ(load.policy->sha256(),
            "30eefe6accb0988359527850b82a0f0e1d8103fa406e22f01bd946d9b3fa0502");
}

TEST(LoadPolicyTest, TheEndOfAnExemptionIsWhenItExpires) {
  const std::string text = absl::StrCat(
      kHead, "exemptions:\n  - {name: e, match: {images: [a]}, ",
      "reason: r, owner: o, expires: 2026-05-31}\nrules:\n", kTail);
  const absl::Time end = absl::FromUnixSeconds(1780272000);  // 2026-06-01
  EXPECT_THAT(LoadPolicy(text, "p", end - absl::Nanoseconds(1)).problems,
              IsEmpty());
  EXPECT_THAT(LoadPolicy(text, "p", end).problems, SizeIs(1));
}

TEST(PolicyTest, NamesModesAndPinLevelsAsThePolicyDoes) {
  EXPECT_EQ(ModeName(Mode::kObserve), "observe");
  EXPECT_EQ(ModeName(Mode::kEnforce), "enforce");
  EXPECT_EQ(PinLevelName(PinLevel::kNone), "none");
  EXPECT_EQ(PinLevelName(PinLevel::kTag), "tag");
  EXPECT_EQ(PinLevelName(PinLevel::kVersion), "version");
  EXPECT_EQ(PinLevelName(PinLevel::kDigest), "digest");
}

TEST(PolicyTest, ARuleWithImagesIsNoRuleForNamelessOnes) {
  const std::string text = absl::StrCat(
      kHead, "rules:\n  - {name: a, match: {images: [nginx]}}\n",
      "  - {name: b, match: {namespaces: [x]}, mode: observe}\n", kTail);
  const PolicyLoad load = Load(text);
  ASSERT_NE(load.policy, nullptr) << Shown(load, text);
  EXPECT_THAT(load.policy->nameless_rules(), ::testing::ElementsAre(1u, 2u));
  const auto any = [](size_t) { return true; };
  EXPECT_EQ(load.policy->nameless_rule_index().First({"x", "", {}}, any), 0u);
  EXPECT_EQ(load.policy->nameless_rule_index().First({"y", "", {}}, any), 1u);
}

}  // namespace
}  // namespace pinwarden
