// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A tag that this host has pulled, locked and fixed: what is then written runs
// where only digests may.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::HasSubstr;

constexpr char kTag[] = "docker.io/library/app:1.27.3";

// containerd 1.7 shows the tag of an image that was asked for by its digest, if
// it has one on this host.
constexpr char kPolicy[] = R"(version: 1
mode: enforce
ambiguous: observe
rules:
  - name: default
    require: digest
)";

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class FixTest : public HostTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(HostTest::SetUp());
    const auto images =
        containerd_->AddImages({absl::StrCat(kTag, " docker.io/library/app@")});
    ASSERT_THAT(images, IsOk());
    digest_of_app_ = images->at(kTag);
    ASSERT_NO_FATAL_FAILURE(AwaitImage(kTag));
    ASSERT_NO_FATAL_FAILURE(StartDaemon(kPolicy));
    std::ofstream(manifest()) << "apiVersion: v1\nkind: Pod\n"
                                 "metadata: {name: web-0}\nspec:\n"
                                 "  containers:\n"
                                 "    - {name: app, image: app:1.27.3}\n";
  }

  std::string manifest() const { return directory_ + "/pod.yaml"; }
  std::string lock() const { return directory_ + "/images.lock"; }

  // Runs a command on the manifest; what it prints, or "" unless it ends well.
  std::string Cli(const std::string& command,
                  const std::vector<std::string>& more) {
    ChildProcess::Options options;
    options.argv = {PINWARDEN_CLI, command,       manifest(), "--policy",
                    policy_path_,  "--lock-file", lock()};
    options.argv.insert(options.argv.end(), more.begin(), more.end());
    options.error_path = directory_ + "/" + command + ".log";
    const auto child = ChildProcess::Start(options);
    if (!child.ok()) return "";
    const absl::StatusOr<std::string> output = (*child)->ReadAll(kPatience);
    const std::optional<int> code = (*child)->Wait(kPatience);
    return output.ok() && code == 0 ? *output : "";
  }

  std::string digest_of_app_;
};

TEST_P(FixTest, WhatIsLockedAndFixedRunsWhereOnlyDigestsMay) {
  if (!names_are_aliases()) {
    const auto unpinned = Run("app:1.27.3", "unpinned");
    ASSERT_FALSE(unpinned.ok());
    EXPECT_THAT(std::string(unpinned.status().message()),
                HasSubstr("pinwarden: image \"app:1.27.3\" refused"));
  }
  EXPECT_EQ(Cli("lock", {"--cri-socket", containerd_->socket()}),
            absl::StrCat("locked ", kTag, " ", digest_of_app_, "\n"));
  EXPECT_EQ(Contents(lock()), absl::StrCat("pinwarden-lock 1\n", kTag, " ",
                                           digest_of_app_, "\n"));
  const std::string pinned = absl::StrCat("app:1.27.3@", digest_of_app_);
  EXPECT_EQ(Cli("fix", {"--no-runtime"}),
            absl::StrCat(manifest(), ":6:26: ", pinned, "\n"));
  EXPECT_THAT(Contents(manifest()),
              HasSubstr(absl::StrCat("{name: app, image: ", pinned, "}\n")));
  EXPECT_THAT(Run(pinned, "pinned"), IsOk());
}

TEST_P(FixTest, TheRuntimeAloneIsEnough) {
  EXPECT_EQ(
      Cli("fix", {"--cri-socket", containerd_->socket()}),
      absl::StrCat(manifest(), ":6:26: app:1.27.3@", digest_of_app_, "\n"));
}

INSTANTIATE_TEST_SUITE_P(Containerd, FixTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
