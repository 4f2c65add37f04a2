// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The runtime by itself: that what the other tests see is pinwarden's doing.
#include <string>

#include "e2e/host_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::StartsWith;

class RuntimeTest : public HostTest {};

TEST_P(RuntimeTest, RunsAnyImageWithoutPinwarden) {
  const absl::StatusOr<std::string> version = cri_->Version();
  ASSERT_THAT(version, IsOk());
  EXPECT_THAT(*version, StartsWith(std::string("containerd ") + GetParam()));
  int number = 0;
  for (const std::string& image :
       {std::string("demo"), std::string("demo:1.2.3"),
        std::string("demo:edge"), "demo@" + digest_}) {
    SCOPED_TRACE(image);
    const absl::StatusOr<std::string> id =
        Run(image, "pod-" + std::to_string(number++));
    ASSERT_THAT(id, IsOk());
    EXPECT_TRUE(cri_->IsRunning(*id));
  }
}

TEST_P(RuntimeTest, KeepsContainersOverARestart) {
  const absl::StatusOr<std::string> id = Run("demo:1.2.3");
  ASSERT_THAT(id, IsOk());
  ASSERT_THAT(containerd_->Stop(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  EXPECT_TRUE(cri_->IsRunning(*id));
  ASSERT_THAT(containerd_->Kill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  EXPECT_TRUE(cri_->IsRunning(*id));
  EXPECT_THAT(cri_->RemoveAllPods(), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Containerd, RuntimeTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
