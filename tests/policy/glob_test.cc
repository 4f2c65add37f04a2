// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/glob.h"

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

TEST(GlobTest, MatchesTheWholeText) {
  const struct {
    const char* pattern;
    const char* text;
    bool want;
  } kCases[] = {
      {"prod", "prod", true},
      {"prod", "prod-eu", false},
      {"prod", "nonprod", false},
      {"prod", "", false},
      {"prod", "Prod", false},
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "anything", true},
      {"prod-*", "prod-", true},
      {"prod-*", "prod-eu", true},
      {"prod-*", "prod", false},
      {"*-prod", "eu-prod", true},
      {"*-prod", "eu-prod-1", false},
      {"*-prod-*", "eu-prod-1", true},
      {"*-prod-*", "eu-prod", false},
      {"a*b*c", "abc", true},
      {"a*b*c", "aXbYc", true},
      {"a*b*c", "aXbYcZ", false},
      {"a*b*c", "abbbcbc", true},
      {"a*a", "a", false},
      {"*aab", "aaab", true},
      {"*ab*ab", "ababxab", true},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.pattern, " on ", c.text));
    EXPECT_EQ(Glob(c.pattern).Matches(c.text), c.want);
  }
}

TEST(GlobTest, IgnoresCaseOnlyWhenAsked) {
  const struct {
    const char* pattern;
    const char* text;
    bool want;
  } kCases[] = {
      {"latest", "LATEST", true},
      {"Latest", "latest", true},
      {"*-LATEST", "1.2-Latest", true},
      {"latest", "latest1", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.pattern, " on ", c.text));
    EXPECT_EQ(Glob(c.pattern, Glob::Case::kIgnore).Matches(c.text), c.want);
    EXPECT_FALSE(Glob(c.pattern).Matches(c.text));
  }
}

TEST(GlobTest, SaysWhetherItIsLiteral) {
  EXPECT_TRUE(Glob("prod").literal());
  EXPECT_FALSE(Glob("prod-*").literal());
  EXPECT_EQ(Glob("Prod").pattern(), "Prod");
  EXPECT_EQ(Glob("Prod", Glob::Case::kIgnore).pattern(), "prod");
}

TEST(GlobTest, CoversWhatItMatches) {
  const struct {
    const char* wide;
    const char* narrow;
    bool want;
  } kCases[] = {
      {"*", "prod-*", true},        {"*", "*", true},
      {"prod-*", "prod-eu", true},  {"prod-*", "prod-eu-*", true},
      {"prod-*", "prod-*", true},   {"*-eu", "prod-*-eu", true},
      {"prod-eu", "prod-*", false}, {"prod-*", "*", false},
      {"prod-*", "prod*", false},   {"*a*", "*b*", false},
      {"a*b", "a*", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.wide, " over ", c.narrow));
    EXPECT_EQ(Glob(c.wide).Covers(Glob(c.narrow)), c.want);
  }
}

TEST(GlobTest, CoversAcrossCaseOnlyOneWay) {
  const Glob any_case("latest", Glob::Case::kIgnore);
  const Glob one_case("Latest");
  EXPECT_TRUE(any_case.Covers(one_case));
  EXPECT_FALSE(Glob("latest").Covers(any_case));
}

// What the pattern means, written so that it cannot be wrong.
bool SlowlyMatches(absl::string_view pattern, absl::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return SlowlyMatches(pattern.substr(1), text) ||
           (!text.empty() && SlowlyMatches(pattern, text.substr(1)));
  }
  return !text.empty() && text[0] == pattern[0] &&
         SlowlyMatches(pattern.substr(1), text.substr(1));
}

std::string RandomText(std::mt19937& random, absl::string_view letters,
                       size_t max_length) {
  std::string text(random() % (max_length + 1), 'a');
  for (char& c : text) c = letters[random() % letters.size()];
  return text;
}

TEST(GlobTest, AgreesWithTheDefinitionOnRandomTexts) {
  std::mt19937 random(1);
  int matches = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string pattern = RandomText(random, "ab*", 6);
    const std::string text = RandomText(random, "ab", 7);
    SCOPED_TRACE(absl::StrCat(pattern, " on ", text));
    const bool want = SlowlyMatches(pattern, text);
    ASSERT_EQ(Glob(pattern).Matches(text), want);
    matches += want;
  }
  EXPECT_GT(matches, 1000);
}

TEST(GlobTest, CoversOnlyWhereEveryTextAgrees) {
  std::mt19937 random(2);
  int covered_texts = 0;
  for (int i = 0; i < 20000; ++i) {
    const Glob wide(RandomText(random, "ab*", 5));
    const Glob narrow(RandomText(random, "ab*", 5));
    if (!wide.Covers(narrow)) continue;
    for (int j = 0; j < 20; ++j) {
      const std::string text = RandomText(random, "abc", 7);
      SCOPED_TRACE(
          absl::StrCat(wide.pattern(), " over ", narrow.pattern(), ": ", text));
      if (!narrow.Matches(text)) continue;
      ++covered_texts;
      ASSERT_TRUE(wide.Matches(text));
    }
  }
  EXPECT_GT(covered_texts, 1000);
}

// 2^40 steps for a matcher that tries every way.
TEST(GlobTest, TakesHostilePatternsInItsStride) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) absl::StrAppend(&pattern, "*a");
  EXPECT_FALSE(Glob(pattern + "b").Matches(std::string(10000, 'a')));
  EXPECT_TRUE(Glob(pattern).Matches(std::string(10000, 'a')));
}

}  // namespace
}  // namespace pinwarden
