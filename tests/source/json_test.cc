// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "pinwarden/source_tree.h"
#include "source/dump.h"

namespace pinwarden {
namespace {

TEST(ParseJsonSourceTest, KnowsWhereEveryValueStands) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {R"({"a": "b"})", R"({a: "b"})"},
      {R"({"a":[1,-2.50,true,false,null]})",
       R"({a: ["1", "-2.50", "true", "false", ~]})"},
      {R"(12)", R"("12")"},
      {R"(["a\"b", "\\", "c"])", R"(["a"b"?, "\"?, "c"])"},
      {R"(["\u00e4", ""])", "[\"\xC3\xA4\"?, \"\"]"},
      {"{}", "{}"},
      {"[[],{}]", "[[], {}]"},
      {"\xEF\xBB\xBF{\"a\": 1}", R"({a: "1"})"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const SourceTree tree = ParseJsonSource(c.text);
    EXPECT_EQ(Dump(tree), c.want);
    ASSERT_EQ(tree.documents.size(), 1u);
    EXPECT_TRUE(RangesHold(tree.documents[0], c.text));
  }
}

TEST(ParseJsonSourceTest, SaysWhereItCannotGoOn) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", "!0: this is not JSON: it ends too early"},
      {"{\"a\": }", "!6: this is not JSON: it cannot go on like this here"},
      {"{\"a\": 1} x", "!9: this is not JSON: it cannot go on like this here"},
      {"[1,", "!3: this is not JSON: it ends too early"},
      {"[\"\xFF\"]", "!2: this is not JSON: it cannot go on like this here"},
      {R"({"a": 1, "a": 2})",
       R"({a: "1", a: "2"} !10: key "a" is given twice in one mapping; only )"
       R"(the last one counts, if the file is taken at all)"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Dump(ParseJsonSource(c.text)), c.want);
  }
}

TEST(ParseJsonSourceTest, RefusesWhatNestsTooDeep) {
  const std::string text(200'000, '[');
  EXPECT_EQ(Dump(ParseJsonSource(text)),
            "!100: nested deeper than 100 levels: this document is not looked "
            "at");
}

}  // namespace
}  // namespace pinwarden
