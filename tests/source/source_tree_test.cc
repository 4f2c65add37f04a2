// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/source_tree.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "source/dump.h"

namespace pinwarden {
namespace {

TEST(ParseYamlSourceTest, ReadsWhatKubernetesAndComposeRead) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", ""},
      {"# only a comment\n", ""},
      {"a: b", R"({a: "b"})"},
      {"a:\n- 1\n- 'x y'\n- \"z\"\n", R"({a: ["1", "x y", "z"]})"},
      {"a:\nb: ~\nc: null\nd: \"null\"\n", R"({a: ~, b: ~, c: ~, d: "null"})"},
      {"a: 1\n---\nb: 2\n...\n---\nc: 3\n",
       R"({a: "1"} --- {b: "2"} --- {c: "3"})"},
      {"a: &x nginx\nb: *x\n", R"({a: "nginx", b: "nginx"})"},
      {"a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n",
       R"({a: {p: "1", q: "2"}, b: {q: "3", p: "1"}})"},
      {"x: &x {p: 1}\ny: &y {p: 2, q: 2}\nb: {<<: [*x, *y]}\n",
       R"({x: {p: "1"}, y: {p: "2", q: "2"}, b: {p: "1", q: "2"}})"},
      {"'<<': a", R"({<<: "a"})"},
      {"a: !Sub 'x ${y}'\nb: !Ref Image\nc: !GetAtt [A, B]\nd: !Ref\n",
       R"({a: !Sub "x ${y}", b: !Ref "Image", c: !GetAtt ["A", "B"], d: !Ref )"
       R"("")"
       "}"},
      {"a: |-\n  nginx:1\nb: >\n  x\n  y\n", "{a: \"nginx:1\", b: \"x y\n\"?}"},
      {"a: \"n\\x67inx\"", R"({a: "nginx"?})"},
      {"a: n\n  ginx", R"({a: "n ginx"?})"},
      {"{a: [b, {c: d}]}", R"({a: ["b", {c: "d"}]})"},
      {"a: 1\r\nb: 2\r\n", R"({a: "1", b: "2"})"},
      {"\xEF\xBB\xBF"
       "a: 1",
       R"({a: "1"})"},
      {"\xC3\xA4: \xE2\x82\xAC # \xF0\x9F\x98\x80\nb: nginx\n",
       "{\xC3\xA4: \"\xE2\x82\xAC\", b: \"nginx\"}"},
      {"? a\n: b\n", R"({a: "b"})"},
      {"a: !!str 1\n", R"({a: tag:yaml.org,2002:str "1"})"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const SourceTree tree = ParseYamlSource(c.text);
    EXPECT_EQ(Dump(tree), c.want);
    for (const SourceNode& document : tree.documents) {
      EXPECT_TRUE(RangesHold(document, c.text));
    }
  }
}

TEST(ParseYamlSourceTest, SaysWhatIsWrongAndGoesOn) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"a: 1\n---\nb: [\n---\nc: 3\n",
       R"({a: "1"} --- {c: "3"} !14: this is not YAML: did not find expected )"
       R"(node content while parsing a flow node)"},
      {"a: *b\n", R"({a: ~} !3: alias "b" stands for no anchor above it)"},
      {"a: &b [*b]\n",
       R"({a: [~]} !7: alias "b" is inside of what it stands for)"},
      {"a: 1\na: 2\n",
       R"({a: "1", a: "2"} !5: key "a" is given twice in one mapping; only )"
       R"(the last one counts, if the file is taken at all)"},
      {"{[a]: b, c: d}",
       R"({c: "d"} !1: a key has to be a plain text before a ":")"},
      {"a: {<<: 1}", R"({a: {}} !8: a merge key takes mappings only)"},
      {"a: \"b",
       "!5: this is not YAML: found unexpected end of stream while "
       "scanning a quoted scalar that starts on line 1"},
      {"a: \x01", "!3: character U+0001 is not allowed in such a file"},
      {"a: \xFF", "!3: this byte is not UTF-8"},
      {"a: \xED\xA0\x80", "!3: this byte is not UTF-8"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Dump(ParseYamlSource(c.text)), c.want);
  }
}

TEST(ParseYamlSourceTest, FindsTheLastOfAKeyThatIsGivenTwice) {
  const SourceTree tree = ParseYamlSource("a: {b: 1, b: 2}\n");
  EXPECT_EQ(tree.documents[0].Find({"a", "b"}).scalar(), "2");
  EXPECT_EQ(tree.documents[0].Find({"a", "c", "d"}).kind(),
            SourceNode::Kind::kNull);
}

// Nine levels of nine aliases each would be 400 million values.
TEST(ParseYamlSourceTest, WritesNoBombOut) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 10; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [");
    for (int k = 0; k < 9; ++k) {
      absl::StrAppend(&text, k == 0 ? "" : ",", "*a", i - 1);
    }
    text += "]\n";
  }
  const SourceTree tree = ParseYamlSource(text);
  ASSERT_EQ(tree.problems.size(), 1u);
  EXPECT_EQ(tree.problems[0].message,
            "more than 1000000 values up to here, aliases written out: the "
            "rest is not looked at");
  EXPECT_TRUE(tree.documents.empty());
}

// Whoever copies every value that there is copies no more than 64 MB.
TEST(ParseYamlSourceTest, CountsLongTextsThatManyAliasesStandFor) {
  std::string text = absl::StrCat("x: &x ", std::string(1'000'000, 'a'), "\n");
  for (int i = 0; i < 62; ++i) absl::StrAppend(&text, "a", i, ": *x\n");
  EXPECT_TRUE(ParseYamlSource(text).problems.empty());
  for (int i = 0; i < 10; ++i) absl::StrAppend(&text, "b", i, ": *x\n");
  EXPECT_EQ(ParseYamlSource(text).problems.size(), 1u);
}

// Each anchor is one level above the one before.
TEST(ParseYamlSourceTest, BoundsNestingThatAliasesMake) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 99; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [*a", i - 1, "]\n");
  }
  EXPECT_TRUE(ParseYamlSource(text).problems.empty());
  absl::StrAppend(&text, "b: [*a98]\n");
  const SourceTree tree = ParseYamlSource(text);
  ASSERT_EQ(tree.problems.size(), 1u);
  EXPECT_EQ(tree.problems[0].message,
            "nested deeper than 100 levels: this document is not looked at");
}

TEST(ParseYamlSourceTest, BoundsNestingSizeAndProblems) {
  EXPECT_EQ(Dump(ParseYamlSource(std::string(500, '['))),
            "!100: nested deeper than 100 levels: this document is not looked "
            "at");
  EXPECT_EQ(Dump(ParseYamlSource(std::string(kMaxSourceBytes + 1, 'a'))),
            "!0: larger than 8388608 bytes");
  std::string wrong;
  for (int i = 0; i < 1000; ++i) wrong += "--- [\n";
  EXPECT_EQ(ParseYamlSource(wrong).problems.size(), 101u);
}

}  // namespace
}  // namespace pinwarden
