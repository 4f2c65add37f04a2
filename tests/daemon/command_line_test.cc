// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/command_line.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/files.h"
#include "gmock/gmock.h"
#include "pinwarden/daemon.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::TempDir;
using testing::WriteFile;

struct Parsed {
  std::variant<CommandLine, int> result;
  std::string out;
  std::string err;
};

Parsed Parse(std::vector<const char*> args) {
  args.insert(args.begin(), "pinwardend");
  std::ostringstream out;
  std::ostringstream err;
  Parsed parsed;
  parsed.result =
      ParseCommandLine(static_cast<int>(args.size()), args.data(), out, err);
  parsed.out = out.str();
  parsed.err = err.str();
  return parsed;
}

struct Read {
  bool ok;
  Settings settings;
  std::string err;
};

Read ReadWith(const std::vector<const char*>& args) {
  const Parsed parsed = Parse(args);
  Read read;
  std::ostringstream err;
  read.ok =
      ReadSettings(std::get<CommandLine>(parsed.result), err, &read.settings);
  read.err = err.str();
  return read;
}

TEST(CommandLineTest, TeachesWithHelp) {
  const Parsed parsed = Parse({"--help"});
  EXPECT_EQ(std::get<int>(parsed.result), kExitStopped);
  EXPECT_THAT(parsed.out, AllOf(HasSubstr("--policy"), HasSubstr("Examples:"),
                                HasSubstr("Exit codes:"), HasSubstr("SIGHUP")));
}

TEST(CommandLineTest, HasAFlagForEverySetting) {
  const std::string help = Parse({"--help"}).out;
  for (const absl::string_view key : SettingKeys()) {
    std::string flag(key);
    std::replace(flag.begin(), flag.end(), '_', '-');
    SCOPED_TRACE(flag);
    EXPECT_THAT(help, HasSubstr("--" + flag));
  }
}

TEST(CommandLineTest, TellsTheVersion) {
  const Parsed parsed = Parse({"--version"});
  EXPECT_EQ(std::get<int>(parsed.result), kExitStopped);
  EXPECT_THAT(parsed.out, StartsWith("pinwardend "));
}

TEST(CommandLineTest, RefusesBadFlagsWithExitCode2) {
  const struct {
    std::vector<const char*> args;
    const char* want;
  } kCases[] = {
      {{"--polcy", "x"}, "--polcy"},
      {{"--policy"}, "--policy"},
      {{"stray"}, "stray"},
      {{"--log-level", "warn"}, "--log-level: unknown value \"warn\""},
      {{"--read-group", "a b"}, "--read-group: not a group's name"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const Parsed parsed = Parse(c.args);
    const int* const exit_code = std::get_if<int>(&parsed.result);
    ASSERT_NE(exit_code, nullptr);
    EXPECT_EQ(*exit_code, kExitBadUsage);
    EXPECT_THAT(parsed.err, HasSubstr(c.want));
  }
}

TEST(CommandLineTest, TakesAPathFromWhereItIsTyped) {
  const Parsed parsed = Parse({"--policy", "new.yaml"});
  const auto& line = std::get<CommandLine>(parsed.result);
  ASSERT_EQ(line.overrides.size(), 1u);
  EXPECT_THAT(line.overrides[0].second,
              AllOf(StartsWith("/"), ::testing::EndsWith("/new.yaml")));
}

TEST(CommandLineTest, CountsTheLastOfAFlagGivenTwice) {
  const Parsed parsed = Parse({"--policy", "/a", "--policy", "/b"});
  const auto& line = std::get<CommandLine>(parsed.result);
  ASSERT_EQ(line.overrides.size(), 1u);
  EXPECT_EQ(line.overrides[0].second, "/b");
}

TEST(ReadSettingsTest, LetsAFlagWin) {
  const TempDir dir;
  WriteFile(dir / "s.yaml", "version: 1\nlog_level: error\nlog_format: json\n");
  const std::string path = dir / "s.yaml";
  const Read read =
      ReadWith({"--settings", path.c_str(), "--log-level", "debug"});
  ASSERT_TRUE(read.ok) << read.err;
  EXPECT_EQ(std::make_pair(read.settings.log_level, read.settings.log_format),
            std::make_pair(LogLevel::kDebug, LogFormat::kJson));
}

TEST(ReadSettingsTest, NeedsTheFileThatWasNamed) {
  const TempDir dir;
  const std::string path = dir / "missing.yaml";
  const Read read = ReadWith({"--settings", path.c_str()});
  EXPECT_FALSE(read.ok);
  EXPECT_THAT(read.err, HasSubstr("missing.yaml"));
}

TEST(ReadSettingsTest, NeedsNoFileAtItsDefaultPath) {
  const TempDir dir;
  CommandLine line;
  line.settings_path = dir / "missing.yaml";
  std::ostringstream err;
  Settings settings;
  EXPECT_TRUE(ReadSettings(line, err, &settings));
  EXPECT_THAT(err.str(), IsEmpty());
}

TEST(ReadSettingsTest, ShowsEveryProblemWithItsPlace) {
  const TempDir dir;
  WriteFile(dir / "s.yaml", "version: 1\nlog_level: loud\npolcy: /a\n");
  const std::string path = dir / "s.yaml";
  const Read read = ReadWith({"--settings", path.c_str()});
  EXPECT_FALSE(read.ok);
  EXPECT_THAT(read.err, AllOf(HasSubstr("s.yaml:2:12: error: unknown value"),
                              HasSubstr("s.yaml:3:1: error: unknown key")));
}

TEST(ReadSettingsTest, TrustsNoFileThatOthersCanWrite) {
  const TempDir dir;
  WriteFile(dir / "s.yaml", "version: 1\n");
  chmod((dir / "s.yaml").c_str(), 0666);
  const std::string path = dir / "s.yaml";
  EXPECT_THAT(ReadWith({"--settings", path.c_str()}).err,
              HasSubstr("can be written by others"));
}

TEST(ReadSettingsTest, HoldsFlagsTogetherToTheSame) {
  const TempDir dir;
  WriteFile(dir / "s.yaml", "version: 1\ncontrol_socket: /a\n");
  const std::string path = dir / "s.yaml";
  EXPECT_THAT(ReadWith({"--settings", path.c_str(), "--read-socket", "/a"}).err,
              HasSubstr("same path"));
}

}  // namespace
}  // namespace pinwarden
