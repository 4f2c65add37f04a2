// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lint_output.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lint_output/samples.h"
#include "pinwarden/problem.h"

namespace pinwarden::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;

std::string Text(std::vector<Finding> findings,
                 const LintOutputOptions& options = {}) {
  return FormatLint(ResultOf(std::move(findings)), LintOutput::kText, options);
}

std::vector<std::string> Lines(absl::string_view text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  EXPECT_EQ(lines.back(), "") << "the last line has no end";
  lines.pop_back();
  return lines;
}

TEST(LintOutputTest, EveryFormatHasANameThatIsFoundAgain) {
  for (const std::string& name : LintOutputNames()) {
    SCOPED_TRACE(name);
    const auto output = ParseLintOutput(name);
    ASSERT_TRUE(output.has_value());
    EXPECT_EQ(LintOutputName(*output), name);
  }
  EXPECT_THAT(LintOutputNames(), ElementsAre("text", "json", "sarif", "junit",
                                             "github", "checkstyle"));
  EXPECT_EQ(ParseLintOutput("xml"), std::nullopt);
}

TEST(LintTextTest, SaysWhatIsWrongWhereAndWhatToWriteInstead) {
  EXPECT_EQ(
      Text({Refused()}),
      "deploy/web.yaml:14:18: refused: pinwarden: image \"nginx\" refused by "
      "rule \"default\" (policy.yaml:24): no tag means \"latest\", which "
      "changes without notice; pin it: nginx:<version> or "
      "nginx@sha256:<digest>\n"
      "    in Deployment web, container app\n"
      "    instead: nginx:<version> or nginx@sha256:<digest>\n"
      "1 refused in 12 files, 40 images\n");
}

TEST(LintTextTest, HasAWordForEachKind) {
  const struct {
    Finding finding;
    const char* start;
  } kCases[] = {
      {WouldBeRefused(), "deploy/web.yaml:20:18: would be refused: "},
      {NotJudged(), "compose.yaml:3:18: not judged: TAG is not set"},
      {Unreadable(), "big.yaml: unreadable: more than 8388608 bytes\n"},
      {BadSuppression(), "Dockerfile:1:18: bad suppression: "},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Text({c.finding}), StartsWith(c.start));
  }
}

TEST(LintTextTest, SumsUpWhatWasLookedAt) {
  LintOutputOptions options;
  const struct {
    std::vector<Finding> findings;
    size_t fixed;
    const char* want;
  } kCases[] = {
      {{}, 0, "nothing to report in 12 files, 40 images\n"},
      {{InBaseline()},
       0,
       "nothing to report in 12 files, 40 images; 1 in the baseline\n"},
      {{InBaseline(), Suppressed()},
       1,
       "nothing to report in 12 files, 40 images; 1 in the baseline, 1 "
       "suppressed; 1 finding of the baseline no longer there: write it "
       "anew\n"},
      {{Unreadable(), NotJudged(), Refused(), Refused(), WouldBeRefused(),
        BadSuppression()},
       0,
       "\n2 refused, 1 would be refused, 1 not judged, 1 unreadable, 1 bad "
       "suppression in 12 files, 40 images\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    options.fixed = c.fixed;
    EXPECT_THAT(Text(c.findings, options), EndsWith(c.want));
  }
  LintResult one;
  one.summary.files = one.summary.images = 1;
  EXPECT_EQ(FormatLint(one, LintOutput::kText, {}),
            "nothing to report in 1 file, 1 image\n");
}

TEST(LintTextTest, ShowsSuppressedFindingsOnlyIfAsked) {
  EXPECT_THAT(Lines(Text({InBaseline(), Suppressed()})), ::testing::SizeIs(1));
  LintOutputOptions options;
  options.show_suppressed = true;
  const std::string text = Text({InBaseline(), Suppressed()}, options);
  EXPECT_THAT(text, HasSubstr("old.yaml:14:18: refused"));
  EXPECT_THAT(text, HasSubstr("    in the baseline\n"));
  EXPECT_THAT(text, HasSubstr("    suppressed: OPS-123, until 2027-01-31\n"));
}

TEST(LintTextTest, HasColoursOnlyIfAsked) {
  LintOutputOptions options;
  options.colour = true;
  EXPECT_THAT(Text({Refused()}, options),
              HasSubstr("\x1b[31mrefused\x1b[0m: pinwarden: image"));
  EXPECT_THAT(Text({NotJudged()}, options),
              HasSubstr("\x1b[33mnot judged\x1b[0m"));
  EXPECT_THAT(Text({Refused(), NotJudged()}), Not(HasSubstr("\x1b")));
}

TEST(LintTextTest, KeepsAFileNameThatCanBePrinted) {
  Finding finding = Refused();
  finding.file = "größe/datei.yaml";
  EXPECT_THAT(Text({finding}), StartsWith("größe/datei.yaml:14:18: "));
}

// Whoever opens a pull request names the files and the images in it.
TEST(LintOutputTest, NoTextOfAFileGivesACommandToATerminalOrACiSystem) {
  LintOutputOptions options = Options();
  options.show_suppressed = true;
  for (const LintOutput output : {LintOutput::kText, LintOutput::kGithub}) {
    SCOPED_TRACE(LintOutputName(output));
    Finding suppressed = Hostile();
    suppressed.state = FindingState::kSuppressed;
    Finding colons = Refused();
    colons.file = "::error::x";
    const std::string text =
        FormatLint(ResultOf({Hostile(), suppressed, colons}), output, options);
    size_t commands = 0;
    for (const std::string& line : Lines(text)) {
      EXPECT_TRUE(IsPrintable(line)) << line;
      if (absl::StartsWith(line, "::")) {
        ++commands;
        EXPECT_THAT(line, ::testing::MatchesRegex(
                              "::(error|notice) file=[^:,]*,line=14,endLine=14,"
                              "col=18,endColumn=23,title=refused::.*"));
      } else if (output == LintOutput::kText) {
        EXPECT_THAT(line, Not(HasSubstr("##[")));
      }
    }
    EXPECT_EQ(commands, output == LintOutput::kText ? 0u : 3u);
  }
}

TEST(LintGithubTest, WritesOneAnnotationAFindingAndASummary) {
  const std::vector<std::string> lines =
      Lines(FormatLint(ResultOf({Refused(), NotJudged(), Unreadable()}),
                       LintOutput::kGithub, Options()));
  ASSERT_THAT(lines, ::testing::SizeIs(4));
  EXPECT_THAT(
      lines[0],
      StartsWith("::error file=sub/deploy/web.yaml,line=14,endLine=14,col=18,"
                 "endColumn=23,title=refused::pinwarden: image \"nginx\" "));
  EXPECT_THAT(
      lines[0],
      EndsWith("; pin it: nginx:<version> or nginx@sha256:<digest>%0Ain "
               "Deployment web, container app"));
  EXPECT_THAT(lines[1], StartsWith("::warning file=sub/compose.yaml,line=3,"));
  EXPECT_EQ(lines[2],
            "::error file=sub/big.yaml,title=unreadable::more than 8388608 "
            "bytes");
  EXPECT_EQ(lines[3],
            "1 refused, 1 not judged, 1 unreadable in 12 files, 40 images");
}

TEST(LintGithubTest, EscapesWhatEndsAValueOrACommand) {
  Finding finding = Refused();
  finding.file = "a:b,c%d";
  finding.message = "100%, or: a";
  finding.where = finding.suggestion = "";
  EXPECT_THAT(FormatLint(ResultOf({finding}), LintOutput::kGithub, {}),
              StartsWith("::error file=a%3Ab%2Cc%25d,line=14,endLine=14,col=18,"
                         "endColumn=23,title=refused::100%25, or: a\n"));
}

TEST(LintJsonTest, HasEveryMemberOfAFinding) {
  const Json json =
      Json::parse(FormatLint(ResultOf({Refused()}), LintOutput::kJson, {}));
  const Json want = {{"file", "deploy/web.yaml"},
                     {"line", 14},
                     {"column", 18},
                     {"end_line", 14},
                     {"end_column", 23},
                     {"image", "nginx"},
                     {"outcome", "rejected"},
                     {"reason", "no_tag"},
                     {"rule", "default"},
                     {"message", Refused().message},
                     {"suggestion", "nginx:<version> or nginx@sha256:<digest>"},
                     {"where", "Deployment web, container app"},
                     {"state", "new"},
                     {"suppressed_because", ""},
                     {"fingerprint", Fingerprint('1')}};
  EXPECT_EQ(json["findings"], Json::array({want}));
  EXPECT_EQ(json["summary"], Json({{"files", 12},
                                   {"images", 40},
                                   {"refused", 1},
                                   {"not_judged", 0},
                                   {"unreadable", 0},
                                   {"bad_suppressions", 0},
                                   {"baseline", 0},
                                   {"suppressed", 0},
                                   {"fixed", 0}}));
}

TEST(LintJsonTest, IsWellFormedWhateverTheTextsHold) {
  const std::string text =
      FormatLint(Everything(), LintOutput::kJson, Options());
  EXPECT_TRUE(IsCleanText(text)) << text;
  const Json json = Json::parse(text);
  ASSERT_THAT(json["findings"], ::testing::SizeIs(6));
  const std::string file = json["findings"][0]["file"];
  EXPECT_THAT(file, StartsWith("::error::x]]>&<a b='c'>\"\\\x1b[2J"));
  EXPECT_THAT(file, HasSubstr("\xEF\xBF\xBD"));
  const Json none = Json::parse(FormatLint({}, LintOutput::kJson, {}));
  EXPECT_EQ(none["findings"], Json::array());
}

TEST(LintJsonTest, HasWhatIsSuppressedIfAskedWithItsState) {
  LintOutputOptions options;
  options.show_suppressed = true;
  const Json json = Json::parse(FormatLint(
      ResultOf({InBaseline(), Suppressed()}), LintOutput::kJson, options));
  ASSERT_THAT(json["findings"], ::testing::SizeIs(2));
  EXPECT_EQ(json["findings"][0]["state"], "baseline");
  EXPECT_EQ(json["findings"][1]["state"], "suppressed");
  EXPECT_EQ(json["findings"][1]["suppressed_because"],
            "OPS-123, until 2027-01-31");
}

}  // namespace
}  // namespace pinwarden::testing
