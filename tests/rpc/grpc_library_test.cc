// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/rpc.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GrpcErrorLogTest : public ::testing::Test {
 protected:
  GrpcErrorLogTest() {
    KeepGrpcRunning();
    SetGrpcErrorLog([this](absl::string_view message) {
      messages_.push_back(std::string(message));
    });
    ::testing::internal::CaptureStderr();
  }
  ~GrpcErrorLogTest() override { SetGrpcErrorLog(nullptr); }

  std::vector<std::string> messages_;
};

TEST_F(GrpcErrorLogTest, GetsErrorsOfBothLibrariesAndNothingElse) {
  gpr_log(GPR_ERROR, "%s is broken", "it");
  gpr_log(GPR_INFO, "all is well");
  GOOGLE_LOG(ERROR) << "no such field";
  GOOGLE_LOG(WARNING) << "careful";
  EXPECT_THAT(messages_, ElementsAre("it is broken", "no such field"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(GrpcErrorLogTest, WritesNothingAnywhereOnceTakenAway) {
  SetGrpcErrorLog(nullptr);
  gpr_log(GPR_ERROR, "it is broken");
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(GrpcLastWordsTest, AreOnStderrInOneLine) {
  // gRPC has threads of its own.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const bool sky_holds = false;
  EXPECT_DEATH(
      {
        KeepGrpcRunning();
        GPR_ASSERT(sky_holds);
      },
      "^\"assertion failed: sky_holds\"\n");
}

}  // namespace
}  // namespace pinwarden
