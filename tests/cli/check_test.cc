// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kPolicy[] = R"(version: 1
mode: observe
exemptions:
  - name: vendor
    match: {namespaces: [billing], images: [docker.io/acme/billing]}
    reason: vendor ships only latest
    owner: team-billing
    expires: 2027-01-31
rules:
  - name: production
    match: {namespaces: ["prod-*"], labels: {tier: web}}
    require: digest
    mode: enforce
  - name: default
    require: tag
)";

class CliCheckTest : public ::testing::Test {
 protected:
  CliRun Check(std::vector<std::string> args, const std::string& in = "") {
    std::vector<std::string> all = {"check", "--policy", policy_, "--at",
                                    "2026-06-01T00:00:00Z"};
    all.insert(all.end(), args.begin(), args.end());
    return RunCliWith(all, in);
  }

  TempDir dir_;
  const std::string policy_ = dir_.Write("policy.yaml", kPolicy);
};

TEST_F(CliCheckTest, PrintsEveryFieldOfTheContract) {
  const CliRun run = Check({"--output", "json", "nginx"});
  ASSERT_EQ(run.JsonLines().size(), 1u);
  const nlohmann::json line = run.JsonLines()[0];
  EXPECT_EQ(line["image"], "nginx");
  EXPECT_EQ(line["outcome"], "would_reject");
  EXPECT_EQ(line["reason"], "no_tag");
  EXPECT_EQ(line["rule"], "default");
  EXPECT_EQ(line["file"], "policy.yaml");
  EXPECT_EQ(line["line"], 14);
  EXPECT_THAT(line["message"].get<std::string>(),
              HasSubstr("by rule \"default\" (policy.yaml:14)"));
  EXPECT_EQ(line.size(), 7u);
}

TEST_F(CliCheckTest, ExitCodeSaysWhetherAnythingIsRefused) {
  const struct {
    std::vector<std::string> args;
    int exit;
  } kCases[] = {
      {{"nginx:1.27.3"}, 0},
      {{"nginx"}, 1},
      {{"nginx:1.27.3", "nginx"}, 1},
      {{"-n", "prod-eu", "-l", "tier=web", "nginx:1.27.3"}, 1},
      {{"-n", "prod-eu", "nginx:1.27.3"}, 0},
      {{"-n", "billing", "acme/billing"}, 0},
      {{"nginx:"}, 1},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.args.back());
    EXPECT_EQ(Check(c.args).exit, c.exit);
  }
}

TEST_F(CliCheckTest, JudgesByNamespaceAndLabels) {
  const CliRun run = Check({"--output", "json", "--namespace", "prod-eu",
                            "--label", "tier=web", "--label", "a=b", "nginx"});
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["outcome"], "rejected");
  EXPECT_EQ(run.JsonLines()[0]["reason"], "no_digest");
  EXPECT_EQ(run.JsonLines()[0]["rule"], "production");
}

TEST_F(CliCheckTest, NamesTheExemptionThatDecided) {
  const CliRun run =
      Check({"--output", "json", "-n", "billing", "acme/billing"});
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["outcome"], "exempted");
  EXPECT_EQ(run.JsonLines()[0]["rule"], "vendor");
  EXPECT_EQ(run.JsonLines()[0]["line"], 4);
}

TEST_F(CliCheckTest, JudgesAsAtTheTimeGiven) {
  const CliRun run =
      RunCliWith({"check", "--policy", policy_, "--at", "2027-02-01T00:00:00Z",
                  "--output", "json", "-n", "billing", "acme/billing"});
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["outcome"], "would_reject");
}

TEST_F(CliCheckTest, ReadsImagesFromStdinInOrder) {
  const CliRun run = Check({"-"}, "nginx\n\nnginx:1.2.3");
  const auto lines = run.JsonLines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["reason"], "no_tag");
  EXPECT_EQ(lines[1]["reason"], "malformed_reference");
  EXPECT_EQ(lines[2]["outcome"], "allowed");
}

TEST_F(CliCheckTest, JudgesNothingWithABadPolicy) {
  const std::string bad = dir_.Write("bad.yaml", "version: 1\nmode: enfroce\n");
  const CliRun run = RunCliWith({"check", "--policy", bad, "nginx"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("did you mean \"enforce\"?"));
}

TEST_F(CliCheckTest, SaysWhatIsWrongWithItsArguments) {
  const struct {
    std::vector<std::string> args;
    const char* message;
  } kCases[] = {
      {{"check", "--policy", "/nonexistent/p.yaml", "nginx"}, "--policy FILE"},
      {{"check", "--policy", policy_, "--label", "tier", "nginx"},
       "not of the form KEY=VALUE"},
      {{"check", "--policy", policy_, "--at", "tomorrow", "nginx"},
       "is not a time such as"},
      {{"check", "--policy", policy_}, "IMAGE is required"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    const CliRun run = RunCliWith(c.args);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr(c.message));
  }
}

}  // namespace
}  // namespace pinwarden::testing
