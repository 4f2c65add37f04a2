// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/yaml.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// The tree on one line: 1:4 before each node, "~" for nothing, 'x' in quotes
// when it was quoted.
std::string Show(const YamlNode& node) {
  std::string out = absl::StrCat(node.at().line, ":", node.at().column);
  switch (node.kind()) {
    case YamlNode::Kind::kNull:
      return out + "~";
    case YamlNode::Kind::kScalar:
      return absl::StrCat(out, node.quoted() ? "'" : "=", node.scalar());
    case YamlNode::Kind::kSequence:
      out += "[";
      for (const YamlNode& item : node.items()) {
        absl::StrAppend(&out, " ", Show(item));
      }
      return out + " ]";
    case YamlNode::Kind::kMapping:
      out += "{";
      for (const YamlEntry& entry : node.entries()) {
        absl::StrAppend(&out, " ", entry.key, "@", entry.key_at.line, ":",
                        entry.key_at.column, " ", Show(entry.value));
      }
      return out + " }";
  }
  return out;
}

struct Refusal {
  const char* text;
  const char* want;  // place and message of the one problem
};

void ExpectRefused(absl::Span<const Refusal> cases, bool complete) {
  for (const Refusal& c : cases) {
    SCOPED_TRACE(c.text);
    const YamlDocument document = ParseYaml(c.text);
    EXPECT_EQ(document.complete, complete);
    ASSERT_THAT(document.problems, SizeIs(1));
    const Problem& problem = document.problems[0];
    EXPECT_EQ(absl::StrCat(problem.at.line, ":", problem.at.column, " ",
                           problem.message),
              c.want);
  }
}

TEST(ParseYamlTest, GivesEveryNodeWithItsPlace) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", "1:1~"},
      {"# nothing\n", "1:1~"},
      {"a: 1", "1:1{ a@1:1 1:4=1 }"},
      {"a: 'b'\nc: \"d\"", "1:1{ a@1:1 1:4'b c@2:1 2:4'd }"},
      {"- a\n- [b, c]\n", "1:1[ 1:3=a 2:3[ 2:4=b 2:7=c ] ]"},
      {"a: {b: c, d: }\n", "1:1{ a@1:1 1:4{ b@1:5 1:8=c d@1:11 1:14~ } }"},
      {"a:\nb: ~\nc: null\n", "1:1{ a@1:1 1:1~ b@2:1 2:4~ c@3:1 3:4~ }"},
      {"a:\n  - x\n  -\n  - # y\n  - ~\nb: 1\n",
       "1:1{ a@1:1 2:3[ 2:5=x 3:3~ 4:3~ 5:5~ ] b@6:1 6:4=1 }"},
      {"a: |\n  b\n", "1:1{ a@1:1 1:4'b\n }"},
      {"a: b\n   c\n", "1:1{ a@1:1 1:4=b c }"},
      {"\"k\": 'it''s'", "1:1{ k@1:1 1:6'it's }"},
      {"a: \"x\\ty\"", "1:1{ a@1:1 1:4'x\ty }"},
      {"a: x#y # z", "1:1{ a@1:1 1:4=x#y }"},
      {"a: true\r\nb: 0x1\r\n", "1:1{ a@1:1 1:4=true b@2:1 2:4=0x1 }"},
      {"---\na: 1\n...\n", "2:1{ a@2:1 2:4=1 }"},
      {"\xef\xbb\xbf"
       "a: 1\nb: 2",
       "1:4{ a@1:4 1:7=1 b@2:1 2:4=2 }"},
      {"{\"a\": [1, \"b\"]}", "1:1{ a@1:2 1:7[ 1:8=1 1:11'b ] }"},
      {"a: caf\xc3\xa9\n", "1:1{ a@1:1 1:4=caf\xc3\xa9 }"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const YamlDocument document = ParseYaml(c.text);
    EXPECT_THAT(document.problems, IsEmpty());
    EXPECT_TRUE(document.complete);
    EXPECT_EQ(Show(document.root), c.want);
  }
}

TEST(ParseYamlTest, PointsAtAnUnquotedIndicator) {
  const Refusal kCases[] = {
      {"a: [*, b]",
       "1:5 a text that starts with \"*\" has to be quoted: "
       "\"*\""},
      {"a: [*-latest]",
       "1:5 a text that starts with \"*\" has to be quoted: "
       "\"*-latest\""},
      {"a: &", "1:4 a text that starts with \"&\" has to be quoted"},
      {"a: !<x", "1:7 a text that starts with \"!\" has to be quoted"},
      {"a: @x", "1:4 a text cannot start with \"@\"; put it in quotes"},
      {"a: %x", "1:4 a text cannot start with \"%\"; put it in quotes"},
  };
  ExpectRefused(kCases, false);
}

TEST(ParseYamlTest, PointsAtAnOpenQuoteOrBracket) {
  const Refusal kCases[] = {
      {"a: \"b", "1:4 this quote is never closed"},
      {"a: \"b\n", "1:4 this quote is never closed"},
      {"a: 'b''\n", "1:4 this quote is never closed"},
      {"a: \"b\\\"\nc: 1\n", "1:4 this quote is never closed"},
      {"a: \"\\d\"",
       "1:7 unknown escape after \"\\\" in double quotes; use "
       "single quotes, or write the backslash twice"},
      {"a: \"b\" c",
       "1:8 text after the closing quote; quote the whole "
       "value"},
      {"a: [b", "1:4 this bracket is never closed; a \"]\" is missing"},
      {"a: {b: c\n\n", "1:4 this bracket is never closed; a \"}\" is missing"},
      {"a: [b}", "1:6 \"}\" does not fit the opening bracket"},
      {"]", "1:1 \"]\" closes a bracket that was never opened"},
      {"a: [b\nc: d\n",
       "2:2 expected \",\" or \"]\" here: the bracket opened "
       "at 1:4 is not closed yet"},
      {"\xef\xbb\xbf"
       "a: [",
       "1:7 this bracket is never closed; a \"]\" is "
       "missing"},
  };
  ExpectRefused(kCases, false);
}

TEST(ParseYamlTest, PointsAtALineThatDoesNotFit) {
  const Refusal kCases[] = {
      {"a:\n\tb: c", "2:1 a tab indents this line; indent with spaces"},
      {"a: b: c",
       "1:5 a second \": \" on this line; a text that contains "
       "\": \" has to be quoted"},
      {"a\nb: c\n",
       "2:1 this reads as part of the text on line 1; a \":\" is "
       "missing there, or this line is indented too far"},
      {"a: 1\n  b: 2",
       "2:3 this reads as part of the text on line 1; a \":\" "
       "is missing there, or this line is indented too far"},
      {"a: - b",
       "1:4 a list item cannot start here; put it on a line of its "
       "own, below its key"},
      {"a: 1\n- b\n",
       "2:1 a list item cannot stand among the keys that start "
       "on line 1; is a key missing above, or the indentation "
       "off?"},
      {"a:\n  - b: 1\n   c: 2\n",
       "3:4 expected another \"- item\" of the list that starts at 2:3; check "
       "the indentation of this line"},
      {"a: 1\n---\nb: 2\n",
       "2:1 a second document starts here; a file holds "
       "one"},
      {"  a: 1\nb: 2\n",
       "2:1 this does not belong to what is above it; check "
       "that all top-level keys start in the same column"},
  };
  ExpectRefused(kCases, false);
}

TEST(ParseYamlTest, RefusesBytesThatAreNoText) {
  const Refusal kCases[] = {
      {"a: 1\nb: \x04\n",
       "2:4 control character 0x04; remove it, or save the "
       "file as UTF-8 text"},
      {"a: \xff\n", "1:4 byte 0xff is not UTF-8; save the file as UTF-8 text"},
      {"a: b\xef", "1:5 byte 0xef is not UTF-8; save the file as UTF-8 text"},
      {"a: \xef\xbf!",
       "1:4 byte 0xef is not UTF-8; save the file as UTF-8 text"},
      {"\x80\x80", "1:1 byte 0x80 is not UTF-8; save the file as UTF-8 text"},
      {"a: 1\rb: 2",
       "1:5 carriage return without a line feed; save the file "
       "with Unix line ends"},
  };
  ExpectRefused(kCases, false);
}

TEST(ParseYamlTest, RefusesWhatIsYamlButNoPlainTree) {
  const Refusal kCases[] = {
      {"a: 1\nb: 2\na: 3",
       "3:1 key \"a\" was already given on line 1; keep "
       "one of the two"},
      {"a: 1\n\"a\": 3",
       "2:1 key \"a\" was already given on line 1; keep one "
       "of the two"},
      {"a: {x: 1, x: 2}",
       "1:11 key \"x\" was already given on line 1; keep "
       "one of the two"},
      {"a: &x 1",
       "1:4 anchors are not supported; a text that starts with "
       "\"&\" has to be quoted"},
      {"a: !!str 1",
       "1:4 tags are not supported; a text that starts with "
       "\"!\" has to be quoted"},
      {"a: ! 1",
       "1:4 tags are not supported; a text that starts with \"!\" "
       "has to be quoted"},
      {"a: !x [1]",
       "1:4 tags are not supported; a text that starts with "
       "\"!\" has to be quoted"},
      {"a: !x {b: 1}",
       "1:4 tags are not supported; a text that starts with "
       "\"!\" has to be quoted"},
      {"<<: {a: 1}", "1:1 merge keys are not supported; write the values out"},
      {"? [a]\n: b", "1:3 a key has to be a plain text before a \":\""},
      {"{a: 1}: b", "1:1 a key has to be a plain text before a \":\""},
      {"~: b", "1:1 a key has to be a plain text before a \":\""},
  };
  ExpectRefused(kCases, true);
}

TEST(ParseYamlTest, AnAliasIsNeverFollowed) {
  const YamlDocument document = ParseYaml("a: &x [1, 2]\nb: *x\n");
  EXPECT_THAT(document.problems, SizeIs(2));
  EXPECT_EQ(Show(document.root), "1:1{ a@1:1 1:4[ 1:8=1 1:11=2 ] b@2:1 2:4~ }");
}

TEST(YamlNodeTest, FindsTheValueOfAKey) {
  const YamlDocument document = ParseYaml("a: 1\nb: [2]\n");
  ASSERT_NE(document.root.Find("b"), nullptr);
  EXPECT_THAT(document.root.Find("b")->items(), SizeIs(1));
  EXPECT_EQ(document.root.Find("c"), nullptr);
  EXPECT_EQ(document.root.Find("b")->Find("a"), nullptr);
  EXPECT_EQ(document.root.scalar(), "");
}

TEST(YamlNodeTest, NamesItsKindForMessages) {
  EXPECT_EQ(KindName(YamlNode::Kind::kNull), "nothing");
  EXPECT_EQ(KindName(YamlNode::Kind::kScalar), "a string");
  EXPECT_EQ(KindName(YamlNode::Kind::kSequence), "a list");
  EXPECT_EQ(KindName(YamlNode::Kind::kMapping), "a mapping");
}

}  // namespace
}  // namespace pinwarden
