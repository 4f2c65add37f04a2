// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/line_index.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

TEST(LineIndexTest, CountsLinesAndCharacters) {
  const struct {
    const char* text;
    size_t offset;
    const char* want;
  } kCases[] = {
      {"", 0, "1:1"},
      {"abc", 2, "1:3"},
      {"abc", 99, "1:4"},
      {"a\nbc", 1, "1:2"},
      {"a\nbc", 2, "2:1"},
      {"a\r\nbc", 4, "2:2"},
      {"a\rbc", 2, "2:1"},
      {"a\n\nb", 3, "3:1"},
      {"\xC3\xA4\xE2\x82\xAC x", 6, "1:4"},
      {"\xF0\x9F\x98\x80", 4, "1:2"},
      {"\xEF\xBB\xBF"
       "abc\nd",
       0, "1:1"},
      {"\xEF\xBB\xBF"
       "abc\nd",
       4, "1:2"},
      {"\xEF\xBB\xBF"
       "abc\nd",
       7, "2:1"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.text, " at ", c.offset));
    const Position at = LineIndex(c.text).At(c.offset);
    EXPECT_EQ(absl::StrCat(at.line, ":", at.column), c.want);
  }
}

TEST(LineIndexTest, GivesALineWithoutItsEnd) {
  const LineIndex index("one\r\ntwo\n\nfour");
  EXPECT_EQ(index.lines(), 4);
  EXPECT_EQ(index.Line(1), "one");
  EXPECT_EQ(index.Line(2), "two");
  EXPECT_EQ(index.Line(3), "");
  EXPECT_EQ(index.Line(4), "four");
  EXPECT_EQ(index.Line(0), "");
  EXPECT_EQ(index.Line(5), "");
  EXPECT_EQ(index.StartOf(2), 5u);
}

}  // namespace
}  // namespace pinwarden
