// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The plugin on a real socket, with a runtime that goes, comes back, or
// misbehaves.
#include <fcntl.h>
#include <sys/socket.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nri/plugin_fixture.h"
#include "testing/fake_runtime.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using namespace ::pinwarden::testing;  // NOLINT: the fakes, all of them
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Optional;
using ::testing::SizeIs;

class PluginReconnectTest : public ::testing::Test {
 protected:
  bool AwaitError(absl::string_view text) {
    return handler_.AwaitState([&](const NriStats& s) {
      return absl::StrContains(s.last_error, text);
    });
  }

  TempDir directory_;
  const std::string path_ = directory_ / "nri.sock";
  RecordingHandler handler_;
};

TEST_F(PluginReconnectTest, ConnectsWhenTheSocketAppears) {
  RunningPlugin plugin(OptionsFor(path_), handler_);
  ASSERT_TRUE(AwaitError("No such file or directory"));
  FakeRuntime runtime(path_);
  const auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->Establish("containerd", "2.2.0"));
}

TEST_F(PluginReconnectTest, ConnectsWhenTheDirectoryAppears) {
  const std::string path = directory_ / "run/nri/nri.sock";
  RunningPlugin plugin(OptionsFor(path), handler_);
  ASSERT_TRUE(AwaitError("No such file or directory"));
  std::filesystem::create_directories(directory_ / "run/nri");
  FakeRuntime runtime(path);
  EXPECT_NE(runtime.Accept(), nullptr);
}

TEST_F(PluginReconnectTest, TellsOnceWhyItCannotConnect) {
  const std::string path = directory_ / "a/b/nri.sock";
  RunningPlugin plugin(OptionsFor(path), handler_);
  ASSERT_TRUE(AwaitError("No such file or directory"));
  std::filesystem::create_directory(directory_ / "a");  // it tries again
  std::filesystem::create_directory(directory_ / "a/b");
  FakeRuntime runtime(path);
  ASSERT_NE(runtime.Accept(), nullptr);
  EXPECT_THAT(plugin.Stop(), IsOk());
  EXPECT_EQ(handler_.CountStates([](const NriStats& s) {
    return s.connections == 0 &&
           absl::StrContains(s.last_error, "No such file or directory");
  }),
            1u);
}

TEST_F(PluginReconnectTest, ConnectsThroughASymbolicLink) {
  std::filesystem::create_directory(directory_ / "run");
  std::filesystem::create_directory_symlink(directory_ / "run",
                                            directory_ / "var-run");
  RunningPlugin plugin(OptionsFor(directory_ / "var-run/nri.sock"), handler_);
  ASSERT_TRUE(AwaitError("No such file or directory"));
  FakeRuntime runtime(directory_ / "run/nri.sock");
  EXPECT_NE(runtime.Accept(), nullptr);
}

TEST_F(PluginReconnectTest, ComesBackAfterARestart) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  for (uint64_t restarts = 0; restarts < 5; ++restarts) {
    SCOPED_TRACE(restarts);
    const auto connection = runtime.Accept();
    ASSERT_NE(connection, nullptr);
    ASSERT_TRUE(connection->Establish("containerd", "2.2.0"));
    EXPECT_EQ(plugin.Stats().connections, restarts + 1);
    runtime.Stop();
    connection->Close();
    ASSERT_TRUE(handler_.AwaitState([&](const NriStats& s) {
      return s.connections == restarts + 1 && !s.connected;
    }));
    ASSERT_TRUE(runtime.Start());
  }
}

TEST_F(PluginReconnectTest, ComesBackAfterACrashThatLeftTheSocket) {
  auto runtime = std::make_unique<FakeRuntime>(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  const auto connection = runtime->Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->Establish("containerd", "2.2.0"));
  runtime->Crash();
  connection->Close();
  ASSERT_TRUE(AwaitError("Connection refused"));
  ASSERT_TRUE(runtime->Start());
  EXPECT_NE(runtime->Accept(), nullptr);
}

TEST_F(PluginReconnectTest, ComesBackWithoutValidateWhenThatWasRefused) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->ReadRegister());
  ASSERT_TRUE(connection->AnswerRegister());
  ASSERT_THAT(connection->Configure("containerd", "2.2.0"),
              Optional(kValidateMask));
  connection->Close();

  connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_THAT(connection->Establish("containerd", "2.2.0"),
              Optional(kCreateMask));
  EXPECT_THAT(plugin.Stats().last_error,
              HasSubstr("ValidateContainerAdjustment"));
  // A Validate that comes unasked is judged all the same.
  handler_.Refuse("no");
  const auto answer = connection->Validate(ValidateRequest("nginx"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->payload, "\x08\x01\x12\x02no");
  connection->Close();

  // The next runtime is asked again: it may be another one.
  connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_THAT(connection->Establish("containerd", "2.2.0"),
              Optional(kValidateMask));
}

TEST_F(PluginReconnectTest, KeepsValidateWhenTheRuntimeLeavesAtAnotherPoint) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  const std::function<void(FakeConnection&)> kCases[] = {
      [](FakeConnection&) {},
      [](FakeConnection& c) { c.ReadRegister(); },
      [](FakeConnection& c) { c.Establish("containerd", "2.2.0"); },
      [](FakeConnection& c) {
        c.Configure("containerd", "2.2.0");
        wire::nri::SynchronizeRequest request;
        request.set_more(true);
        c.Synchronize(request);
      },
      [](FakeConnection& c) { c.Configure("containerd", "2.1.9"); },
  };
  for (const auto& leave : kCases) {
    auto connection = runtime.Accept();
    ASSERT_NE(connection, nullptr);
    leave(*connection);
    connection->Close();
    connection = runtime.Accept();
    ASSERT_NE(connection, nullptr);
    EXPECT_THAT(connection->Establish("containerd", "2.2.0"),
                Optional(kValidateMask));
  }
}

TEST_F(PluginReconnectTest, DropsGarbageCountsItAndComesBack) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  const struct {
    const char* what;
    std::string bytes;
  } kCases[] = {
      {"mux connection 0", MuxFrame(0, "x")},
      {"mux payload over the limit", MuxHeader(1, (16u << 20) + 11)},
      {"mux payload of 4 GiB", MuxHeader(1, 0xffffffff)},
      {"unknown ttRPC type", MuxFrame(1, TtrpcHeader(1, 1, 9))},
      {"text", "GET / HTTP/1.1\r\n\r\n"},
      {"0xff", std::string(64, '\xff')},
  };
  uint64_t errors = 0;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const auto connection = runtime.Accept();
    ASSERT_NE(connection, nullptr);
    ASSERT_TRUE(connection->Establish("containerd", "2.2.0"));
    ASSERT_TRUE(connection->Send(c.bytes));
    EXPECT_TRUE(connection->AwaitHangUp());
    ++errors;
    EXPECT_TRUE(handler_.AwaitState([errors](const NriStats& s) {
      return !s.connected && s.protocol_errors == errors;
    }));
    EXPECT_THAT(plugin.Stats().last_error, HasSubstr("byte"));
  }
  const auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->Establish("containerd", "2.2.0"));
}

TEST_F(PluginReconnectTest, ComesBackWhenItsRegistrationIsRefused) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->ReadRegister());
  ASSERT_TRUE(connection->RefuseRegister(
      3, "bad\n\x1b[2Jname" + std::string(2000, 'x')));
  EXPECT_TRUE(connection->AwaitHangUp());
  ASSERT_TRUE(AwaitError("refused to register \"pinwarden\""));
  connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->Establish("containerd", "2.2.0"));
  const std::string error = plugin.Stats().last_error;
  EXPECT_THAT(error, HasSubstr("\"bad\\n\\x1b[2Jname"));
  EXPECT_THAT(error, AllOf(SizeIs(Le(512)), Each(::testing::Ge(' '))));
}

TEST_F(PluginReconnectTest, HangsUpOnARuntimeThatNeverRegistersIt) {
  FakeRuntime runtime(path_);
  NriOptions options = OptionsFor(path_);
  options.registration_timeout = absl::Milliseconds(20);
  RunningPlugin plugin(std::move(options), handler_);
  // Silent from the start, then after its first call: both block others.
  auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->AwaitHangUp());
  ASSERT_TRUE(AwaitError("did not register us within 20ms"));
  connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  connection->Configure("containerd", "2.2.0");
  EXPECT_TRUE(connection->AwaitHangUp());
  EXPECT_FALSE(plugin.Stats().registered);
}

TEST_F(PluginReconnectTest, HangsUpWhenSynchronizeFails) {
  FakeRuntime runtime(path_);
  RunningPlugin plugin(OptionsFor(path_), handler_);
  auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->ReadRegister());
  const auto answer = connection->Call("Synchronize", "\x0a\x7fgarbage");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 3u);
  EXPECT_TRUE(connection->AwaitHangUp());
  connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->Establish("containerd", "2.2.0"));
}

TEST_F(PluginReconnectTest, StopsAtEveryStage) {
  const std::string half_a_request = CallBytes(
      1, 99, "nri.pkg.api.v1alpha1.Plugin", "CreateContainer", "payload");
  const std::function<void(FakeConnection&)> kStages[] = {
      [](FakeConnection&) {},
      [](FakeConnection& c) { c.ReadRegister(); },
      [](FakeConnection& c) { c.Configure("containerd", "2.2.0"); },
      [](FakeConnection& c) {
        wire::nri::SynchronizeRequest request;
        request.set_more(true);
        c.Synchronize(request);
      },
      [](FakeConnection& c) { c.Establish("containerd", "2.2.0"); },
      [&](FakeConnection& c) { c.Send(half_a_request.substr(0, 5)); },
      [&](FakeConnection& c) { c.Send(half_a_request.substr(0, 30)); },
      [](FakeConnection& c) { c.Close(); },
  };
  FakeRuntime runtime(path_);
  for (const auto& reach_stage : kStages) {
    RunningPlugin plugin(OptionsFor(path_), handler_);
    const auto connection = runtime.Accept();
    ASSERT_NE(connection, nullptr);
    reach_stage(*connection);
    EXPECT_THAT(plugin.Stop(), IsOk());
    EXPECT_FALSE(plugin.Stats().connected);
    EXPECT_FALSE(plugin.Stats().registered);
  }
}

TEST_F(PluginReconnectTest, StopsWithoutAnyRuntime) {
  RunningPlugin plugin(OptionsFor(path_), handler_);
  ASSERT_TRUE(AwaitError("No such file or directory"));
  EXPECT_THAT(plugin.Stop(), IsOk());
}

TEST_F(PluginReconnectTest, SaysThatThePathIsNone) {
  const std::string too_long = directory_ / std::string(200, 'x');
  RunningPlugin plugin(OptionsFor(too_long), handler_);
  EXPECT_TRUE(AwaitError("no socket path"));
  EXPECT_THAT(plugin.Stop(), IsOk());
  EXPECT_THAT(plugin.Stats().last_error, SizeIs(Le(512)));
}

TEST_F(PluginReconnectTest, ServesAnInheritedSocketUntilItEnds) {
  auto [connection, socket] = ConnectedPair();
  NriOptions options = OptionsFor(path_);
  options.inherited = std::move(socket);
  RunningPlugin plugin(std::move(options), handler_);
  EXPECT_THAT(connection->Establish("containerd", "2.2.0"),
              Optional(kValidateMask));
  EXPECT_TRUE(connection->Create(CreateRequest("nginx")));
  connection->Close();
  EXPECT_THAT(plugin.AwaitEnd(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(plugin.Stats().connections, 1u);
}

TEST_F(PluginReconnectTest, StopsWithAnInheritedSocket) {
  auto [connection, socket] = ConnectedPair();
  NriOptions options = OptionsFor(path_);
  options.inherited = std::move(socket);
  RunningPlugin plugin(std::move(options), handler_);
  EXPECT_TRUE(connection->Establish("containerd", "2.2.0"));
  EXPECT_THAT(plugin.Stop(), IsOk());
}

TEST_F(PluginReconnectTest, RefusesToInheritAnythingButAStreamSocket) {
  const int kDescriptors[] = {
      open("/dev/null", O_RDWR | O_CLOEXEC),
      socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
  };
  for (const int descriptor : kDescriptors) {
    NriOptions options = OptionsFor(path_);
    options.inherited.reset(descriptor);
    RunningPlugin plugin(std::move(options), handler_);
    EXPECT_THAT(plugin.AwaitEnd(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace pinwarden
