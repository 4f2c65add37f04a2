// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/baseline.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lint_output/samples.h"
#include "pinwarden/lint.h"
#include "pinwarden/source_tree.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string Written(std::vector<Finding> findings) {
  const auto text = WriteBaseline(ResultOf(std::move(findings)));
  EXPECT_THAT(text, IsOk());
  return text.value_or("");
}

Baseline Parsed(absl::string_view text) {
  auto baseline = ParseBaseline(text);
  EXPECT_THAT(baseline, IsOk());
  return std::move(baseline).value_or(Baseline());
}

TEST(BaselineTest, HasOneFindingALineInItsOwnOrder) {
  EXPECT_EQ(Written({WouldBeRefused(), Refused(), NotJudged()}),
            absl::StrCat(
                "{\n\"version\": 1,\n\"findings\": [\n{\"fingerprint\": \"",
                Fingerprint('3'),
                "\", \"file\": \"compose.yaml\", \"where\": \"service web\", "
                "\"image\": \"nginx:${TAG}\", \"reason\": \"not_judged\"},\n"
                "{\"fingerprint\": \"",
                Fingerprint('1'),
                "\", \"file\": \"deploy/web.yaml\", \"where\": \"Deployment "
                "web, container app\", \"image\": \"nginx\", \"reason\": "
                "\"no_tag\"},\n{\"fingerprint\": \"",
                Fingerprint('2'),
                "\", \"file\": \"deploy/web.yaml\", \"where\": \"Deployment "
                "web, container cache\", \"image\": \"redis:stable\", "
                "\"reason\": \"floating_tag\"}\n]\n}\n"));
}

TEST(BaselineTest, IsReadAsItIsWritten) {
  EXPECT_THAT(Parsed(Written({})).entries, IsEmpty());
  const Baseline baseline = Parsed(Written({NotJudged(), Hostile()}));
  ASSERT_THAT(baseline.entries, SizeIs(2));
  EXPECT_THAT(baseline.entries[0].file, StartsWith("::error::x]]>&<a b='c'>"));
  EXPECT_EQ(baseline.entries[1],
            (BaselineEntry{Fingerprint('3'), "compose.yaml", "service web",
                           "nginx:${TAG}", "not_judged"}));
}

TEST(BaselineTest, LeavesOutWhatHidesOtherFindingsOrHasItsOwnReason) {
  EXPECT_THAT(
      Parsed(Written({Unreadable(), BadSuppression(), Suppressed()})).entries,
      IsEmpty());
}

TEST(BaselineTest, KeepsWhatIsInItWhenItIsWrittenAgain) {
  LintResult result = ResultOf({Refused(), NotJudged()});
  const std::string first = Written({Refused(), NotJudged()});
  ApplyBaseline(Parsed(first), &result);
  EXPECT_EQ(Written(result.findings), first);
}

TEST(ApplyBaselineTest, OnlyWhatIsNewFails) {
  LintResult result = ResultOf({NotJudged(), Refused(), WouldBeRefused()});
  EXPECT_THAT(
      ApplyBaseline(Parsed(Written({NotJudged(), WouldBeRefused()})), &result),
      IsEmpty());
  EXPECT_EQ(result.findings[0].state, FindingState::kBaseline);
  EXPECT_EQ(result.findings[1].state, FindingState::kNew);
  EXPECT_EQ(result.findings[2].state, FindingState::kBaseline);
  EXPECT_EQ(result.summary.baseline, 2u);
  EXPECT_EQ(result.summary.refused, 1u);
  EXPECT_EQ(result.summary.not_judged, 0u);
  EXPECT_EQ(result.summary.files, 12u);
}

TEST(ApplyBaselineTest, TellsWhatNoLongerOccurs) {
  LintResult result = ResultOf({Refused()});
  const auto fixed =
      ApplyBaseline(Parsed(Written({Refused(), NotJudged()})), &result);
  ASSERT_THAT(fixed, SizeIs(1));
  EXPECT_EQ(fixed[0].fingerprint, Fingerprint('3'));
}

// Somebody may write such an entry by hand.
TEST(ApplyBaselineTest, NeverHidesAFileThatCannotBeRead) {
  Baseline baseline;
  for (const Finding& finding :
       {Unreadable(), BadSuppression(), Suppressed()}) {
    baseline.entries.push_back({finding.fingerprint, "", "", "", ""});
  }
  LintResult result = ResultOf({Unreadable(), BadSuppression(), Suppressed()});
  EXPECT_THAT(ApplyBaseline(baseline, &result), SizeIs(3));
  EXPECT_EQ(result.findings[0].state, FindingState::kNew);
  EXPECT_EQ(result.findings[1].state, FindingState::kNew);
  EXPECT_EQ(result.findings[2].state, FindingState::kSuppressed);
}

TEST(ParseBaselineTest, NamesTheLineThatIsWrong) {
  const std::string start = "{\n\"version\": 1,\n\"findings\": [\n";
  const std::string good = absl::StrCat(
      "{\"fingerprint\": \"", Fingerprint('a'),
      "\", \"file\": \"f\", \"where\": \"\", \"image\": \"\", \"reason\": "
      "\"\"}");
  ASSERT_THAT(ParseBaseline(start + good + "]}"), IsOk());
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"", "line 1: "},
      {"[]", "line 1: not a baseline"},
      {"null", "line 1: not a baseline"},
      {"{\"findings\": []}", "not a baseline of version 1"},
      {"{\n\"version\": 2, \"findings\": []}",
       "line 2: not a baseline of version 1"},
      {"{\"version\": 1}", "\"findings\" has to be a list"},
      {"{\"version\": 1,\n\"findings\": {}}", "line 2: \"findings\" has to be"},
      {start + "7]}", "line 4: a finding has to be an object"},
      {start + good + ",\n{}]}",
       "line 5: a finding needs a string as its "
       "\"fingerprint\""},
      {start + good + ",\n{\"fingerprint\": 7}]}", "line 5: a finding needs"},
      {start + "{\"fingerprint\": \"" + Fingerprint('a') + "\"}]}",
       "line 4: a finding needs a string as its \"file\""},
      {start + good.substr(0, 20) + good.substr(21) + "]}",
       "line 4: a fingerprint has 64 lower-case hex digits"},
      {start + "{\"fingerprint\": \"" + Fingerprint('A') +
           "\", \"file\": \"f\", \"where\": \"\", \"image\": \"\", "
           "\"reason\": \"\"}]}",
       "line 4: a fingerprint has 64 lower-case hex digits"},
      {start + good + ",\n" + good, "this is not JSON"},
      {start + good + "\n" + good + "]}", "line 5: this is not JSON"},
      {start + good + "]}\n<<<<<<< HEAD\n", "line 5: "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(
        ParseBaseline(c.text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.want)));
  }
}

TEST(ParseBaselineTest, RefusesOversizedInputUnread) {
  EXPECT_THAT(
      ParseBaseline(std::string(kMaxSourceBytes + 1, ' ')),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("at most")));
}

TEST(WriteBaselineTest, RefusesWhatCouldNotBeReadAgain) {
  Finding finding = Refused();
  finding.where = std::string(kMaxSourceBytes, 'x');
  EXPECT_THAT(WriteBaseline(ResultOf({finding})),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       StartsWith("1 findings are too many")));
}

}  // namespace
}  // namespace pinwarden::testing
