// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/reach.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/random_matches.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::MakeMatch;
using ::pinwarden::testing::RandomMatch;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

std::vector<Covered> Find(const std::vector<Match>& matches) {
  std::vector<const Match*> pointers;
  for (const Match& match : matches) pointers.push_back(&match);
  return FindCovered(pointers);
}

TEST(FindCoveredTest, NamesTheFirstMatchThatCovers) {
  const struct {
    const char* what;
    std::vector<Match> matches;
    int by;  // what covers the last one; -1: nothing
  } kCases[] = {
      {"equal", {MakeMatch({"a"}, {}, {}), MakeMatch({"a"}, {}, {})}, 0},
      {"wider namespace",
       {MakeMatch({"b"}, {}, {}), MakeMatch({"pro*"}, {}, {}),
        MakeMatch({"prod-*"}, {}, {})},
       1},
      {"fewer dimensions",
       {MakeMatch({}, {"nginx"}, {}),
        MakeMatch({"a"}, {"nginx"}, {{"k", "v"}})},
       0},
      {"fewer labels",
       {MakeMatch({}, {}, {{"k", "v"}}),
        MakeMatch({}, {}, {{"a", "b"}, {"k", "v"}})},
       0},
      {"one of several patterns is not covered",
       {MakeMatch({}, {"h.io/**"}, {}),
        MakeMatch({}, {"h.io/a", "k.io/a"}, {})},
       -1},
      {"each of several patterns is covered",
       {MakeMatch({}, {"k.io/*", "h.io/**"}, {}),
        MakeMatch({}, {"h.io/a", "k.io/a"}, {})},
       0},
      {"narrower before wider",
       {MakeMatch({"prod"}, {}, {}), MakeMatch({"*"}, {}, {})},
       -1},
      {"other label value",
       {MakeMatch({}, {}, {{"k", "v"}}), MakeMatch({}, {}, {{"k", "w"}})},
       -1},
      {"more dimensions",
       {MakeMatch({"a"}, {"nginx"}, {}), MakeMatch({"a"}, {}, {})},
       -1},
      {"everything", {MakeMatch({}, {}, {}), MakeMatch({"a"}, {}, {})}, 0},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const std::vector<Covered> found = Find(c.matches);
    const int by = found.empty() ? -1 : static_cast<int>(found.back().by);
    EXPECT_EQ(by, c.by);
  }
}

// What it leaves out of the comparison never matters.
TEST(FindCoveredTest, FindsWhatComparingAllPairsFinds) {
  std::mt19937 random(20260601);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    std::vector<Match> matches;
    for (int i = 0; i < 12; ++i) matches.push_back(RandomMatch(random));
    std::vector<std::string> want;
    for (size_t i = 0; i < matches.size(); ++i) {
      for (size_t by = 0; by < i; ++by) {
        if (!matches[by].Covers(matches[i])) continue;
        want.push_back(absl::StrCat(i, " by ", by));
        break;
      }
    }
    std::vector<std::string> got;
    for (const Covered& covered : Find(matches)) {
      got.push_back(absl::StrCat(covered.index, " by ", covered.by));
    }
    EXPECT_EQ(got, want);
  }
}

TEST(FindCoveredTest, FindsTheLastOfTenThousand) {
  std::vector<Match> matches;
  for (int i = 0; i < 10'000; ++i) {
    matches.push_back(MakeMatch({absl::StrCat("team-", i % 100)},
                                {absl::StrCat("h.io/app-", i)}, {}));
  }
  matches.push_back(MakeMatch({"team-34"}, {"h.io/app-1234"}, {{"k", "v"}}));
  EXPECT_THAT(Find(matches), ElementsAre(AllOf(Field(&Covered::index, 10'000u),
                                               Field(&Covered::by, 1234u))));
}

TEST(FindCoveredTest, GivesUpOnTooMuchWorkInsteadOfGuessing) {
  // Wildcards alone: each has to be compared with all before it.
  std::vector<Match> matches;
  for (int i = 0; i < 20'000; ++i) {
    matches.push_back(MakeMatch({absl::StrCat("*-", i)}, {}, {}));
  }
  matches.push_back(MakeMatch({"*-1"}, {}, {}));
  EXPECT_THAT(Find(matches), IsEmpty());
}

}  // namespace
}  // namespace pinwarden
