// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/heartbeat.h"

#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "nri/plugin_fixture.h"
#include "testing/fake_runtime.h"

namespace pinwarden {
namespace {

using namespace ::pinwarden::testing;  // NOLINT: the fakes, all of them

class HeartbeatTest : public ::testing::Test {
 protected:
  NriOptions Options() {
    NriOptions options = OptionsFor(path_);
    options.heartbeat = &heartbeat_;
    return options;
  }

  // Returns once it has beaten so often; else the test runs out of time.
  void Await(uint64_t more) {
    const uint64_t wanted = heartbeat_.beats() + more;
    while (heartbeat_.beats() < wanted) std::this_thread::yield();
  }

  TempDir directory_;
  const std::string path_ = directory_ / "nri.sock";
  Heartbeat heartbeat_;
  RecordingHandler handler_;
};

TEST_F(HeartbeatTest, GoesOnWhileThereIsNoRuntime) {
  RunningPlugin plugin(Options(), handler_);
  Await(10);
  EXPECT_FALSE(plugin.Stats().connected);
}

TEST_F(HeartbeatTest, GoesOnWhileTheRuntimeAsksNothing) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(Options(), handler_);
  const auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->Establish("containerd", "v2.1.0").has_value());
  Await(4);
  EXPECT_TRUE(plugin.Stats().registered);
}

TEST_F(HeartbeatTest, GoesOnWhileTheRuntimeDoesNotRegisterUs) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(Options(), handler_);
  const auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->ReadRegister().has_value());
  Await(4);
  EXPECT_TRUE(plugin.Stats().connected);
}

}  // namespace
}  // namespace pinwarden
