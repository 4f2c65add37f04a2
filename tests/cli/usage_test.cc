// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/version.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<std::vector<std::string>> kCommands = {
    {"parse"}, {"check"},  {"policy", "lint"}, {"policy", "test"}, {"status"},
    {"watch"}, {"reload"}, {"policy"},         {"break-glass"},    {"exempt"},
};

TEST(CliUsageTest, HelpNamesEveryCommandAndTheExitCodes) {
  const CliRun run = RunCliWith({"--help"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.err, "");
  for (const auto& command : kCommands) {
    EXPECT_THAT(run.out, HasSubstr("  " + command[0] + " "));
  }
  EXPECT_THAT(run.out, HasSubstr("Exit codes: 0 fine; 1 refused"));
}

TEST(CliUsageTest, EveryCommandExplainsItself) {
  for (std::vector<std::string> command : kCommands) {
    SCOPED_TRACE(command.back());
    command.push_back("--help");
    const CliRun run = RunCliWith(command);
    EXPECT_EQ(run.exit, 0);
    EXPECT_EQ(run.err, "");
    if (command.size() == 2 && command[0] == "policy") continue;
    EXPECT_THAT(run.out, HasSubstr("Exit code: 0"));
    EXPECT_THAT(run.out, HasSubstr("--output"));
  }
}

TEST(CliUsageTest, PrintsItsVersion) {
  const CliRun run = RunCliWith({"--version"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_EQ(run.out, "pinwarden " + std::string(Version()) + "\n");
}

TEST(CliUsageTest, BadUsageIsExitCodeTwoWithNothingOnStdout) {
  const std::vector<std::vector<std::string>> kBad = {
      {},
      {"frobnicate"},
      {"parse"},
      {"parse", "nginx", "--output", "yaml"},
      {"parse", "nginx", "--nonsense"},
      {"policy"},
      {"policy", "lint"},
      {"watch", "--outcome", "refused"},
      {"watch", "--count", "-1"},
      {"status", "extra"},
  };
  for (const auto& args : kBad) {
    SCOPED_TRACE(args.empty() ? "(none)" : args.back());
    const CliRun run = RunCliWith(args);
    EXPECT_EQ(run.exit, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

}  // namespace
}  // namespace pinwarden::testing
