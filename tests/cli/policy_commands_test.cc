// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPolicy[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: tag
)";

TEST(CliPolicyLintTest, SaysWhatAGoodPolicyHolds) {
  const TempDir dir;
  const CliRun run =
      RunCliWith({"policy", "lint", dir.Write("policy.yaml", kPolicy)});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err,
              HasSubstr("loads; mode enforce, rules: 1, exemptions: 0"));
}

TEST(CliPolicyLintTest, ShowsEveryProblemWithItsPlace) {
  const TempDir dir;
  const std::string path = dir.Write("policy.yaml",
                                     "version: 1\n"
                                     "mode: enfroce\n"
                                     "rules:\n"
                                     "  - name: default\n"
                                     "    require: digets\n");
  const CliRun text = RunCliWith({"policy", "lint", path});
  EXPECT_EQ(text.exit, 1);
  EXPECT_THAT(text.out, AllOf(HasSubstr(path + ":2:7: error:"),
                              HasSubstr(path + ":5:14: error:"),
                              HasSubstr("did you mean \"digest\"?")));

  const CliRun json = RunCliWith({"policy", "lint", "-o", "json", path});
  EXPECT_EQ(json.exit, 1);
  ASSERT_EQ(json.JsonLines().size(), 2u);
  EXPECT_EQ(json.JsonLines()[1]["line"], 5);
  EXPECT_EQ(json.JsonLines()[1]["column"], 14);
  EXPECT_EQ(json.JsonLines()[1]["severity"], "error");
}

TEST(CliPolicyLintTest, WarningsAloneAreNoFailure) {
  const TempDir dir;
  const std::string path = dir.Write("policy.yaml",
                                     "version: 1\n"
                                     "mode: observe\n"
                                     "exemptions:\n"
                                     "  - name: old\n"
                                     "    match: {images: [nginx]}\n"
                                     "    reason: was needed\n"
                                     "    owner: web\n"
                                     "    expires: 2020-01-01\n"
                                     "rules:\n"
                                     "  - name: default\n"
                                     "    require: tag\n");
  const CliRun run = RunCliWith({"policy", "lint", path});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.out, HasSubstr(":8:14: warning:"));
}

TEST(CliPolicyLintTest, AFileThatCannotBeReadIsBadInput) {
  const CliRun run = RunCliWith({"policy", "lint", "/nonexistent/policy.yaml"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("/nonexistent/policy.yaml"));
}

// A policy that includes one file with one exemption.
class CliPolicyIncludeTest : public ::testing::Test {
 protected:
  CliPolicyIncludeTest() {
    std::filesystem::create_directory(dir_ / "exemptions.d");
    dir_.Write("exemptions.d/web.yaml",
               "version: 1\nexemptions:\n  - name: web\n"
               "    match: {images: [nginx]}\n    reason: r\n"
               "    owner: o\n    expires: 2099-01-31\n");
  }

  TempDir dir_;
  const std::string policy_ =
      dir_.Write("policy.yaml",
                 "version: 1\nmode: enforce\ninclude: [exemptions.d/*.yaml]\n"
                 "rules:\n  - name: default\n    require: tag\n");
};

TEST_F(CliPolicyIncludeTest, LintCheckAndTestFollowIt) {
  const CliRun lint = RunCliWith({"policy", "lint", policy_});
  EXPECT_EQ(lint.exit, 0);
  EXPECT_THAT(lint.err, HasSubstr("exemptions: 1, included files: 1\n"));
  const CliRun check =
      RunCliWith({"check", "-p", policy_, "-o", "json", "nginx"});
  ASSERT_EQ(check.JsonLines().size(), 1u);
  EXPECT_EQ(check.JsonLines()[0]["file"], "exemptions.d/web.yaml");
  EXPECT_EQ(check.JsonLines()[0]["line"], 3);
  const CliRun cases =
      RunCliWith({"policy", "test",
                  dir_.Write("cases.yaml",
                             "version: 1\ncases:\n"
                             "  - {image: nginx, outcome: exempted}\n")});
  EXPECT_EQ(cases.exit, 0) << cases.err << cases.out;
}

TEST_F(CliPolicyIncludeTest, LintShowsTheProblemsOfEachFile) {
  dir_.Write("exemptions.d/bad.yaml", "version: 1\nrules: []\n");
  const CliRun text = RunCliWith({"policy", "lint", policy_});
  EXPECT_EQ(text.exit, 1);
  EXPECT_THAT(text.out, HasSubstr(dir_ / "exemptions.d/bad.yaml:2:1: error: "));
  const CliRun json = RunCliWith({"policy", "lint", "-o", "json", policy_});
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["file"], dir_ / "exemptions.d/bad.yaml");
  const CliRun check = RunCliWith({"check", "-p", policy_, "nginx"});
  EXPECT_EQ(check.exit, 2);
  EXPECT_THAT(check.err, HasSubstr("bad.yaml:2:1: error: "));
}

class CliPolicyTestTest : public ::testing::Test {
 protected:
  CliRun RunCases(const std::string& cases,
                  std::vector<std::string> more = {}) {
    std::vector<std::string> args = {"policy", "test",
                                     dir_.Write("cases.yaml", cases)};
    args.insert(args.end(), more.begin(), more.end());
    return RunCliWith(args);
  }

  TempDir dir_;
  const std::string policy_ = dir_.Write("policy.yaml", kPolicy);
};

TEST_F(CliPolicyTestTest, PassesWhenAllComesOutAsExpected) {
  const CliRun run = RunCases(R"(version: 1
cases:
  - image: nginx
    outcome: rejected
    reason: no_tag
    rule: default
  - image: nginx:1.27
    namespace: prod
    labels: {tier: web}
    time: 2027-01-31T12:00:00Z
    outcome: allowed
  - image: ""
    outcome: rejected
    reason: malformed_reference
)");
  EXPECT_EQ(run.exit, 0) << run.err << run.out;
  EXPECT_EQ(run.out, "");
  EXPECT_EQ(run.err, "3 cases, 0 differ\n");
}

TEST_F(CliPolicyTestTest, PrintsWhatDiffersAndWhere) {
  const CliRun run = RunCases(R"(version: 1
cases:
  - image: nginx:1
    outcome: allowed
  - image: nginx
    outcome: rejected
    reason: floating_tag
)");
  EXPECT_EQ(run.exit, 1);
  EXPECT_EQ(run.out, dir_.path() +
                         "/cases.yaml:5: \"nginx\" in namespace \"default\"\n"
                         "  expected  rejected, floating_tag\n"
                         "  got       rejected, no_tag, by \"default\"\n");
  EXPECT_EQ(run.err, "2 cases, 1 differ\n");
}

TEST_F(CliPolicyTestTest, PrintsEveryCaseAsJson) {
  const CliRun run =
      RunCases("version: 1\ncases:\n  - {image: nginx, outcome: allowed}\n",
               {"--output", "json"});
  EXPECT_EQ(run.exit, 1);
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["ok"], false);
  EXPECT_EQ(run.JsonLines()[0]["expected"]["outcome"], "allowed");
  EXPECT_EQ(run.JsonLines()[0]["got"]["reason"], "no_tag");
}

TEST_F(CliPolicyTestTest, FindsThePolicyThatTheCasesOrTheFlagName) {
  dir_.Write("strict.yaml",
             "version: 1\nmode: enforce\nrules:\n"
             "  - {name: all, require: digest}\n");
  const std::string cases =
      "version: 1\npolicy: strict.yaml\ncases:\n"
      "  - {image: 'nginx:1', outcome: rejected, reason: no_digest}\n";
  EXPECT_EQ(RunCases(cases).exit, 0);
  EXPECT_EQ(RunCases(cases, {"--policy", policy_}).exit, 1);
}

TEST_F(CliPolicyTestTest, ReportsABadFileOfCasesWhole) {
  const CliRun run = RunCases(R"(version: 1
case: []
cases:
  - image: [nginx]
    outcome: rejectd
  - outcome: allowed
    time: noon
)");
  EXPECT_EQ(run.exit, 2);
  for (const char* part : {":2:1: error: unknown key \"case\"",
                           ":4:12: error:", "did you mean \"rejected\"?",
                           ":6:5: error: a case needs \"image\"",
                           ":7:11: error: \"noon\" is not a time"}) {
    EXPECT_THAT(run.err, HasSubstr(part));
  }
}

}  // namespace
}  // namespace pinwarden::testing
