// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What the schema cannot see; tests/lint_output/validate has that.
#include <nlohmann/json.hpp>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lint_output/samples.h"
#include "lint_output/sarif_rules.h"
#include "pinwarden/verdict.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using Json = nlohmann::ordered_json;

Json RunOf(std::vector<Finding> findings,
           const LintOutputOptions& options = Options()) {
  const Json log = Json::parse(
      FormatLint(ResultOf(std::move(findings)), LintOutput::kSarif, options));
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_THAT(log["runs"], SizeIs(1));
  return log["runs"][0];
}

Json ResultFor(const Finding& finding,
               const LintOutputOptions& options = Options()) {
  const Json run = RunOf({finding}, options);
  EXPECT_THAT(run["results"], SizeIs(1));
  return run["results"][0];
}

const Json& PlaceOf(const Json& result) {
  return result["locations"][0]["physicalLocation"];
}

TEST(LintSarifTest, SaysWhatIsWrongAndWhere) {
  const Json result = ResultFor(Refused());
  EXPECT_EQ(result["ruleId"], "no_tag");
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["message"]["text"], Refused().message);
  EXPECT_EQ(PlaceOf(result)["artifactLocation"],
            Json({{"uri", "sub/deploy/web.yaml"}, {"uriBaseId", "%SRCROOT%"}}));
  EXPECT_EQ(PlaceOf(result)["region"], Json({{"startLine", 14},
                                             {"startColumn", 18},
                                             {"endLine", 14},
                                             {"endColumn", 23}}));
  EXPECT_EQ(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            "Deployment web, container app");
  EXPECT_EQ(result["partialFingerprints"],
            Json({{"pinwardenFinding/v1", Fingerprint('1')}}));
  EXPECT_EQ(result["properties"]["image"], "nginx");
  EXPECT_FALSE(result.contains("fixes"));
}

TEST(LintSarifTest, EachResultNamesARuleThatIsThere) {
  const Json run =
      RunOf({Refused(), WouldBeRefused(), NotJudged(), Unreadable(),
             BadSuppression(), InBaseline(), Suppressed(), Hostile()});
  const Json& rules = run["tool"]["driver"]["rules"];
  ASSERT_THAT(run["results"], SizeIs(8));
  for (const Json& result : run["results"]) {
    SCOPED_TRACE(result.dump());
    EXPECT_EQ(rules[result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
  }
}

TEST(LintSarifTest, EveryReasonOfAVerdictAgainstAnImageHasItsRule) {
  for (const Reason reason :
       {Reason::kNoTag, Reason::kFloatingTag, Reason::kImpreciseVersion,
        Reason::kNoDigest, Reason::kUntrustedRegistry, Reason::kTagConvention,
        Reason::kMalformedReference, Reason::kUnidentifiedImage}) {
    SCOPED_TRACE(ReasonName(reason));
    Finding finding = Refused();
    finding.reason = std::string(ReasonName(reason));
    EXPECT_EQ(SarifRules()[SarifRuleOf(finding)].id, ReasonName(reason));
  }
}

TEST(LintSarifTest, AReasonWithoutARuleTakesThatOfItsKind) {
  Finding finding = BadSuppression();
  finding.reason = "expired_suppression";
  EXPECT_EQ(SarifRules()[SarifRuleOf(finding)].id, "bad_suppression");
  finding.kind = FindingKind::kRefused;
  EXPECT_EQ(SarifRules()[SarifRuleOf(finding)].id, "unidentified_image");
}

TEST(LintSarifTest, TheRulesHelp) {
  const Json run = RunOf({});
  const Json& rules = run["tool"]["driver"]["rules"];
  ASSERT_THAT(rules, SizeIs(SarifRules().size()));
  for (const Json& rule : rules) {
    SCOPED_TRACE(rule["id"]);
    for (const char* part : {"shortDescription", "fullDescription", "help"}) {
      EXPECT_FALSE(rule[part]["text"].get<std::string>().empty());
    }
    EXPECT_THAT(rule["help"]["markdown"].get<std::string>(), HasSubstr("```"));
    EXPECT_TRUE(rule["defaultConfiguration"].contains("level"));
  }
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  EXPECT_EQ(run["results"], Json::array());
}

TEST(LintSarifTest, WhatIsNoErrorYetIsAWarning) {
  EXPECT_EQ(ResultFor(WouldBeRefused())["level"], "warning");
  EXPECT_EQ(ResultFor(NotJudged())["level"], "warning");
  EXPECT_EQ(ResultFor(Unreadable())["level"], "error");
}

TEST(LintSarifTest, WhatIsSuppressedComesWithItsReason) {
  EXPECT_EQ(ResultFor(Refused())["suppressions"], Json::array());
  EXPECT_EQ(ResultFor(Refused())["baselineState"], "new");
  const Json suppressed = ResultFor(Suppressed());
  EXPECT_EQ(suppressed["suppressions"],
            Json::array({{{"kind", "inSource"},
                          {"status", "accepted"},
                          {"justification", "OPS-123, until 2027-01-31"}}}));
  const Json old = ResultFor(InBaseline());
  EXPECT_EQ(old["suppressions"],
            Json::array({{{"kind", "external"},
                          {"status", "accepted"},
                          {"justification", "in the baseline"}}}));
  EXPECT_EQ(old["baselineState"], "unchanged");
  EXPECT_FALSE(ResultFor(Refused(), {}).contains("baselineState"));
}

TEST(LintSarifTest, AFileThatWasNotLookedAtIsNotedAsSuch) {
  const Json run = RunOf({Refused(), Unreadable()});
  const Json& invocation = run["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"], false);
  ASSERT_THAT(invocation["toolExecutionNotifications"], SizeIs(1));
  const Json& note = invocation["toolExecutionNotifications"][0];
  EXPECT_EQ(note["message"]["text"], "more than 8388608 bytes");
  EXPECT_EQ(PlaceOf(note)["artifactLocation"]["uri"], "sub/big.yaml");
  EXPECT_EQ(run["tool"]["driver"]["notifications"][0]["id"],
            note["descriptor"]["id"]);
  EXPECT_EQ(PlaceOf(run["results"][1])["region"], Json({{"startLine", 1}}));
  EXPECT_EQ(RunOf({Refused()})["invocations"][0]["executionSuccessful"], true);
}

TEST(LintSarifTest, FilesAreNamedFromTheTopOfTheRepository) {
  const struct {
    const char* file;
    const char* root;
    const char* directory;
    const char* uri;
    bool below;
  } kCases[] = {
      {"a.yaml", "/repo", "/repo", "a.yaml", true},
      {"./a.yaml", "/repo", "/repo/sub/", "sub/a.yaml", true},
      {"../a.yaml", "/repo", "/repo/sub", "a.yaml", true},
      {"../../a.yaml", "/repo", "/repo/sub", "file:///a.yaml", false},
      {"/repo/x/a.yaml", "/repo", "/repo/sub", "x/a.yaml", true},
      {"/repository/a.yaml", "/repo", "/repo", "file:///repository/a.yaml",
       false},
      {"./a.yaml", "", "", "a.yaml", true},
      {"/a/../b.yaml", "", "", "file:///b.yaml", false},
      {"a b#c?d%e:f.yaml", "", "", "a%20b%23c%3Fd%25e%3Af.yaml", true},
      {"gr\xc3\xb6\xff.yaml", "", "", "gr%C3%B6%FF.yaml", true},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.file);
    Finding finding = Refused();
    finding.file = c.file;
    LintOutputOptions options;
    options.source_root = c.root;
    options.directory = c.directory;
    Json want = {{"uri", c.uri}};
    if (c.below) want["uriBaseId"] = "%SRCROOT%";
    EXPECT_EQ(PlaceOf(ResultFor(finding, options))["artifactLocation"], want);
  }
}

TEST(LintSarifTest, AMessageHasNoLinksAndNoPlaceholders) {
  const struct {
    const char* message;
    const char* want;
  } kCases[] = {
      {"a [b] {c} ${TAG} ${{ matrix.image }}",
       "a [b] {c} ${TAG} ${{ matrix.image }}"},
      {"see [this](http://e.example) [x]",
       "see \\[this\\](http://e.example) \\[x\\]"},
      {"image {0} and {12}", "image {{0}} and {{12}}"},
      {"{", "{"},
      {"{1", "{1"},
      {"{}", "{}"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    Finding finding = Refused();
    finding.message = c.message;
    EXPECT_EQ(ResultFor(finding)["message"]["text"], c.want);
  }
}

TEST(LintSarifTest, IsWellFormedWhateverTheTextsHold) {
  const std::string text =
      FormatLint(Everything(), LintOutput::kSarif, Options());
  EXPECT_TRUE(IsCleanText(text)) << text;
  EXPECT_THAT(Json::parse(text)["runs"][0]["results"], SizeIs(8));
}

}  // namespace
}  // namespace pinwarden::testing
