// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The plugin on a real socket, with a runtime that behaves.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nri/plugin_fixture.h"
#include "testing/fake_runtime.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using namespace ::pinwarden::testing;  // NOLINT: the fakes, all of them
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::Optional;
using ::testing::SizeIs;

class PluginServeTest : public ::testing::Test {
 protected:
  // A connection that has just been made.
  std::unique_ptr<FakeConnection> Accept() {
    std::unique_ptr<FakeConnection> connection = runtime_.Accept();
    EXPECT_NE(connection, nullptr);
    return connection;
  }

  // A connection that is registered.
  std::unique_ptr<FakeConnection> Establish(
      absl::string_view version = "2.2.0") {
    std::unique_ptr<FakeConnection> connection = Accept();
    EXPECT_TRUE(connection->Establish("containerd", version));
    return connection;
  }

  TempDir directory_;
  FakeRuntime runtime_{directory_ / "nri.sock"};
  RecordingHandler handler_;
  RunningPlugin plugin_{OptionsFor(directory_ / "nri.sock"), handler_};
};

TEST_F(PluginServeTest, RegistersByNameAndIndex) {
  const auto connection = Accept();
  const auto request = connection->ReadRegister();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->plugin_name(), "pinwarden");
  EXPECT_EQ(request->plugin_idx(), "10");
  EXPECT_EQ(request->nri_version(), "");
  EXPECT_THAT(connection->frame_payload_sizes(), Each(Le(4096)));
}

TEST_F(PluginServeTest, SubscribesByTheRuntimesVersion) {
  const struct {
    const char* name;
    const char* version;
    int32_t want;
  } kCases[] = {
      {"containerd", "2.2.0", kValidateMask},
      {"containerd", "v2.2.7", kValidateMask},
      {"containerd", "2.3.0+unknown", kValidateMask},
      {"cri-o", "1.34.0", kValidateMask},
      {"containerd", "1.7.24~ds1", kCreateMask},
      {"v2", "2.0.2", kCreateMask},
      {"containerd", "2.1.9", kCreateMask},
      {"cri-o", "1.33.0", kCreateMask},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.name, " ", c.version));
    EXPECT_THAT(Accept()->Establish(c.name, c.version), Optional(c.want));
  }
}

TEST_F(PluginServeTest, TellsItsState) {
  const auto connection = Accept();
  EXPECT_TRUE(handler_.AwaitState([](const NriStats& s) {
    return s.connected && !s.registered && s.connections == 1;
  }));
  const absl::Time before = absl::Now();
  ASSERT_TRUE(connection->Establish("containerd", "2.2.0"));
  EXPECT_TRUE(handler_.AwaitState([&](const NriStats& s) {
    return s.connected && s.registered && s.registered_since >= before &&
           s.events == NriEvents::kValidate && s.runtime.version == "2.2.0";
  }));
  connection->Close();
  EXPECT_TRUE(handler_.AwaitState([](const NriStats& s) {
    return !s.connected && !s.registered && s.events == NriEvents::kNone &&
           s.registered_since == absl::InfinitePast() &&
           s.last_error == "the peer closed the connection";
  }));
}

TEST_F(PluginServeTest, AnswersConfigureBeforeItsRegistrationIsAnswered) {
  const auto connection = Accept();
  ASSERT_TRUE(connection->ReadRegister());
  EXPECT_THAT(connection->Configure("containerd", "2.2.0"),
              Optional(kValidateMask));
  EXPECT_TRUE(connection->AnswerRegister());
  EXPECT_TRUE(connection->Synchronize({}));
  EXPECT_TRUE(plugin_.Stats().registered);
}

TEST_F(PluginServeTest, AnswersConfigureBeforeItsRegistrationIsRead) {
  const auto connection = Accept();
  EXPECT_THAT(connection->Configure("containerd", "2.2.0"),
              Optional(kValidateMask));
}

// Written out by hand from the protocol, so that both ends agreeing on a wrong
// field number does not go unnoticed.
TEST_F(PluginServeTest, SpeaksTheBytesOfTheProtocol) {
  const auto connection = Accept();
  // runtime_name = 2, runtime_version = 3; events = 2: 0x2000 is 80 40.
  std::optional<WireResponse> answer = connection->Call(
      "Configure", absl::StrCat("\x12\x0a", "containerd", "\x1a\x05", "2.2.0"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(absl::BytesToHexString(answer->payload), "108040");
  // more = 3; more = 2.
  answer = connection->Call("Synchronize", "\x18\x01");
  ASSERT_TRUE(answer);
  EXPECT_EQ(absl::BytesToHexString(answer->payload), "1001");
  // container = 2 {name = 3, annotations = 6 {key = 1, value = 2}};
  // reject = 1, reason = 2.
  handler_.Refuse("no");
  const std::string entry =
      absl::StrCat("\x0a\x1c", kImageAnnotation, "\x12\x05", "nginx");
  ASSERT_EQ(entry.size(), 37u);
  answer = connection->Call(
      "ValidateContainerAdjustment",
      absl::StrCat("\x12\x2a\x1a\x01", "a", "\x32\x25", entry));
  ASSERT_TRUE(answer);
  EXPECT_EQ(absl::BytesToHexString(answer->payload), "080112026e6f");
  EXPECT_THAT(handler_.admitted(), ElementsAre("-/a nginx"));
}

TEST_F(PluginServeTest, AdmitsWithEmptyAnswers) {
  const auto connection = Establish();
  const auto created = connection->Create(CreateRequest("nginx:1.27.3"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->code, 0u);
  EXPECT_EQ(created->payload, "");
  const auto validated = connection->Validate(ValidateRequest("nginx:1.27.3"));
  ASSERT_TRUE(validated);
  EXPECT_EQ(validated->code, 0u);
  EXPECT_EQ(validated->payload, "");
  EXPECT_EQ(plugin_.Stats().requests, 2u);
}

TEST_F(PluginServeTest, SendsEveryRefusalWholeAndInSmallFrames) {
  const auto connection = Establish();
  for (size_t length = 1; length <= kMaxRefusalBytes; ++length) {
    SCOPED_TRACE(length);
    const std::string refusal(length, 'x');
    handler_.Refuse(refusal);
    const auto created = connection->Create(CreateRequest("nginx"));
    ASSERT_TRUE(created);
    EXPECT_EQ(created->code, 7u);
    EXPECT_EQ(created->message, refusal);
    const auto validated = connection->Validate(ValidateRequest("nginx"));
    ASSERT_TRUE(validated);
    EXPECT_EQ(validated->code, 0u);
    wire::nri::ValidateContainerAdjustmentResponse response;
    ASSERT_TRUE(response.ParseFromString(validated->payload));
    EXPECT_TRUE(response.reject());
    EXPECT_EQ(response.reason(), refusal);
  }
  EXPECT_THAT(connection->frame_payload_sizes(), Each(Le(4096)));
  // One frame for each answer: many unread frames would close the trunk.
  EXPECT_THAT(connection->frame_payload_sizes(),
              SizeIs(3 + 2 * kMaxRefusalBytes));
}

TEST_F(PluginServeTest, RefusesARequestThatDoesNotParse) {
  const auto connection = Establish();
  for (const char* method :
       {"CreateContainer", "ValidateContainerAdjustment"}) {
    SCOPED_TRACE(method);
    const auto answer = connection->Call(method, "\x12\x7fgarbage");
    ASSERT_TRUE(answer);
    EXPECT_NE(answer->code, 0u);
  }
  EXPECT_EQ(plugin_.Stats().protocol_errors, 2u);
  EXPECT_EQ(plugin_.Stats().requests, 0u);
}

TEST_F(PluginServeTest, AnswersUnknownMethodsWithUnimplemented) {
  const auto connection = Establish();
  const struct {
    const char* service;
    const char* method;
  } kCases[] = {
      {"nri.pkg.api.v1alpha1.Plugin", "PauseContainer"},
      {"nri.pkg.api.v1alpha1.Runtime", "UpdateContainers"},
      {"grpc.health.v1.Health", "Check"},
      {"", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.service, "/", c.method));
    const auto answer = connection->ReadAnswer(
        connection->StartCall(c.service, c.method, "payload"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->code, 12u);
    EXPECT_EQ(answer->payload, "");
  }
}

TEST_F(PluginServeTest, UnderstandsFramesCutAnywhere) {
  const auto connection = Establish();
  const std::string request = CreateRequest("nginx:1.27.3").SerializeAsString();
  std::string message =
      TtrpcMessageBytes(0, kTtrpcRequest,
                        RequestEnvelope("nri.pkg.api.v1alpha1.Plugin",
                                        "CreateContainer", request));
  uint32_t stream = 1001;
  for (size_t cut = 1; cut < message.size(); ++cut, stream += 2) {
    SCOPED_TRACE(cut);
    message.replace(4, 4, BigEndian32(stream));
    ASSERT_TRUE(connection->Send(MuxFrame(1, message.substr(0, cut)) +
                                 MuxFrame(1, message.substr(cut))));
    const auto answer = connection->ReadAnswer(stream);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->code, 0u);
  }
  EXPECT_THAT(handler_.admitted(), SizeIs(message.size() - 1));
  EXPECT_THAT(handler_.admitted(), Each("web-0/app nginx:1.27.3"));
}

TEST_F(PluginServeTest, UnderstandsOneByteAtATime) {
  const auto connection = Accept();
  connection->CutFrames(1);
  connection->CutWrites(1);
  ASSERT_TRUE(connection->Establish("containerd", "2.2.0"));
  const auto answer = connection->Validate(ValidateRequest("nginx"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0u);
  EXPECT_THAT(handler_.admitted(), ElementsAre("web-0/app nginx"));
}

TEST_F(PluginServeTest, JudgesContainersOfAnySize) {
  const auto connection = Establish();
  auto request = CreateRequest(std::string(4000, 'n'));
  (*request.mutable_container()->mutable_annotations())["big"] =
      std::string(1'000'000, 'a');
  (*request.mutable_pod()->mutable_labels())["big"] =
      std::string(1'000'000, 'l');
  const auto answer = connection->Create(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0u);
  EXPECT_THAT(handler_.admitted(),
              ElementsAre("web-0/app " + std::string(4000, 'n')));
}

TEST_F(PluginServeTest, RefusesARequestOverTheLimitAndGoesOn) {
  const auto connection = Establish();
  connection->CutFrames(1 << 20);
  auto request = CreateRequest("nginx");
  (*request.mutable_container()->mutable_annotations())["big"] =
      std::string(17 << 20, 'a');
  const auto answer = connection->Create(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 8u);
  EXPECT_TRUE(connection->Create(CreateRequest("nginx")));
  EXPECT_THAT(handler_.admitted(), SizeIs(1));
}

TEST_F(PluginServeTest, AnswersCallsThatArriveTogetherInOrder) {
  const auto connection = Establish();
  std::vector<uint32_t> streams;
  for (int i = 0; i < 100; ++i) {
    streams.push_back(connection->StartCall(
        "nri.pkg.api.v1alpha1.Plugin", "CreateContainer",
        CreateRequest(absl::StrCat("image-", i)).SerializeAsString()));
  }
  for (const uint32_t stream : streams) {
    const auto answer = connection->ReadAnswer(stream);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->code, 0u);
  }
  EXPECT_EQ(handler_.admitted().back(), "web-0/app image-99");
}

// 6,000 containers in 12 chunks, each container's pod in another chunk.
TEST_F(PluginServeTest, SynchronizesAFullHostInChunks) {
  constexpr int kChunks = 12;
  constexpr int kPerChunk = 500;
  const auto connection = Accept();
  ASSERT_TRUE(connection->ReadRegister());
  ASSERT_TRUE(connection->AnswerRegister());
  ASSERT_TRUE(connection->Configure("containerd", "2.2.0"));
  std::vector<std::string> want;
  for (int chunk = 0; chunk < kChunks; ++chunk) {
    wire::nri::SynchronizeRequest request;
    request.set_more(chunk + 1 < kChunks);
    for (int i = 0; i < kPerChunk; ++i) {
      const int pod_number = (kChunks - 1 - chunk) * kPerChunk + i;
      auto* pod = request.add_pods();
      pod->set_id(absl::StrCat("p", pod_number));
      pod->set_name(absl::StrCat("pod-", pod_number));
      const int number = chunk * kPerChunk + i;
      auto* container = request.add_containers();
      container->set_pod_sandbox_id(absl::StrCat("p", number));
      container->set_name("app");
      (*container->mutable_annotations())[kImageAnnotation] =
          absl::StrCat("image-", number);
      want.push_back(absl::StrCat("pod-", number, "/app image-", number));
    }
    EXPECT_FALSE(plugin_.Stats().registered);
    const auto response = connection->Synchronize(request);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->more(), request.more());
  }
  EXPECT_THAT(handler_.existing(), ::testing::UnorderedElementsAreArray(want));
  EXPECT_TRUE(plugin_.Stats().registered);
  EXPECT_EQ(plugin_.Stats().synchronized_containers, 6000u);
}

TEST_F(PluginServeTest, GoesOnAfterShutdownUntilTheRuntimeHangsUp) {
  const auto connection = Establish();
  const auto answer = connection->Call("Shutdown", "");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, 0u);
  EXPECT_TRUE(connection->Create(CreateRequest("nginx")));
}

}  // namespace
}  // namespace pinwarden
