// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/match.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/random_matches.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::MakeMatch;
using ::pinwarden::testing::OwnedSubject;
using ::pinwarden::testing::RandomMatch;
using ::pinwarden::testing::RandomSubject;

TEST(MatchTest, HoldsWhenEveryListHolds) {
  const OwnedSubject subject = {
      "prod-eu", "ghcr.io/acme/app", {{"tier", "prod"}, {"app", "web"}}};
  const struct {
    const char* what;
    Match match;
    bool want;
  } kCases[] = {
      {"nothing asked", MakeMatch({}, {}, {}), true},
      {"namespace", MakeMatch({"prod-eu"}, {}, {}), true},
      {"namespace glob", MakeMatch({"prod-*"}, {}, {}), true},
      {"second namespace", MakeMatch({"dev", "prod-eu"}, {}, {}), true},
      {"other namespaces", MakeMatch({"dev", "prod"}, {}, {}), false},
      {"image", MakeMatch({}, {"ghcr.io/acme/app"}, {}), true},
      {"second image", MakeMatch({}, {"nginx", "ghcr.io/**"}, {}), true},
      {"other images", MakeMatch({}, {"nginx", "ghcr.io/acme"}, {}), false},
      {"label", MakeMatch({}, {}, {{"tier", "prod"}}), true},
      {"both labels", MakeMatch({}, {}, {{"app", "web"}, {"tier", "prod"}}),
       true},
      {"label value", MakeMatch({}, {}, {{"tier", "dev"}}), false},
      {"label key", MakeMatch({}, {}, {{"zone", "prod"}}), false},
      {"one of two labels",
       MakeMatch({}, {}, {{"tier", "prod"}, {"zone", "eu"}}), false},
      {"all three", MakeMatch({"prod-*"}, {"ghcr.io/**"}, {{"tier", "prod"}}),
       true},
      {"all but the namespace",
       MakeMatch({"dev"}, {"ghcr.io/**"}, {{"tier", "prod"}}), false},
      {"all but the image",
       MakeMatch({"prod-*"}, {"nginx"}, {{"tier", "prod"}}), false},
      {"all but the label",
       MakeMatch({"prod-*"}, {"ghcr.io/**"}, {{"tier", "dev"}}), false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(c.match.Holds(subject.View()), c.want);
  }
}

TEST(MatchTest, FindsNoNameInAnImageId) {
  const OwnedSubject subject = {"prod", "", {}};
  EXPECT_TRUE(MakeMatch({"prod"}, {}, {}).Holds(subject.View()));
  EXPECT_FALSE(MakeMatch({}, {"**"}, {}).Holds(subject.View()));
}

TEST(MatchTest, KnowsWhenItMatchesEverything) {
  EXPECT_TRUE(MakeMatch({}, {}, {}).MatchesEverything());
  EXPECT_FALSE(MakeMatch({"*"}, {}, {}).MatchesEverything());
  EXPECT_FALSE(MakeMatch({}, {"**"}, {}).MatchesEverything());
  EXPECT_FALSE(MakeMatch({}, {}, {{"a", "b"}}).MatchesEverything());
}

TEST(MatchTest, CoversWhenEveryListDoes) {
  const struct {
    const char* what;
    Match wide;
    Match narrow;
    bool want;
  } kCases[] = {
      {"nothing over all", MakeMatch({}, {}, {}),
       MakeMatch({"a"}, {"nginx"}, {{"k", "v"}}), true},
      {"all over nothing", MakeMatch({"*"}, {}, {}), MakeMatch({}, {}, {}),
       false},
      {"every namespace", MakeMatch({"a-*", "b"}, {}, {}),
       MakeMatch({"b", "a-1"}, {}, {}), true},
      {"not every namespace", MakeMatch({"a-*"}, {}, {}),
       MakeMatch({"a-1", "b"}, {}, {}), false},
      {"every image", MakeMatch({}, {"ghcr.io/**"}, {}),
       MakeMatch({}, {"ghcr.io/a", "ghcr.io/b/*"}, {}), true},
      {"not every image", MakeMatch({}, {"ghcr.io/a"}, {}),
       MakeMatch({}, {"ghcr.io/a", "ghcr.io/b"}, {}), false},
      {"fewer labels", MakeMatch({}, {}, {{"k", "v"}}),
       MakeMatch({}, {}, {{"j", "w"}, {"k", "v"}}), true},
      {"more labels", MakeMatch({}, {}, {{"j", "w"}, {"k", "v"}}),
       MakeMatch({}, {}, {{"k", "v"}}), false},
      {"other label", MakeMatch({}, {}, {{"k", "v"}}),
       MakeMatch({}, {}, {{"k", "w"}}), false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(c.wide.Covers(c.narrow), c.want);
  }
}

TEST(MatchTest, CoversOnlyWhereEverySubjectAgrees) {
  std::mt19937 random(1);
  int covered = 0;
  for (int i = 0; i < 20000; ++i) {
    const Match wide = RandomMatch(random);
    const Match narrow = RandomMatch(random);
    if (!wide.Covers(narrow)) continue;
    for (int j = 0; j < 20; ++j) {
      const OwnedSubject subject = RandomSubject(random);
      if (!narrow.Holds(subject.View())) continue;
      ++covered;
      ASSERT_TRUE(wide.Holds(subject.View())) << i << " " << j;
    }
  }
  EXPECT_GT(covered, 500);
}

}  // namespace
}  // namespace pinwarden
