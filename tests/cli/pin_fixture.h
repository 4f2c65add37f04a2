// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_CLI_PIN_FIXTURE_H_
#define PINWARDEN_TESTS_CLI_PIN_FIXTURE_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/fake_cri.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

inline std::string Digest(char digit) {
  return absl::StrCat("sha256:", std::string(64, digit));
}

inline std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A directory of files, which is the current one, a policy that asks for
// digests, and a runtime with images.
class PinTest : public ::testing::Test {
 protected:
  PinTest() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(dir_.path());
    dir_.Write("policy",
               "version: 1\nmode: enforce\n"
               "rules:\n  - name: default\n    require: digest\n");
    AddImage("nginx:1.27.3", {Digest('a')});
    AddImage("busybox:latest", {Digest('b')});
  }
  ~PinTest() override { std::filesystem::current_path(before_); }

  void AddImage(const std::string& name,
                const std::vector<std::string>& digests) {
    const std::string full = "docker.io/library/" + name;
    const std::string repository = full.substr(0, full.find(':'));
    std::vector<std::string> names;
    for (const std::string& digest : digests) {
      names.push_back(absl::StrCat(repository, "@", digest));
    }
    runtime_.AddImage(MakeCriImage("sha256:id-of-" + name, {full}, names));
  }

  // Runs `pinwarden COMMAND` with the policy and the runtime.
  CliRun Run(const std::string& command,
             const std::vector<std::string>& more = {}) {
    std::vector<std::string> args = {
        command,           "--policy",   "policy",     "--cri-socket",
        runtime_.socket(), "--settings", "no-settings"};
    args.insert(args.end(), more.begin(), more.end());
    return RunCliWith(args);
  }

  TempDir dir_;
  FakeCri runtime_{dir_ / "cri.sock"};

 private:
  const std::filesystem::path before_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_CLI_PIN_FIXTURE_H_
