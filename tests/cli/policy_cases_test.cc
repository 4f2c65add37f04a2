// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_cases.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(PolicyCasesTest, ReadsEveryKey) {
  const PolicyCases read = LoadPolicyCases(R"(version: 1
policy: other.yaml
cases:
  - image: nginx
    namespace: prod
    labels: {tier: web, team: a}
    time: 2027-01-31T12:00:00+01:00
    outcome: would_reject
    reason: no_tag
    rule: default
)");
  ASSERT_TRUE(read.problems.empty()) << read.problems[0].message;
  EXPECT_EQ(read.policy, "other.yaml");
  ASSERT_EQ(read.cases.size(), 1u);
  const PolicyCase& c = read.cases[0];
  EXPECT_EQ(c.at.line, 4);
  EXPECT_EQ(c.image, "nginx");
  EXPECT_EQ(c.name_space, "prod");
  EXPECT_THAT(c.labels,
              UnorderedElementsAre(Pair("tier", "web"), Pair("team", "a")));
  EXPECT_EQ(c.time, absl::FromCivil(absl::CivilSecond(2027, 1, 31, 11),
                                    absl::UTCTimeZone()));
  EXPECT_EQ(c.outcome, "would_reject");
  EXPECT_EQ(c.reason, "no_tag");
  EXPECT_EQ(c.rule, "default");
}

TEST(PolicyCasesTest, RefusesAFileThatWouldShowNothing) {
  const char* const kFiles[] = {
      "",
      "version: 1\n",
      "version: 1\ncases:\n",
      "version: 1\ncases: []\n",
      "version: 1\ncases: {}\n",
      "version: 1\ncases: [nginx]\n",
      "version: 1\ncases: [{image: a}]\n",
      "version: 1\ncases: [{outcome: allowed}]\n",
      "version: 2\ncases: [{image: a, outcome: allowed}]\n",
      "cases: [{image: a, outcome: allowed}]\n",
      "version: 1\ncases: [{image: a, outcome: allowed, labels: [x]}]\n",
      "version: 1\npolicy: {}\ncases: [{image: a, outcome: allowed}]\n",
      "{{{",
  };
  for (const char* file : kFiles) {
    SCOPED_TRACE(file);
    EXPECT_TRUE(HasErrors(LoadPolicyCases(file).problems));
  }
}

}  // namespace
}  // namespace pinwarden
