// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/settings.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/files.h"
#include "gmock/gmock.h"
#include "pinwarden/yaml.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;

// "line:column message" of each problem, joined by newlines.
std::string Problems(const SettingsLoad& load) {
  std::string out;
  for (const Problem& problem : load.problems) {
    absl::StrAppend(&out, problem.at.line, ":", problem.at.column, " ",
                    problem.message, "\n");
  }
  return out;
}

TEST(LoadSettingsTest, FillsInWhatTheFileLeavesOut) {
  const SettingsLoad load = LoadSettings("version: 1\nlog_level: debug\n");
  ASSERT_THAT(Problems(load), IsEmpty());
  Settings want;
  want.log_level = LogLevel::kDebug;
  for (const absl::string_view key : SettingKeys()) {
    SCOPED_TRACE(std::string(key));
    EXPECT_EQ(GetSetting(load.settings, key), GetSetting(want, key));
  }
}

TEST(LoadSettingsTest, ReadsEveryKey) {
  const SettingsLoad load = LoadSettings(
      "version: 1\npolicy: /a\nnri_socket: /b\ncontrol_socket: /c\n"
      "read_socket: /d\nread_group: \"\"\ncri_socket: /e\n"
      "state_directory: /f\njudged_file: /g\n"
      "ledger: /h\nledger_days: 7\nledger_megabytes: 512\n"
      "log_level: error\nlog_format: json\nlog_decisions: refused\n");
  ASSERT_THAT(Problems(load), IsEmpty());
  std::vector<std::string> values;
  for (const absl::string_view key : SettingKeys()) {
    values.push_back(GetSetting(load.settings, key));
  }
  EXPECT_THAT(values,
              ElementsAre("/a", "/b", "/c", "/d", "", "/e", "/f", "/g", "/h",
                          "7", "512", "error", "json", "refused"));
}

TEST(LoadSettingsTest, NamesThePlaceOfEveryProblem) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", "1:1 settings must be a mapping with \"version: 1\", not nothing\n"},
      {"policy: /a\n", "1:1 \"version: 1\" is missing\n"},
      {"version: 2\n", "1:10 version must be 1: no other is known\n"},
      {"version: \"1\"\n", "1:10 version must be 1: no other is known\n"},
      {"version: 1\npolicy: a.yaml\n",
       "2:9 not an absolute path: \"a.yaml\"\n"},
      {"version: 1\npolicy: [/a]\n",
       "2:9 policy must be a string, not a list\n"},
      {"version: 1\npolicy:\n", "2:1 policy must be a string, not nothing\n"},
      {"version: 1\npolcy: /a\n",
       "2:1 unknown key \"polcy\"; did you mean \"policy\"?\n"},
      {"version: 1\nlog:\n  level: info\n",
       "2:1 unknown key \"log\"; its settings are keys of their own: "
       "log_level, log_format, log_decisions\n"},
      {"version: 1\nlog_level: warn\n",
       "2:12 unknown value \"warn\" (one of debug, info, warning, error)\n"},
      {"version: 1\nread_group: a b\n", "2:13 not a group's name: \"a b\"\n"},
      {"version: 1\ncontrol_socket: /s\nread_socket: /s\n",
       "3:14 control_socket and read_socket are the same path; the one is for "
       "root only, the other for a group\n"},
      {"version: 1\npolicy: a\nlog_format: xml\n",
       "2:9 not an absolute path: \"a\"\n"
       "3:13 unknown value \"xml\" (one of text, json)\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Problems(LoadSettings(c.text)), c.want);
  }
}

TEST(SetSettingTest, HoldsASocketToTheBytesOfAnAddress) {
  Settings settings;
  EXPECT_THAT(SetSetting("nri_socket", "/" + std::string(106, 'a'), &settings),
              IsOk());
  EXPECT_THAT(SetSetting("nri_socket", "/" + std::string(107, 'a'), &settings),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "path longer than 107 bytes"));
}

TEST(SetSettingTest, HoldsTheLedgerToItsBounds) {
  const struct {
    const char* key;
    const char* value;
    const char* problem;
  } kCases[] = {
      {"ledger", "/var/lib/x/l.db", ""},
      {"ledger", "l.db", ""},
      {"ledger", "", ""},
      {"ledger", "..", "neither an absolute path nor a file's name: \"..\""},
      {"ledger", "a/b", "not an absolute path: \"a/b\""},
      {"ledger", "a b", "neither an absolute path nor a file's name: \"a b\""},
      {"ledger_days", "1", ""},
      {"ledger_days", "365", ""},
      {"ledger_days", "0", "not a whole number from 1 to 365: \"0\""},
      {"ledger_days", "366", "not a whole number from 1 to 365: \"366\""},
      {"ledger_days", "2w", "not a whole number from 1 to 365: \"2w\""},
      {"ledger_megabytes", "8", ""},
      {"ledger_megabytes", "1024", ""},
      {"ledger_megabytes", "7", "not a whole number from 8 to 1024: \"7\""},
      {"ledger_megabytes", "-64", "not a whole number from 8 to 1024: \"-64\""},
      {"ledger_megabytes", "", "not a whole number from 8 to 1024: \"\""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.key, ": ", c.value));
    Settings settings;
    EXPECT_EQ(SetSetting(c.key, c.value, &settings).message(), c.problem);
  }
}

TEST(LedgerPathTest, IsBelowTheStateDirectoryUnlessItSaysWhere) {
  Settings settings;
  EXPECT_EQ(LedgerPath(settings), "/var/lib/pinwarden/ledger.db");
  settings.state_directory = "/s";
  EXPECT_EQ(LedgerPath(settings), "/s/ledger.db");
  settings.ledger = "/x/l.db";
  EXPECT_EQ(LedgerPath(settings), "/x/l.db");
  settings.ledger = "";
  EXPECT_EQ(LedgerPath(settings), "");
}

TEST(SetSettingTest, RefusesWhatIsNoSetting) {
  Settings settings;
  EXPECT_THAT(SetSetting("version", "1", &settings),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("version")));
}

// What users edit has to say what holds without it.
TEST(PackagedSettingsTest, NamesEveryKeyWithItsDefault) {
  const std::string text = testing::ReadWhole(PINWARDEN_PACKAGED_SETTINGS);
  const SettingsLoad load = LoadSettings(text);
  ASSERT_THAT(Problems(load), IsEmpty());
  const YamlDocument document = ParseYaml(text);
  std::set<std::string> written;
  for (const YamlEntry& entry : document.root.entries()) {
    written.insert(std::string(entry.key));
  }
  for (const absl::string_view key : SettingKeys()) {
    SCOPED_TRACE(std::string(key));
    EXPECT_THAT(std::make_pair(written.count(std::string(key)),
                               GetSetting(load.settings, key)),
                ::testing::Pair(1, GetSetting(Settings(), key)));
  }
}

}  // namespace
}  // namespace pinwarden
