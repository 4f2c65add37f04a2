// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

const std::string kHex(64, 'a');

TEST(CliParseTest, PrintsEveryFieldInTheOrderOfTheContract) {
  const CliRun run = RunCliWith({"parse", "--output", "json", "nginx"});
  EXPECT_EQ(run.out,
            "{\"input\":\"nginx\",\"ok\":true,\"kind\":\"name\","
            "\"registry\":\"docker.io\",\"repository\":\"library/nginx\","
            "\"tag\":\"latest\",\"digest\":\"\",\"tag_defaulted\":true,"
            "\"error\":\"\",\"offset\":0}\n");
  EXPECT_EQ(run.exit, 0);
}

TEST(CliParseTest, TellsWhereAReferenceGoesWrong) {
  const CliRun run = RunCliWith({"parse", "--output", "json", "nginx:"});
  ASSERT_EQ(run.JsonLines().size(), 1u);
  const nlohmann::json line = run.JsonLines()[0];
  EXPECT_EQ(line["ok"], false);
  EXPECT_EQ(line["kind"], "");
  EXPECT_EQ(line["registry"], "");
  EXPECT_EQ(line["offset"], 6);
  EXPECT_THAT(line["error"].get<std::string>(), HasSubstr("at byte 6"));
  EXPECT_EQ(run.exit, 1);
}

TEST(CliParseTest, KnowsAnImageId) {
  for (const std::string& input : {kHex, "sha256:" + kHex}) {
    SCOPED_TRACE(input);
    const CliRun run = RunCliWith({"parse", "--output", "json", input});
    ASSERT_EQ(run.JsonLines().size(), 1u);
    EXPECT_EQ(run.JsonLines()[0]["kind"], "id");
    EXPECT_EQ(run.JsonLines()[0]["digest"], "sha256:" + kHex);
    EXPECT_EQ(run.JsonLines()[0]["repository"], "");
  }
}

TEST(CliParseTest, ReadsOneItemALineFromStdinAndCountsEmptyOnes) {
  const CliRun run = RunCliWith({"parse", "-"}, "nginx\n\nghcr.io/a/b:1\n\n");
  const auto lines = run.JsonLines();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0]["input"], "nginx");
  EXPECT_EQ(lines[1]["input"], "");
  EXPECT_EQ(lines[1]["ok"], false);
  EXPECT_EQ(lines[2]["registry"], "ghcr.io");
  EXPECT_EQ(lines[3]["input"], "");
  EXPECT_EQ(run.exit, 1);
}

TEST(CliParseTest, TakesALastLineWithoutNewlineAndNothingForEmptyInput) {
  EXPECT_EQ(RunCliWith({"parse", "-"}, "a\nb").JsonLines().size(), 2u);
  EXPECT_EQ(RunCliWith({"parse", "-"}, "").JsonLines().size(), 0u);
}

TEST(CliParseTest, SurvivesHostileLines) {
  const std::string nul("a\0b", 3);
  const std::string long_line(1 << 20, 'x');
  const CliRun run = RunCliWith(
      {"parse", "-"}, nul + "\n\xff\xfe\n" + long_line + "\nnginx:1\n");
  const auto lines = run.JsonLines();
  ASSERT_EQ(lines.size(), 4u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(lines[i]["ok"], false) << i;
  EXPECT_EQ(lines[1]["input"], "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(lines[3]["tag"], "1");
}

TEST(CliParseTest, ShowsTextThatEscapesTheTerminalsControlBytes) {
  const CliRun run = RunCliWith({"parse", "a\x1b[2J", "nginx"});
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos);
  EXPECT_THAT(run.out, HasSubstr("not a reference"));
  EXPECT_THAT(run.out, HasSubstr("latest  (none was named)"));
  EXPECT_EQ(run.exit, 1);
}

}  // namespace
}  // namespace pinwarden::testing
