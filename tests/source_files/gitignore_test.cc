// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source_files/gitignore.h"

#include "gtest/gtest.h"
#include "source_files/ignored_by.h"

namespace pinwarden {
namespace {

using testing::IgnoredBy;
using testing::kIgnoreCases;

TEST(GitIgnoreTest, ReadsPatternsAsGitDocumentsThem) {
  for (const auto& c : kIgnoreCases) {
    SCOPED_TRACE(absl::StrCat(c.patterns, " and ", c.path));
    EXPECT_EQ(IgnoredBy(GitIgnore(c.patterns), c.path), c.ignored);
  }
}

TEST(GitIgnoreTest, TellsWhatIsKeptFromWhatItSaysNothingAbout) {
  const GitIgnore ignore("*.log\n!keep.log\n");
  EXPECT_EQ(ignore.Ask("a.log", false), GitIgnore::Answer::kIgnored);
  EXPECT_EQ(ignore.Ask("a/keep.log", false), GitIgnore::Answer::kKept);
  EXPECT_EQ(ignore.Ask("a.txt", false), GitIgnore::Answer::kNothing);
}

TEST(GitIgnoreTest, SkipsAByteOrderMark) {
  EXPECT_TRUE(IgnoredBy(GitIgnore("\xEF\xBB\xBF/a\n"), "a"));
}

TEST(GitIgnoreTest, LeavesOutWhatIsTooLongOrTooMuchAndSaysSo) {
  std::string many;
  for (size_t i = 0; i <= kMaxIgnorePatterns; ++i)
    absl::StrAppend(&many, "a\n");
  const struct {
    const char* name;
    std::string text;
    bool want;
  } kCases[] = {
      {"a long one", std::string(kMaxIgnorePatternBytes, 'a'), false},
      {"too long", std::string(kMaxIgnorePatternBytes + 1, 'a'), true},
      {"many", many.substr(2), false},
      {"too many", many, true},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(GitIgnore(c.text).cut(), c.want);
  }
}

// A matcher that tries one way after the other would not come back.
TEST(GitIgnoreTest, IsNotSlowedByPatternsMadeForThat) {
  std::string pattern, path;
  for (int i = 0; i < 60; ++i) {
    pattern += "**/a*";
    path += "a/";
  }
  EXPECT_FALSE(IgnoredBy(GitIgnore(pattern + "b"), path + "c"));
}

TEST(GitIgnoreTest, TakesAnyBytes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  for (size_t at = 0; at < all.size(); ++at) {
    const GitIgnore ignore(all.substr(at) + "[" + all.substr(0, at));
    EXPECT_NE(ignore.Ask("nothing like that", false),
              GitIgnore::Answer::kIgnored);
  }
}

}  // namespace
}  // namespace pinwarden
