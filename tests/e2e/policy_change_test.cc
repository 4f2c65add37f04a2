// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A new policy takes effect on the next container, without a restart.
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::Not;

std::string Policy(absl::string_view mode) {
  return absl::StrCat("version: 1\nmode: ", mode,
                      "\nrules:\n  - name: default\n    require: version\n");
}

class PolicyChangeTest : public HostTest {
 protected:
  absl::Status AwaitGeneration(uint64_t generation) {
    return daemon_
        ->AwaitStatus([generation](const v1::GetStatusResponse& status) {
          return status.policy().generation() >= generation;
        })
        .status();
  }
};

TEST_P(PolicyChangeTest, HappensWhenTheFileIsReplaced) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Policy("enforce")));
  ASSERT_THAT(Run("demo:latest", "before"), Not(IsOk()));
  ASSERT_NO_FATAL_FAILURE(WritePolicy(Policy("observe")));
  ASSERT_THAT(AwaitGeneration(2), IsOk());
  EXPECT_THAT(Run("demo:latest", "after"), IsOk());
  const absl::StatusOr<v1::Decision> decision = watch_->FindPod("after");
  ASSERT_THAT(decision, IsOk());
  EXPECT_EQ(decision->policy_generation(), 2);
}

// As a ConfigMap volume does: policy.yaml -> ..data/policy.yaml, and ..data is
// a link that is replaced by another.
TEST_P(PolicyChangeTest, HappensWhenASymlinkIsSwapped) {
  const std::string volume = directory_ + "/volume";
  for (const std::string mode : {"observe", "enforce"}) {
    std::filesystem::create_directories(absl::StrCat(volume, "/", mode));
    ASSERT_THAT(
        WriteFileAtomically(absl::StrCat(volume, "/", mode, "/policy.yaml"),
                            Policy(mode), 0644),
        IsOk());
  }
  std::filesystem::create_symlink("observe", volume + "/..data");
  std::filesystem::create_symlink("..data/policy.yaml",
                                  volume + "/policy.yaml");
  policy_path_ = volume + "/policy.yaml";
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  ASSERT_THAT(Run("demo:latest", "before"), IsOk());
  std::filesystem::create_symlink("enforce", volume + "/..data_tmp");
  std::filesystem::rename(volume + "/..data_tmp", volume + "/..data");
  ASSERT_THAT(AwaitGeneration(2), IsOk());
  EXPECT_THAT(Run("demo:latest", "after"), Not(IsOk()));
}

TEST_P(PolicyChangeTest, HappensOnRequest) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Policy("observe")));
  ASSERT_NO_FATAL_FAILURE(WritePolicy(Policy("enforce")));
  ASSERT_THAT(daemon_->Reload(), IsOk());
  EXPECT_THAT(Run("demo:latest"), Not(IsOk()));
}

TEST_P(PolicyChangeTest, DoesNotHappenForAFileWithErrors) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Policy("enforce")));
  ASSERT_NO_FATAL_FAILURE(WritePolicy(Policy("perhaps")));
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.policy().failed_reloads() > 0;
  }),
              IsOk());
  EXPECT_THAT(Run("demo:latest", "refused"), Not(IsOk()));
  EXPECT_THAT(Run("demo:1.2.3", "pinned"), IsOk());
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->policy().generation(), 1);
  EXPECT_NE(status->policy().last_problem(), "");
}

INSTANTIATE_TEST_SUITE_P(Containerd, PolicyChangeTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
