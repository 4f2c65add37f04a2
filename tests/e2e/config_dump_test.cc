// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// containerd itself as the referee of how its files are read: each host of
// testdata/doctor is shown to both lines, and what `containerd config dump`
// makes of it has to be what we make of it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "e2e/child_process.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "pinwarden/runtime_config.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kHosts = 20;  // at least

// `config dump` of 2.1 goes on where an import is missing; containerd itself
// does not start then.
constexpr char kLenient[] = "import-missing";

std::string RuntimesDirectory() {
  const char* given = std::getenv("PINWARDEN_RUNTIMES");
  return given != nullptr ? given : PINWARDEN_RUNTIMES_DIRECTORY;
}

// The host's files below `directory`, which stands for "/" in all of them.
void CopyHost(const std::filesystem::path& host, const std::string& directory) {
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(host)) {
    const std::string to = absl::StrCat(
        directory, "/", std::filesystem::relative(entry.path(), host).string());
    if (entry.is_directory()) {
      std::filesystem::create_directories(to);
      continue;
    }
    const auto text = ReadFile(entry.path().string(), kMaxBytes);
    ASSERT_THAT(text, IsOk());
    ASSERT_THAT(
        WriteFileAtomically(
            to,
            absl::StrReplaceAll(
                *text, {{"\"/etc/", absl::StrCat("\"", directory, "/etc/")}}),
            0644),
        IsOk());
  }
}

// What decides whether we are asked, with every default filled in.
std::string Effect(const RuntimeConfig& config, bool is_1_7) {
  // A plugin that is switched off so has no table in the dump.
  if (config.nri_plugin_disabled.value) return "disabled_plugins";
  const std::string socket = config.socket_path.ValueOr("");
  const auto timeout = [](const Setting<absl::Duration>& setting,
                          absl::Duration otherwise) {
    const absl::Duration value = setting.ValueOr(otherwise);
    return absl::FormatDuration(value == absl::ZeroDuration() ? otherwise
                                                              : value);
  };
  return absl::StrCat(
      "disable=", config.disable.ValueOr(is_1_7),
      " cri_disabled=", config.cri_plugin_disabled.ValueOr(false),
      " connections_disabled=", config.disable_connections.ValueOr(false),
      " socket=", socket.empty() ? "/var/run/nri/nri.sock" : socket,
      " registration=", timeout(config.registration_timeout, absl::Seconds(5)),
      " request=", timeout(config.request_timeout, absl::Seconds(2)));
}

class ConfigDumpTest : public ::testing::TestWithParam<const char*> {
 protected:
  // Nothing if containerd refuses the configuration.
  std::optional<std::string> Dump(const std::string& config) {
    ChildProcess::Options options;
    options.argv = {absl::StrCat(RuntimesDirectory(), "/", GetParam(),
                                 "/usr/bin/containerd"),
                    "--config", config, "config", "dump"};
    options.error_path = dir_ / "dump.log";
    const auto child = ChildProcess::Start(options);
    EXPECT_THAT(child, IsOk());
    if (!child.ok()) return std::nullopt;
    const auto output = (*child)->ReadAll(kPatience);
    EXPECT_THAT(output, IsOk());
    if ((*child)->Wait(kPatience) != 0) return std::nullopt;
    return output.value_or("");
  }

  void ExpectTheSame(const std::string& name, const std::string& root) {
    const std::string path = absl::StrCat(root, "/etc/containerd/config.toml");
    const RuntimeInfo runtime =
        IdentifyRuntime("containerd", absl::StrCat(GetParam(), ".0"));
    const bool is_1_7 = ReplacesTables(runtime);
    const RuntimeConfig ours = ReadContainerdConfig(HostFiles(), path, runtime);
    const std::optional<std::string> dump = Dump(path);
    if (name == kLenient) {
      EXPECT_FALSE(ours.errors.empty());
      return;
    }
    ASSERT_EQ(dump.has_value(), ours.errors.empty())
        << (ours.errors.empty() ? "" : ours.errors.front());
    if (!dump.has_value()) return;
    // All of it is there already; 1.7 lists the files that it has read.
    const std::string merged =
        absl::StrReplaceAll(*dump, {{"\nimports = ", "\nonce_imported = "}});
    const RuntimeConfig theirs = ReadContainerdConfig(
        HostFiles(), dir_.Write("dump.toml", merged), runtime);
    EXPECT_EQ(Effect(ours, is_1_7), Effect(theirs, is_1_7));
    ++compared_;
  }

  testing::TempDir dir_;
  int compared_ = 0;
};

TEST_P(ConfigDumpTest, AgreesWithHowWeReadEveryHost) {
  int hosts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(PINWARDEN_TESTDATA) / "doctor")) {
    const std::string name = entry.path().filename().string();
    // What CRI-O reads says nothing to containerd.
    if (!std::filesystem::exists(entry.path() / "etc" / "containerd")) continue;
    SCOPED_TRACE(name);
    ++hosts;
    const std::string root = dir_ / name;
    std::filesystem::create_directories(root);
    ASSERT_NO_FATAL_FAILURE(CopyHost(entry.path(), root));
    ExpectTheSame(name, root);
  }
  EXPECT_GE(hosts, kHosts);
  EXPECT_GE(compared_, 12);
}

INSTANTIATE_TEST_SUITE_P(Containerd, ConfigDumpTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
