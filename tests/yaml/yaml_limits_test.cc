// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Input made to cost time, memory or stack. That these tests end, also under
// the sanitizers, is half of what they say.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Repeat(absl::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) absl::StrAppend(&text, piece);
  return text;
}

// Each level indented one further.
std::string Staircase(int levels) {
  std::string text;
  for (int i = 0; i < levels; ++i) {
    absl::StrAppend(&text, std::string(static_cast<size_t>(i), ' '), "a:\n");
  }
  return text;
}

TEST(ParseYamlLimitsTest, RefusesWhatWouldCostTooMuch) {
  constexpr char kDeep[] = "nested deeper than 32 levels";
  constexpr char kLong[] = "longer than 262144 bytes";
  constexpr char kMany[] = "more than 1000000 values in one file";
  const size_t most = 512 << 10;
  const size_t many = 2 << 20;
  const struct {
    const char* what;
    std::string text;
    const char* want;
  } kCases[] = {
      {"100,000 brackets", std::string(100'000, '['), kDeep},
      {"balanced brackets",
       std::string(100'000, '[') + std::string(100'000, ']'), kDeep},
      {"brackets", std::string(kMaxYamlBytes, '['), kDeep},
      {"braces", std::string(most, '{'), kDeep},
      {"keys in braces", Repeat("{a: ", most), kDeep},
      {"dashes", Repeat("- ", most), kDeep},
      {"question marks", Repeat("? ", most), kDeep},
      {"staircase", Staircase(500), kDeep},
      {"blanks", std::string(most, ' '), kLong},
      {"line feeds", std::string(most, '\n'), kLong},
      {"tabs", std::string(most, '\t'), kLong},
      {"one long text", std::string(most, 'a'), kLong},
      {"words", Repeat("a ", most), kLong},
      {"lines of one text", Repeat("a\n", most), kLong},
      {"quoted text", "a: \"" + std::string(most, 'b') + "\"", kLong},
      {"block text", "a: |\n" + Repeat("  b\n", most), kLong},
      {"comment", Repeat("# c\n", most), kLong},
      {"tags", Repeat("!!a ", most), kLong},
      {"directives", Repeat("%a b\n", most), kLong},
      {"list in brackets as a possible key", "[" + Repeat("a,", most) + "]",
       kLong},
      {"short items", Repeat("-\n", many + 2), kMany},
      {"items in brackets", "a: [" + Repeat("a,", many + 2) + "]", kMany},
      {"documents", Repeat("---\n", many), "a second document"},
      {"bytes that continue no character", std::string(most, '\x80'),
       "byte 0x80 is not UTF-8"},
      {"more than all", std::string(kMaxYamlBytes + 1, 'a'),
       "at most 8388608 are read"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const YamlDocument document = ParseYaml(c.text);
    EXPECT_FALSE(document.complete);
    ASSERT_THAT(document.problems, SizeIs(1));
    EXPECT_THAT(document.problems[0].message, HasSubstr(c.want));
  }
}

TEST(ParseYamlLimitsTest, TakesWhatIsJustWithinThem) {
  const struct {
    const char* what;
    std::string text;
  } kCases[] = {
      {"32 levels", std::string(32, '[') + std::string(32, ']')},
      {"a text of 200,000 bytes", std::string(200'000, 'a')},
      {"a text of 100,000 characters", "a" + Repeat("\xc3\xa9", 200'000)},
      {"a list in brackets of 200,000 bytes",
       "[" + Repeat("a,", 200'000) + "]"},
      {"a long list in a value", "a: [" + Repeat("abcdefghi,", 1 << 20) + "]"},
      {"50,000 keys",
       [] {
         std::string keys;
         for (int i = 0; i < 50'000; ++i) absl::StrAppend(&keys, i, ": x\n");
         return keys;
       }()},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const YamlDocument document = ParseYaml(c.text);
    EXPECT_THAT(document.problems, IsEmpty());
    EXPECT_TRUE(document.complete);
  }
}

TEST(ParseYamlLimitsTest, ReportsAHundredOfManyProblems) {
  const YamlDocument document = ParseYaml(Repeat("a: &x 1\n", 50'000));
  EXPECT_THAT(document.problems, SizeIs(ProblemLog::kMaxProblems + 1));
}

}  // namespace
}  // namespace pinwarden
