// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/client_context.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "cri.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/rpc.h"
#include "testing/fake_cri.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

namespace cri = ::runtime::v1;

using ::testing::HasSubstr;

constexpr int kMaxAnswerBytes = 4096;

class ConnectChannelTest : public ::testing::Test {
 protected:
  grpc::Status Ask(cri::VersionResponse* response) {
    return Ask(server_.socket(), response);
  }

  // Calls Version over a new channel.
  grpc::Status Ask(const std::string& socket, cri::VersionResponse* response) {
    const auto channel = ConnectChannel(socket, kMaxAnswerBytes);
    if (!channel.ok()) {
      ADD_FAILURE() << channel.status();
      return grpc::Status::CANCELLED;
    }
    grpc::ClientContext context;
    return cri::RuntimeService::NewStub(*channel)->Version(
        &context, cri::VersionRequest(), response);
  }

  TempDir directory_;
  FakeCri server_{directory_ / "s"};
  cri::VersionResponse response_;
};

TEST_F(ConnectChannelTest, ReachesTheSocketThatThePathNames) {
  server_.SetVersion("containerd", "2.1.9");
  // Characters that mean something in a URI.
  const std::string renamed = directory_ / "a b%2f#?.sock";
  std::filesystem::rename(server_.socket(), renamed);
  EXPECT_TRUE(Ask(renamed, &response_).ok());
  EXPECT_EQ(response_.runtime_version(), "2.1.9");
}

TEST_F(ConnectChannelTest, NamesAnAuthorityThatEveryServerTakes) {
  EXPECT_TRUE(Ask(&response_).ok());
  EXPECT_EQ(server_.last_authority(), "localhost");
}

TEST_F(ConnectChannelTest, IgnoresAProxyInTheEnvironment) {
  for (const char* variable : {"http_proxy", "grpc_proxy", "https_proxy"}) {
    setenv(variable, "http://127.0.0.1:1", 1);
  }
  EXPECT_TRUE(Ask(&response_).ok());
  for (const char* variable : {"http_proxy", "grpc_proxy", "https_proxy"}) {
    unsetenv(variable);
  }
}

TEST_F(ConnectChannelTest, TakesNoAnswerOverItsBound) {
  server_.SetVersion("a", std::string(kMaxAnswerBytes, 'a'));
  EXPECT_EQ(Ask(&response_).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ConnectChannelTest, DoesNotUnpackWhatIsSmallOnlyWhenPacked) {
  server_.SetVersion("a", std::string(1000, 'a'));
  server_.Compress();
  EXPECT_FALSE(Ask(&response_).ok());
  EXPECT_EQ(response_.runtime_version(), "");
}

TEST_F(ConnectChannelTest, FailsOnceItsPeerHasGone) {
  const auto channel = ConnectChannel(server_.socket(), kMaxAnswerBytes);
  ASSERT_THAT(channel, IsOk());
  const auto stub = cri::RuntimeService::NewStub(*channel);
  server_.Stop();
  server_.Start();
  grpc::ClientContext context;
  EXPECT_EQ(
      stub->Version(&context, cri::VersionRequest(), &response_).error_code(),
      grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ask(&response_).ok());
}

TEST_F(ConnectChannelTest, SaysAtOnceThatNobodyIsThere) {
  server_.Stop();
  EXPECT_THAT(ConnectChannel(directory_ / "absent", kMaxAnswerBytes),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("absent")));
}

}  // namespace
}  // namespace pinwarden::testing
