// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/problem.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

Problem Error(int line, int column) {
  return {Severity::kError, {line, column}, "message"};
}

TEST(RenderProblemTest, PutsTheCaretUnderTheColumn) {
  const std::string x60(60, 'x');
  const struct {
    int column;
    std::string line;
    std::string want;  // the two lines after the message
  } kCases[] = {
      {14, "    require: digets", "    require: digets\n             ^\n"},
      {1, "", "\n^\n"},
      {3, "ab", "ab\n  ^\n"},
      {9, "ab", "ab\n  ^\n"},  // never beyond the line
      {0, "ab", "ab\n^\n"},
      {2, "\tx", "\tx\n\t^\n"},
      {2, "\x1b[2J", "?[2J\n ^\n"},
      {6, "caf\xc3\xa9: x", "caf\xc3\xa9: x\n    ^\n"},
      {3, "\xc2\x9bx", "?x\n ^\n"},         // CSI as UTF-8
      {4, "\xe2\x80\xaex", "?x\n ^\n"},     // right-to-left override
      {4, "\xe2\x81\xa6x", "?x\n ^\n"},     // left-to-right isolate
      {2, "\xffx", "\xef\xbf\xbdx\n ^\n"},  // not UTF-8
      {61, x60 + "y", x60 + "y\n" + std::string(60, ' ') + "^\n"},
      {62, "a" + x60 + "y", "..." + x60 + "y\n" + std::string(63, ' ') + "^\n"},
      {1, x60 + "y", x60 + "...\n^\n"},
      {62, std::string("\xc3\xa9") + x60,
       "..." + x60.substr(1) + "x\n" + std::string(62, ' ') + "^\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.column, " in ", c.line));
    EXPECT_EQ(RenderProblem(Error(1, c.column), "f", c.line),
              absl::StrCat("f:1:", c.column, ": error: message\n", c.want));
  }
}

TEST(RenderProblemTest, TellsAWarningFromAnError) {
  const Problem warning = {Severity::kWarning, {2, 1}, "careful"};
  EXPECT_EQ(RenderProblem(warning, "a\nb", "x"),
            "a?b:2:1: warning: careful\nx\n^\n");
}

TEST(RenderProblemsTest, TakesEachLineFromTheTextInOrderOfPosition) {
  const Problem problems[] = {Error(3, 1), Error(1, 2), Error(9, 1),
                              Error(3, 1)};
  EXPECT_EQ(RenderProblems(problems, "f", "one\r\ntwo\nthree"),
            "f:1:2: error: message\none\n ^\n"
            "f:3:1: error: message\nthree\n^\n"
            "f:3:1: error: message\nthree\n^\n"
            "f:9:1: error: message\n\n^\n");
}

TEST(ProblemLogTest, KeepsAHundredOfEachSeverityAndCountsTheRest) {
  ProblemLog log;
  for (int i = 0; i < 150; ++i) log.Warning({i + 1, 1}, "w");
  EXPECT_FALSE(log.has_errors());
  for (int i = 0; i < 101; ++i) log.Error({i + 1, 1}, "e");
  EXPECT_TRUE(log.has_errors());
  EXPECT_EQ(log.errors(), 101u);
  const std::vector<Problem> all = std::move(log).Take();
  ASSERT_THAT(all, SizeIs(202));
  EXPECT_EQ(all[200].message, "1 more errors are not shown");
  EXPECT_EQ(all[201].message, "50 more warnings are not shown");
  EXPECT_TRUE(HasErrors(all));
}

TEST(ProblemLogTest, GivesProblemsInOrderOfPosition) {
  ProblemLog log;
  log.Error({3, 1}, "c");
  log.Add({{Severity::kWarning, {1, 5}, "b"}, {Severity::kError, {1, 2}, "a"}});
  std::string order;
  for (const Problem& p : std::move(log).Take()) order += p.message;
  EXPECT_EQ(order, "abc");
}

TEST(DidYouMeanTest, OffersTheClosestWordOnly) {
  constexpr absl::string_view kWords[] = {"none", "tag", "version", "digest"};
  const struct {
    std::string got;
    const char* want;
  } kCases[] = {
      {"digets", "; did you mean \"digest\"?"},
      {"Digest", "; did you mean \"digest\"?"},
      {"tags", "; did you mean \"tag\"?"},
      {"vresion", "; did you mean \"version\"?"},
      {"", ""},
      {"x", ""},
      {"strict", ""},
      {std::string(65, 'a'), ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.got);
    EXPECT_EQ(DidYouMean(c.got, kWords), c.want);
  }
}

TEST(IsPrintableTest, RefusesWhatCouldChangeHowTextLooks) {
  const struct {
    absl::string_view text;
    bool want;
  } kCases[] = {
      {"", true},
      {"plain text", true},
      {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", true},
      {"\xc2\xa0", true},
      {"tab\there", false},
      {"line\n", false},
      {absl::string_view("\0", 1), false},
      {"\x7f", false},
      {"\x1b[2J", false},
      {"\xc2\x85", false},      // next line
      {"\xe2\x80\xa8", false},  // line separator
      {"\xe2\x80\xae", false},  // right-to-left override
      {"\xe2\x81\xa9", false},  // pop directional isolate
      {"\xff", false},
      {"\xc3", false},
      {"\xe2\x82", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(IsPrintable(c.text), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
