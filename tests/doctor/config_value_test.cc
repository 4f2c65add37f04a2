// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/config_value.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "doctor/key_parts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Repeat(absl::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

TEST(ParseConfigTest, KeepsValuesAndWhereTheyStand) {
  const auto parsed = ParseConfig(
      "a = true\n[t.\"x.y\"]\n  b = 'text'\n  c = [1, \"two\"]\n", "c.toml");
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(parsed->table.at("a").Place(), "c.toml:1");
  const ConfigValue& table = parsed->table.at("t").table.at("x.y");
  EXPECT_EQ(table.table.at("b").text, "text");
  EXPECT_EQ(table.table.at("b").line, 3);
  EXPECT_EQ(table.table.at("b").column, 7);
  EXPECT_EQ(table.table.at("c").items.at(0).integer, 1);
  EXPECT_EQ(table.table.at("c").items.at(1).text, "two");
}

TEST(ParseConfigTest, NamesThePlaceOfWhatIsNotToml) {
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"a = 1\nb = = 2\n", "c.toml:2:5: "},
      {"a = \"open\n", "c.toml:1:"},
      {"[t\n", "c.toml:1:"},
      {"a = 1\na = 2\n", "c.toml:2:"},
      {std::string("a = 1\nb = \"\0\"\n", 14), "c.toml:2:"},
      {"\xff\xfe\x00", "c.toml:1:1: "},
      {"\x7f"
       "ELF\x02\x01\x01",
       "c.toml:1:1: "},
      {"a = \"\xc3\x28\"\n", "c.toml:1:"},
      {"a = 99999999999999999999\n", "c.toml:1:"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const auto parsed = ParseConfig(c.text, "c.toml");
    ASSERT_THAT(parsed, Not(IsOk()));
    EXPECT_THAT(std::string(parsed.status().message()), StartsWith(c.want));
  }
}

TEST(ParseConfigTest, RefusesWhatNestsTooDeepWithoutCrashing) {
  const std::string kHostile[] = {
      "a = " + Repeat("[", 100000),
      "a = " + Repeat("{a=", 100000),
      Repeat("a.", 500000) + "a = 1",
      "[" + Repeat("a.", 500000) + "a]",
      "a = {" + Repeat("a.", 400000) + "a = 1}",
      Repeat("\"\".", 300000) + "a = 1",
      Repeat("'='.", 200000) + "a = 1",
      "x = \"\"\"\"\"\"\"\"\n" + Repeat("a.", 400000) + "a = 1",
      Repeat("a .\t", 200000) + "a = 1",
  };
  for (const std::string& text : kHostile) {
    SCOPED_TRACE(text.substr(0, 40));
    EXPECT_THAT(ParseConfig(text, "c.toml"), Not(IsOk()));
  }
}

TEST(ParseConfigTest, ShowsNoRawBytesOfTheFileOrItsName) {
  const auto parsed = ParseConfig("a = \x1b[2J\n", "c\x1b.toml");
  ASSERT_THAT(parsed, Not(IsOk()));
  EXPECT_THAT(std::string(parsed.status().message()), Not(HasSubstr("\x1b")));
}

TEST(LineWithTooManyPartsTest, CountsTheDotsOfALineOutsideOfStrings) {
  const struct {
    const char* text;
    size_t want;
  } kCases[] = {
      {"", 0},
      {"a.b.c = 1\n", 0},
      {"a.b.c.d = 1\n", 1},
      {"a = 1\n[a.\"b\".'c'.d]\n", 2},
      {"a = \"....\"\n", 0},
      {"a = '....'\n", 0},
      {"a = '\\' # ....\nb = 1", 0},
      {"a = \"\\\"....\"\n", 0},
      {"a = '\\'....'\n", 1},
      {"a = \"\"\"....\n....\"\"\"\n", 0},
      {"a = \"\"\"\n\n\"\"\"\na.b.c.d = 1", 4},
      {"a = '''\n'....'''''\na.b.c.d = 1", 3},
      {"a = \"\"\"x\"\"\"\"\"\nb.b.b.b = 1", 2},
      {"a = \"open ....\nb.b.b.b = 1", 2},
      {"a.b\n.c.d = 1\n", 0},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(LineWithTooManyParts(c.text, 3), c.want);
  }
}

TEST(FindKeyTest, TakesAnotherCaseOnlyWhereItMay) {
  const auto parsed = ParseConfig("Disable = true\ndisable_x = 1\n", "c");
  ASSERT_THAT(parsed, IsOk());
  EXPECT_EQ(FindKey(*parsed, "disable", /*exact=*/true), nullptr);
  ASSERT_NE(FindKey(*parsed, "disable", /*exact=*/false), nullptr);
  EXPECT_EQ(FindKey(*parsed, "disable", /*exact=*/false)->line, 1);
}

TEST(MergeTablesTest, GoesKeyByKeyAndReplacesListsAndKinds) {
  auto to = ParseConfig("[t]\na = 1\nb = [1, 2]\nc = 1\n[t.d]\nx = 1\n", "1");
  const auto from =
      ParseConfig("[t]\nb = [3]\nd.y = 2\n[t.c]\nz = 1\n[u]\n", "2");
  ASSERT_THAT(to, IsOk());
  ASSERT_THAT(from, IsOk());
  MergeTables(*from, *to);
  const auto& t = to->table.at("t").table;
  EXPECT_EQ(t.at("a").Place(), "1:2");
  EXPECT_EQ(t.at("b").items.size(), 1u);
  EXPECT_EQ(t.at("c").kind, ConfigValue::Kind::kTable);
  EXPECT_EQ(t.at("d").table.size(), 2u);
  EXPECT_EQ(to->table.count("u"), 1u);
}

}  // namespace
}  // namespace pinwarden
