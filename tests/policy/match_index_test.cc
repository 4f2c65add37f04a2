// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pinwarden/match.h"
#include "policy/random_matches.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::MakeMatch;
using ::pinwarden::testing::OwnedSubject;
using ::pinwarden::testing::RandomMatch;
using ::pinwarden::testing::RandomSubject;

MatchIndex IndexOf(const std::vector<Match>& matches) {
  std::vector<const Match*> pointers;
  for (const Match& match : matches) pointers.push_back(&match);
  return MatchIndex(std::move(pointers));
}

size_t FirstOf(const MatchIndex& index, const OwnedSubject& subject) {
  return index.First(subject.View(), [](size_t) { return true; });
}

// Few matches are not filed by keys.
std::vector<Match> Fillers() {
  return std::vector<Match>(10, MakeMatch({"none"}, {"none"}, {}));
}

TEST(MatchIndexTest, FindsNothingInNothing) {
  EXPECT_EQ(FirstOf(MatchIndex(), {"a", "h.io/a", {}}), MatchIndex::kNone);
  EXPECT_EQ(FirstOf(IndexOf({MakeMatch({"b"}, {}, {})}), {"a", "h.io/a", {}}),
            MatchIndex::kNone);
}

TEST(MatchIndexTest, FindsTheFirstThatHolds) {
  const std::vector<Match> matches = {
      MakeMatch({"a"}, {"h.io/a"}, {}),         // 0
      MakeMatch({}, {"h.io/a", "h.io/b"}, {}),  // 1
      MakeMatch({}, {"k.io/x/**"}, {}),         // 2
      MakeMatch({}, {}, {{"k", "v"}}),          // 3
      MakeMatch({"n", "m"}, {}, {}),            // 4
      MakeMatch({"prod-*"}, {"**/tool"}, {}),   // 5
      MakeMatch({}, {}, {}),                    // 6
  };
  const MatchIndex few = IndexOf(matches);
  std::vector<Match> more = Fillers();
  more.insert(more.begin(), matches.begin(), matches.end());
  const MatchIndex many = IndexOf(more);
  const struct {
    const char* what;
    OwnedSubject subject;
    size_t want;
  } kCases[] = {
      {"namespace and image", {"a", "h.io/a", {}}, 0},
      {"image only", {"b", "h.io/a", {}}, 1},
      {"second image of a list", {"a", "h.io/b", {}}, 1},
      {"prefix", {"a", "k.io/x/y/z", {}}, 2},
      {"prefix itself", {"a", "k.io/x", {}}, 6},
      {"prefix of a segment", {"a", "k.io/xy/z", {}}, 6},
      {"label", {"a", "k.io/z", {{"j", "w"}, {"k", "v"}}}, 3},
      {"image before label", {"a", "h.io/b", {{"k", "v"}}}, 1},
      {"other value", {"a", "k.io/z", {{"k", "w"}}}, 6},
      {"namespace", {"n", "k.io/z", {}}, 4},
      {"second namespace", {"m", "k.io/z", {}}, 4},
      {"wildcards", {"prod-1", "k.io/tool", {}}, 5},
      {"no name", {"a", "", {}}, 6},
      {"nothing", {"", "", {}}, 6},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(FirstOf(few, c.subject), c.want);
    EXPECT_EQ(FirstOf(many, c.subject), c.want);
  }
}

TEST(MatchIndexTest, PassesOverWhatIsNotAccepted) {
  std::vector<Match> matches = Fillers();
  matches[0] = MakeMatch({"a"}, {}, {});
  matches[1] = MakeMatch({"a"}, {}, {});
  matches[2] = MakeMatch({}, {"h.io/a"}, {});
  matches[3] = MakeMatch({}, {}, {});
  const MatchIndex index = IndexOf(matches);
  const OwnedSubject subject("a", "h.io/a", {});
  for (size_t first = 0; first < 4; ++first) {
    SCOPED_TRACE(first);
    EXPECT_EQ(index.First(subject.View(), [=](size_t i) { return i >= first; }),
              first);
  }
  EXPECT_EQ(index.First(subject.View(), [](size_t) { return false; }),
            MatchIndex::kNone);
}

TEST(MatchIndexTest, AgreesWithLookingAtEachInTurn) {
  std::mt19937 random(1);
  size_t found = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Match> matches(random() % 60);
    std::generate(matches.begin(), matches.end(),
                  [&] { return RandomMatch(random); });
    const MatchIndex index = IndexOf(matches);
    for (int i = 0; i < 10; ++i) {
      const OwnedSubject subject = RandomSubject(random);
      const size_t odd = random() % 2;
      const auto accept = [&](size_t n) { return n % 3 != odd; };
      size_t want = MatchIndex::kNone;
      for (size_t n = 0; n < matches.size() && want == MatchIndex::kNone; ++n) {
        if (accept(n) && matches[n].Holds(subject.View())) want = n;
      }
      ASSERT_EQ(index.First(subject.View(), accept), want)
          << "round " << round << ", subject " << i;
      found += want != MatchIndex::kNone;
    }
  }
  EXPECT_GT(found, 10000u);
}

// What a lookup costs, counted rather than timed: how many matches it looked
// at.
size_t LookedAt(const MatchIndex& index, const OwnedSubject& subject) {
  size_t count = 0;
  index.First(subject.View(), [&count](size_t) {
    ++count;
    return true;
  });
  return count;
}

TEST(MatchIndexTest, LooksAtFewOfManyLiteralMatches) {
  constexpr int kMatches = 10000;
  const struct {
    const char* what;
    Match (*match)(int);
    OwnedSubject subject;
  } kCases[] = {
      {"images",
       [](int i) { return MakeMatch({}, {absl::StrCat("h.io/a", i)}, {}); },
       {"n", "h.io/a9999", {}}},
      {"prefixes",
       [](int i) {
         return MakeMatch({}, {absl::StrCat("h.io/a", i, "/**")}, {});
       },
       {"n", "h.io/a9999/x", {}}},
      {"namespaces",
       [](int i) { return MakeMatch({absl::StrCat("n", i)}, {}, {}); },
       {"n9999", "h.io/a", {}}},
      {"labels",
       [](int i) {
         return MakeMatch({}, {}, {{"team", absl::StrCat(i)}});
       },
       {"n", "h.io/a", {{"team", "9999"}}}},
      {"namespaces that share an image",
       [](int i) { return MakeMatch({absl::StrCat("n", i)}, {"h.io/a"}, {}); },
       {"n9999", "h.io/a", {}}},
      {"images that share a namespace",
       [](int i) { return MakeMatch({"n"}, {absl::StrCat("h.io/a", i)}, {}); },
       {"n", "h.io/a9999", {}}},
      {"labels that share both",
       [](int i) {
         return MakeMatch({"n"}, {"h.io/a"},
                          {{"tier", "x"}, {"team", absl::StrCat(i)}});
       },
       {"n", "h.io/a", {{"tier", "x"}, {"team", "9999"}}}},
      {"every pair of 100 namespaces and 100 images",
       [](int i) {
         return MakeMatch({absl::StrCat("n", i / 100)},
                          {absl::StrCat("h.io/a", i % 100)}, {});
       },
       {"n99", "h.io/a99", {}}},
      {"pairs in lists",
       [](int i) {
         return MakeMatch(
             {absl::StrCat("n", i / 100), absl::StrCat("m", i / 100)},
             {absl::StrCat("h.io/a", i % 100), absl::StrCat("h.io/b", i % 100)},
             {});
       },
       {"n99", "h.io/a99", {}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    std::vector<Match> matches;
    for (int i = 0; i < kMatches; ++i) matches.push_back(c.match(i));
    matches.push_back(MakeMatch({}, {}, {}));
    const MatchIndex index = IndexOf(matches);
    EXPECT_EQ(FirstOf(index, c.subject), size_t{kMatches - 1});
    EXPECT_LE(LookedAt(index, c.subject), 2u);
    EXPECT_EQ(FirstOf(index, {"other", "h.io/other", {}}), size_t{kMatches});
    EXPECT_LE(LookedAt(index, {"other", "h.io/other", {}}), 2u);
  }
}

TEST(MatchIndexTest, FilesListsOfAnyLength) {
  std::vector<std::string> namespaces;
  std::vector<std::string> images;
  for (int i = 0; i < 200; ++i) {
    namespaces.push_back(absl::StrCat("n", i));
    images.push_back(absl::StrCat("h.io/a", i));
  }
  const std::vector<Match> matches(20, MakeMatch(namespaces, images, {}));
  const MatchIndex index = IndexOf(matches);
  EXPECT_EQ(FirstOf(index, {"n199", "h.io/a199", {}}), 0u);
  EXPECT_EQ(FirstOf(index, {"n199", "h.io/a200", {}}), MatchIndex::kNone);
}

TEST(MatchIndexTest, TakesNamesOfAnyLengthAndManyLabels) {
  std::vector<Match> matches = Fillers();
  matches[0] = MakeMatch({}, {"h.io/a/**"}, {});
  matches[1] = MakeMatch({}, {}, {{"k", "v"}});
  const MatchIndex index = IndexOf(matches);
  std::string name = "h.io";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&name, "/b");
  testing::LabelTexts labels;
  for (int i = 0; i < 5000; ++i) labels.emplace_back("k", absl::StrCat(i));
  EXPECT_EQ(FirstOf(index, {"n", name, labels}), MatchIndex::kNone);
  labels.emplace_back("k", "v");
  EXPECT_EQ(FirstOf(index, {"n", name, labels}), 1u);
}

}  // namespace
}  // namespace pinwarden
