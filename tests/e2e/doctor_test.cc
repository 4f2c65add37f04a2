// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What the doctor says of a host, and what containerd then does. Both lines of
// containerd are older than 2.2, so "if pinwarden dies now" is always "created"
// here; which of the reasons it gives is right differs from case to case.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr size_t kMaxConfigBytes = 1 << 20;

constexpr char kEnforce[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: version
)";

constexpr char kNri[] = "[plugins.\"io.containerd.nri.v1.nri\"]\n";
constexpr char kOn[] = "  disable = false\n";

// One report of `pinwarden doctor --output json`.
class Report {
 public:
  explicit Report(const std::string& text)
      : report_(nlohmann::json::parse(text, nullptr, false)) {}

  bool valid() const { return report_.is_object(); }
  std::string Answer() const { return report_["if_pinwarden_dies"]; }
  std::string Verdict(const std::string& check) const {
    return Field(check, "verdict");
  }
  std::string Evidence(const std::string& check) const {
    return Field(check, "evidence");
  }

 private:
  std::string Field(const std::string& check, const char* field) const {
    for (const auto& finding : report_["findings"]) {
      if (finding["check"] == check) return finding[field];
    }
    return "no finding " + check;
  }

  nlohmann::json report_;
};

// A configuration: what of the usual one is replaced by what, what is imported
// besides, and what comes of it on containerd 1.7 and 2.1.
struct Config {
  const char* name;
  const char* from;
  std::string to;
  std::string import;
  bool on_1_7;
  bool on_2_1;
};

std::vector<Config> Configs() {
  const std::string validator =
      absl::StrCat("[plugins.\"io.containerd.nri.v1.nri\".default_validator]\n",
                   "  enable = true\n  required_plugins = [\"pinwarden\"]\n");
  return {
      {"as usual", "", "", "", true, true},
      {"switched off", kOn, "  disable = true\n", "", false, false},
      {"not mentioned", kOn, "", "", false, true},
      {"another case", kOn, "  Disable = false\n", "", false, true},
      {"switched off by name", "version = 2\n",
       "version = 2\ndisabled_plugins = [\"io.containerd.nri.v1.nri\"]\n", "",
       false, false},
      {"nobody may connect", kOn,
       absl::StrCat(kOn, "  disable_connections = true\n"), "", false, false},
      {"another socket", "/nri.sock\"", "/nri2.sock\"", "", false, false},
      {"another timeout", kOn,
       absl::StrCat(kOn, "  plugin_request_timeout = \"3s\"\n"), "", true,
       true},
      {"required in vain", "[plugins.\"io.containerd.grpc.v1.cri\"]\n",
       absl::StrCat(validator, "[plugins.\"io.containerd.grpc.v1.cri\"]\n"), "",
       true, true},
      {"required in the wrong table", kOn,
       absl::StrCat(kOn, "  required_plugins = [\"pinwarden\"]\n"), "", true,
       true},
      {"import switches off", "", "",
       absl::StrCat("version = 2\n", kNri, "  disable = true\n"), false, false},
      // On 1.7 the imported table is all there is, and NRI is off by default.
      {"import sets something else", "", "",
       absl::StrCat("version = 2\n", kNri,
                    "  plugin_request_timeout = \"4s\"\n"),
       false, true},
  };
}

class DoctorTest : public HostTest {
 protected:
  bool is_1_7() const { return names_are_aliases(); }
  std::string ConfigPath() const { return directory_ + "/config.toml"; }

  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(HostTest::SetUp());
    const auto text = ReadFile(ConfigPath(), kMaxConfigBytes);
    ASSERT_THAT(text, IsOk());
    usual_ = *text;
  }

  // Starts containerd anew with this configuration.
  void Restart(const Config& config) {
    ASSERT_THAT(containerd_->Stop(), IsOk());
    std::string text = usual_;
    if (*config.from != '\0') {
      ASSERT_EQ(absl::StrReplaceAll({{config.from, config.to}}, &text), 1);
    }
    if (!config.import.empty()) {
      text = absl::StrCat("imports = [\"import*.toml\"]\n", text);
      ASSERT_THAT(
          WriteFileAtomically(directory_ + "/import.toml", config.import, 0644),
          IsOk());
    }
    // Gone where NRI is not to make it.
    unlink(containerd_->nri_socket().c_str());
    ASSERT_THAT(WriteFileAtomically(ConfigPath(), text, 0644), IsOk());
    ASSERT_NO_FATAL_FAILURE(StartContainerd());
  }

  std::string RunCli(std::vector<std::string> arguments) {
    ChildProcess::Options options;
    options.argv = {PINWARDEN_CLI, "doctor", "--settings",
                    directory_ + "/pinwardend.yaml"};
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.error_path = directory_ + "/doctor.log";
    const auto child = ChildProcess::Start(options);
    EXPECT_THAT(child, IsOk());
    if (!child.ok()) return "";
    const absl::StatusOr<std::string> output = (*child)->ReadAll(kPatience);
    EXPECT_THAT(output, IsOk());
    return output.value_or("");
  }

  Report Doctor() {
    const Report report(RunCli({"--output", "json"}));
    EXPECT_TRUE(report.valid());
    return report;
  }

  void AwaitDaemon(bool registered) {
    ASSERT_THAT(daemon_->AwaitStatus([&](const v1::GetStatusResponse& s) {
      return s.nri().registered() == registered;
    }),
                IsOk());
  }

  std::string usual_;
};

TEST_P(DoctorTest, SaysWhatContainerdThenDoes) {
  for (const Config& config : Configs()) {
    SCOPED_TRACE(config.name);
    const bool judged = is_1_7() ? config.on_1_7 : config.on_2_1;
    ASSERT_NO_FATAL_FAILURE(Restart(config));
    ASSERT_NO_FATAL_FAILURE(LaunchDaemon(kEnforce));
    ASSERT_NO_FATAL_FAILURE(AwaitDaemon(judged));

    const Report report = Doctor();
    ASSERT_TRUE(report.valid());
    EXPECT_EQ(report.Verdict("daemon"), "ok") << report.Evidence("daemon");
    EXPECT_EQ(report.Verdict("runtime_config"), "ok")
        << report.Evidence("runtime_config");
    EXPECT_EQ(report.Verdict("registered"), judged ? "ok" : "fail");
    const bool in_order = report.Verdict("nri_enabled") == "ok" &&
                          report.Verdict("nri_socket") == "ok";
    EXPECT_EQ(in_order, judged) << report.Evidence("nri_enabled") << "; "
                                << report.Evidence("nri_socket");

    // The answer, and then the truth.
    EXPECT_EQ(Run("demo:latest", "alive").ok(), !judged);
    ASSERT_THAT(daemon_->Kill(), IsOk());
    const bool created = Run("demo:latest", "dead").ok();
    EXPECT_EQ(report.Answer(), created ? "created" : "refused");
    const Report dead = Doctor();
    EXPECT_EQ(dead.Answer(), created ? "created" : "refused");
    EXPECT_EQ(dead.Verdict("daemon"), "fail");
    EXPECT_THAT(cri_->RemoveAllPods(), IsOk());
    unlink((directory_ + "/import.toml").c_str());
  }
}

TEST_P(DoctorTest, FindsTheConfigurationThatTheRunningOneWasTold) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  const Report report = Doctor();
  EXPECT_THAT(report.Evidence("runtime_config"), HasSubstr(ConfigPath()));
  EXPECT_THAT(report.Evidence("runtime"), HasSubstr("containerd"));
  EXPECT_EQ(report.Verdict("nri_socket"), "ok")
      << report.Evidence("nri_socket");
  EXPECT_EQ(report.Verdict("image_names"), "ok")
      << report.Evidence("image_names");
  EXPECT_EQ(report.Verdict("policy"), "ok") << report.Evidence("policy");
  EXPECT_THAT(report.Evidence("registered"), HasSubstr("CreateContainer"));
}

TEST_P(DoctorTest, TellsTheTimeoutThatTheRuntimeTold) {
  ASSERT_NO_FATAL_FAILURE(Restart(
      {"", kOn, absl::StrCat(kOn, "  plugin_request_timeout = \"3s\"\n"), "",
       true, true}));
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  EXPECT_EQ(Doctor().Verdict("request_timeout"), "ok");
  EXPECT_THAT(Doctor().Evidence("request_timeout"), HasSubstr("3s"));
}

// The file says one thing, and the runtime goes by what it said before.
TEST_P(DoctorTest, NoticesThatARestartIsDue) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  EXPECT_EQ(Doctor().Verdict("runtime_config"), "ok");
  ASSERT_THAT(
      WriteFileAtomically(
          ConfigPath(),
          absl::StrReplaceAll(usual_, {{kOn, "  disable = true\n"}}), 0644),
      IsOk());
  const Report report = Doctor();
  EXPECT_EQ(report.Verdict("runtime_config"), "warn");
  EXPECT_THAT(report.Evidence("if_pinwarden_dies"),
              HasSubstr("cannot require a plugin"));
  EXPECT_THAT(Run("demo:latest"), Not(IsOk()));
}

// --fix on a real one: what it says is left to do is done, and then NRI is on.
TEST_P(DoctorTest, WritesAFileThatSwitchesNriOn) {
  ASSERT_NO_FATAL_FAILURE(
      Restart({"", kOn, "  disable = true\n", "", false, false}));
  ASSERT_NO_FATAL_FAILURE(LaunchDaemon(kEnforce));
  ASSERT_NO_FATAL_FAILURE(AwaitDaemon(false));
  EXPECT_EQ(Doctor().Verdict("nri_enabled"), "fail");
  const std::string shown = RunCli({"--fix", "--dry-run"});
  EXPECT_THAT(shown, HasSubstr("disable = false"));

  ASSERT_THAT(WriteFileAtomically(directory_ + "/import.toml", shown, 0644),
              IsOk());
  ASSERT_THAT(containerd_->Stop(), IsOk());
  ASSERT_THAT(WriteFileAtomically(
                  ConfigPath(),
                  absl::StrCat("imports = [\"import*.toml\"]\n",
                               absl::StrReplaceAll(
                                   usual_, {{kOn, "  disable = true\n"}})),
                  0644),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  ASSERT_THAT(daemon_->AwaitRegistered(), IsOk());
  const Report mended = Doctor();
  EXPECT_EQ(mended.Verdict("nri_enabled"), "ok");
  EXPECT_THAT(mended.Evidence("nri_enabled"), HasSubstr("import.toml"));
  EXPECT_THAT(Run("demo:latest"), Not(IsOk()));
}

INSTANTIATE_TEST_SUITE_P(Containerd, DoctorTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
