// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// testdata/doctor: the configurations of hosts, one a directory, and what the
// doctor makes of each for the runtimes in its file `runtimes`. With
// PINWARDEN_UPDATE_GOLDEN=1 the .golden files are written anew.
//
// What containerd 1.7 and 2.1 make of the same files is asked of them in
// tests/e2e/doctor_test.cc.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/doctor.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::Ge;
using ::testing::SizeIs;

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kHosts = 30;  // at least

// What is said of the runtime's configuration, and of nothing else.
constexpr const char* kChecks[] = {"runtime_config",    "nri_enabled",
                                   "if_pinwarden_dies", "required_plugins",
                                   "toleration",        "request_timeout"};

std::string Text(const std::string& value) { return value; }
std::string Text(bool value) { return value ? "true" : "false"; }
std::string Text(absl::Duration value) { return absl::FormatDuration(value); }
std::string Text(const std::vector<std::string>& value) {
  return absl::StrJoin(value, " ");
}

template <typename T>
void Append(absl::string_view name, const Setting<T>& setting,
            std::string* out) {
  if (!setting.value) return;
  absl::StrAppend(out, name, " = ", Text(*setting.value), "  (", setting.at,
                  ")\n");
}

std::string Show(const RuntimeConfig& config) {
  std::string text = absl::StrCat("files: ", Text(config.files), "\n");
  for (const std::string& error : config.errors) {
    absl::StrAppend(&text, "error: ", error, "\n");
  }
  for (const auto& import : config.imports) Append("import", import, &text);
  Append("nri plugin disabled", config.nri_plugin_disabled, &text);
  Append("cri plugin disabled", config.cri_plugin_disabled, &text);
  Append("disable", config.disable, &text);
  Append("disable_connections", config.disable_connections, &text);
  Append("socket_path", config.socket_path, &text);
  Append("plugin_path", config.plugin_path, &text);
  Append("registration_timeout", config.registration_timeout, &text);
  Append("request_timeout", config.request_timeout, &text);
  Append("validator", config.validator, &text);
  Append("required_plugins", config.required_plugins, &text);
  Append("toleration", config.toleration, &text);
  for (const Misplaced& misplaced : config.misplaced) {
    absl::StrAppend(&text, "misplaced: ", misplaced.table, " (", misplaced.at,
                    ")\n");
  }
  return text;
}

std::string Show(const Diagnosis& diagnosis) {
  std::string text;
  for (const DoctorFinding& finding : diagnosis.findings) {
    if (std::find(std::begin(kChecks), std::end(kChecks), finding.check) ==
        std::end(kChecks)) {
      continue;
    }
    absl::StrAppend(&text, NameOf(finding.verdict), " ", finding.check, ": ",
                    finding.evidence, "\n");
    if (!finding.fix.empty()) absl::StrAppend(&text, "  ", finding.fix, "\n");
  }
  return text;
}

std::string Show(const absl::StatusOr<std::optional<DropIn>>& plan) {
  if (!plan.ok())
    return absl::StrCat("no fix: ", plan.status().message(), "\n");
  if (!plan->has_value()) return "nothing to fix\n";
  const DropIn& drop_in = **plan;
  std::string text =
      absl::StrCat("fix: ", drop_in.path, "\n", drop_in.contents);
  for (const std::string& step : drop_in.steps) {
    absl::StrAppend(&text, "then: ", step, "\n");
  }
  return text;
}

std::string Examine(const std::string& root, const std::string& runtime) {
  const HostFiles files(root);
  DoctorOptions options;
  options.settings_file = "/etc/pinwarden/pinwardend.yaml";
  options.runtime = runtime;
  const DoctorFacts facts =
      GatherFacts(options, files, absl::FromUnixSeconds(1780272000));
  EXPECT_TRUE(facts.config.has_value());
  return absl::StrCat("==== ", runtime, "\n", Show(*facts.config), "--\n",
                      Show(Diagnose(facts)), "--\n",
                      Show(PlanDropIn(facts, files)));
}

std::string Contents(const std::filesystem::path& path) {
  const auto contents = ReadFile(path.string(), kMaxBytes);
  EXPECT_THAT(contents, testing::IsOk());
  return contents.value_or("");
}

std::vector<std::filesystem::path> Hosts() {
  std::vector<std::filesystem::path> hosts;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(PINWARDEN_TESTDATA) / "doctor")) {
    if (entry.is_directory()) hosts.push_back(entry.path());
  }
  std::sort(hosts.begin(), hosts.end());
  return hosts;
}

TEST(DoctorFixturesTest, ReadsAndJudgesEveryHostAsItsGoldenFileSays) {
  const auto hosts = Hosts();
  ASSERT_THAT(hosts, SizeIs(Ge(kHosts)));
  for (const auto& host : hosts) {
    SCOPED_TRACE(host);
    std::string got;
    const std::string runtimes = Contents(host / "runtimes");
    for (const absl::string_view runtime :
         absl::StrSplit(runtimes, '\n', absl::SkipEmpty())) {
      absl::StrAppend(&got, Examine(host.string(), std::string(runtime)));
    }
    std::filesystem::path golden = host;
    golden += ".golden";
    if (std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr) {
      ASSERT_THAT(WriteFileAtomically(golden.string(), got, 0644),
                  testing::IsOk());
    }
    EXPECT_EQ(Contents(golden), got);
  }
}

// A fix that is in place, with what it says is left to do done, mends what it is
// for: another look finds nothing more to write.
TEST(DoctorFixturesTest, WritesNothingMoreOnceItsFixIsInPlace) {
  int fixes = 0;
  for (const auto& host : Hosts()) {
    SCOPED_TRACE(host);
    HostFiles files(host.string());
    DoctorOptions options;
    const std::string runtimes = Contents(host / "runtimes");
    options.runtime = runtimes.substr(0, runtimes.find('\n'));
    const absl::Time now = absl::FromUnixSeconds(1780272000);
    const auto plan = PlanDropIn(GatherFacts(options, files, now), files);
    if (!plan.ok() || !plan->has_value() || (*plan)->steps.size() > 1) continue;
    ++fixes;
    files.Pretend((*plan)->path, (*plan)->contents);
    const auto again = PlanDropIn(GatherFacts(options, files, now), files);
    ASSERT_THAT(again, testing::IsOk());
    EXPECT_FALSE(again->has_value());
  }
  EXPECT_THAT(fixes, Ge(3));
}

}  // namespace
}  // namespace pinwarden
