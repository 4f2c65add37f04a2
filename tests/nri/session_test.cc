// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/session.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nri/plugin_fixture.h"
#include "testing/fake_runtime.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::CreateRequest;
using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::RecordingHandler;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::ValidateRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A protobuf field that announces more bytes than there are.
constexpr char kTruncated[] = "\x0a\x05oops";

class NriSessionTest : public ::testing::Test {
 protected:
  CallResult Call(absl::string_view method, absl::string_view payload) {
    return session_->Serve({kPluginService, method, payload});
  }

  int32_t Configure(const std::string& name, const std::string& version,
                    int64_t timeout_ms = 0) {
    wire::nri::ConfigureRequest request;
    request.set_runtime_name(name);
    request.set_runtime_version(version);
    request.set_request_timeout(timeout_ms);
    const CallResult result = Call("Configure", request.SerializeAsString());
    wire::nri::ConfigureResponse response;
    if (!result.ok() || !response.ParseFromString(*result)) return -1;
    return response.events();
  }

  void StartSession(bool ask_validate) {
    session_ = std::make_unique<NriSession>(
        handler_,
        [this](absl::FunctionRef<void(NriStats&)> change) { change(stats_); },
        NriSession::Options{.ask_validate = ask_validate,
                            .clock = [this] { return now_; }});
  }

  void SetUp() override { StartSession(/*ask_validate=*/true); }

  RecordingHandler handler_;
  NriStats stats_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  std::unique_ptr<NriSession> session_;
};

TEST_F(NriSessionTest, AsksForValidateOnlyWhereItIsKnown) {
  const struct {
    const char* name;
    const char* version;
    int32_t want;
  } kCases[] = {
      {"containerd", "2.2.0", 0x2000},
      {"containerd", "v2.2.7", 0x2000},
      {"containerd", "2.3.0+unknown", 0x2000},
      {"cri-o", "1.34.0", 0x2000},
      {"docker", "29.2.0", 0x2000},
      {"containerd", "1.7.24", 0x8},
      {"v2", "2.0.2", 0x8},
      {"containerd", "2.1.9", 0x8},
      {"containerd", "2.2.0-rc.1", 0x8},
      {"cri-o", "1.33.0", 0x8},
      {"", "", 0x8},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.name, " ", c.version));
    EXPECT_EQ(Configure(c.name, c.version), c.want);
  }
}

TEST_F(NriSessionTest, DoesNotAskForValidateWhereItWasRefused) {
  StartSession(/*ask_validate=*/false);
  EXPECT_EQ(Configure("containerd", "2.2.0"), 0x8);
  EXPECT_EQ(session_->events(), NriEvents::kCreate);
}

TEST_F(NriSessionTest, AnswersConfigureAgain) {
  EXPECT_EQ(Configure("containerd", "2.1.9"), 0x8);
  EXPECT_THAT(Call("Synchronize", ""), IsOk());
  EXPECT_EQ(Configure("containerd", "2.2.0"), 0x2000);
  EXPECT_EQ(stats_.runtime.version, "2.2.0");
  EXPECT_EQ(stats_.events, NriEvents::kValidate);
  EXPECT_EQ(session_->stage(), NriSession::Stage::kRegistered);
}

TEST_F(NriSessionTest, JudgesCreateAndValidateByTheSameHandler) {
  Configure("containerd", "2.2.0");
  EXPECT_THAT(
      Call("CreateContainer", CreateRequest("nginx").SerializeAsString()),
      IsOk());
  EXPECT_EQ(handler_.last_asked(), NriEvents::kCreate);
  EXPECT_THAT(Call("ValidateContainerAdjustment",
                   ValidateRequest("redis:7").SerializeAsString()),
              IsOk());
  EXPECT_EQ(handler_.last_asked(), NriEvents::kValidate);
  EXPECT_THAT(handler_.admitted(),
              ElementsAre("web-0/app nginx", "web-0/app redis:7"));
  EXPECT_EQ(stats_.requests, 2u);
}

TEST_F(NriSessionTest, JudgesBeforeConfigureToo) {
  handler_.Refuse("no");
  EXPECT_THAT(
      Call("CreateContainer", CreateRequest("nginx").SerializeAsString()),
      StatusIs(absl::StatusCode::kPermissionDenied, "no"));
}

TEST_F(NriSessionTest, RefusesCreateWithAnErrorAndValidateWithAReason) {
  handler_.Refuse("image \"nginx\" refused");
  EXPECT_THAT(
      Call("CreateContainer", CreateRequest("nginx").SerializeAsString()),
      StatusIs(absl::StatusCode::kPermissionDenied, "image \"nginx\" refused"));

  const CallResult result = Call("ValidateContainerAdjustment",
                                 ValidateRequest("nginx").SerializeAsString());
  ASSERT_THAT(result, IsOk());
  wire::nri::ValidateContainerAdjustmentResponse response;
  ASSERT_TRUE(response.ParseFromString(*result));
  EXPECT_TRUE(response.reject());
  EXPECT_EQ(response.reason(), "image \"nginx\" refused");
}

TEST_F(NriSessionTest, CutsAndMendsTheTextOfARefusal) {
  const struct {
    std::string refusal;
    std::string want;
  } kCases[] = {
      {"", "pinwarden: container refused"},
      {"a\xff", "a\xEF\xBF\xBD"},
      {std::string(5000, 'x'), std::string(kMaxRefusalBytes, 'x')},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.refusal);
    handler_.Refuse(c.refusal);
    EXPECT_THAT(Call("CreateContainer", CreateRequest("a").SerializeAsString()),
                StatusIs(absl::StatusCode::kPermissionDenied, c.want));
  }
}

TEST_F(NriSessionTest, RefusesWhatItCannotRead) {
  const std::string no_container = [] {
    auto request = CreateRequest("nginx");
    request.clear_container();
    return request.SerializeAsString();
  }();
  const struct {
    const char* method;
    std::string payload;
    const char* want;
  } kCases[] = {
      {"CreateContainer", kTruncated, "does not parse"},
      {"CreateContainer", "", "names no container"},
      {"CreateContainer", no_container, "names no container"},
      {"ValidateContainerAdjustment", kTruncated, "does not parse"},
      {"ValidateContainerAdjustment", no_container, "names no container"},
      {"Configure", kTruncated, "does not parse"},
      {"Synchronize", kTruncated, "does not parse"},
  };
  uint64_t errors = 0;
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.method, " ", c.want));
    EXPECT_THAT(
        Call(c.method, c.payload),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.want)));
    EXPECT_EQ(stats_.protocol_errors, ++errors);
  }
  EXPECT_THAT(handler_.admitted(), IsEmpty());
}

TEST_F(NriSessionTest, PassesAContainerWithoutPod) {
  auto request = CreateRequest("nginx");
  request.clear_pod();
  EXPECT_THAT(Call("CreateContainer", request.SerializeAsString()), IsOk());
  EXPECT_THAT(handler_.admitted(), ElementsAre("-/app nginx"));
}

TEST_F(NriSessionTest, LeavesOtherEventsAlone) {
  for (const char* method :
       {"StateChange", "RunPodSandbox", "UpdatePodSandbox",
        "PostUpdatePodSandbox", "StopPodSandbox", "RemovePodSandbox",
        "PostCreateContainer", "StartContainer", "PostStartContainer",
        "UpdateContainer", "PostUpdateContainer", "StopContainer",
        "RemoveContainer", "Shutdown"}) {
    SCOPED_TRACE(method);
    const CallResult result = Call(method, kTruncated);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(*result, "");
  }
}

TEST_F(NriSessionTest, SaysThatItDoesNotKnowOtherMethods) {
  const struct {
    const char* service;
    const char* method;
  } kCases[] = {
      {"nri.pkg.api.v1alpha1.Plugin", "createContainer"},
      {"nri.pkg.api.v1alpha1.Plugin", "CreateContainerNow"},
      {"nri.pkg.api.v1alpha1.Plugin", ""},
      {"nri.pkg.api.v1alpha1.Runtime", "CreateContainer"},
      {"nri.pkg.api.v1alpha1.Plugin2", "CreateContainer"},
      {"", "CreateContainer"},
  };
  const std::string payload = CreateRequest("nginx").SerializeAsString();
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.service, "/", c.method));
    EXPECT_THAT(session_->Serve({c.service, c.method, payload}),
                StatusIs(absl::StatusCode::kUnimplemented));
  }
  EXPECT_THAT(handler_.admitted(), IsEmpty());
}

TEST_F(NriSessionTest, IsRegisteredAfterTheLastChunk) {
  wire::nri::SynchronizeRequest chunk;
  chunk.add_containers()->set_name("a");
  chunk.set_more(true);
  CallResult result = Call("Synchronize", chunk.SerializeAsString());
  wire::nri::SynchronizeResponse response;
  ASSERT_THAT(result, IsOk());
  ASSERT_TRUE(response.ParseFromString(*result));
  EXPECT_TRUE(response.more());
  EXPECT_EQ(session_->stage(), NriSession::Stage::kSynchronizing);
  EXPECT_FALSE(stats_.registered);

  now_ += absl::Seconds(1);
  chunk.set_more(false);
  result = Call("Synchronize", chunk.SerializeAsString());
  ASSERT_THAT(result, IsOk());
  ASSERT_TRUE(response.ParseFromString(*result));
  EXPECT_FALSE(response.more());
  EXPECT_EQ(session_->stage(), NriSession::Stage::kRegistered);
  EXPECT_TRUE(stats_.registered);
  EXPECT_EQ(stats_.registered_since, now_);
  EXPECT_EQ(stats_.synchronized_containers, 2u);
  EXPECT_THAT(handler_.existing(), ElementsAre("-/a -", "-/a -"));
}

TEST_F(NriSessionTest, IsBrokenWhenSynchronizeFails) {
  EXPECT_THAT(session_->broken(), IsOk());
  Call("Synchronize", kTruncated).IgnoreError();
  EXPECT_THAT(session_->broken(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_FALSE(stats_.registered);
}

TEST_F(NriSessionTest, IsBrokenByASynchronizeWithoutEnd) {
  wire::nri::SynchronizeRequest chunk;
  auto* pod = chunk.add_pods();
  (*pod->mutable_annotations())["a"] = std::string(4 << 20, 'x');
  chunk.set_more(true);
  CallResult result;
  for (int i = 0; i < 20 && session_->broken().ok(); ++i) {
    pod->set_id(absl::StrCat("pod-", i));
    result = Call("Synchronize", chunk.SerializeAsString());
  }
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(session_->broken(),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(stats_.protocol_errors, 1u);
}

TEST_F(NriSessionTest, IsBrokenOnceTheRuntimeStoppedWaitingForSynchronize) {
  const struct {
    int64_t limit_ms;  // as Configure tells it
    absl::Duration took;
    bool want_registered;
  } kCases[] = {
      {0, absl::Seconds(2), true},
      {0, absl::Milliseconds(2001), false},
      {-5, absl::Seconds(2), true},
      {100, absl::Milliseconds(100), true},
      {100, absl::Milliseconds(101), false},
      {5000, absl::Seconds(4), true},
  };
  wire::nri::SynchronizeRequest first;
  first.set_more(true);
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.limit_ms, " ", absl::FormatDuration(c.took)));
    StartSession(/*ask_validate=*/true);
    Configure("containerd", "2.1.9", c.limit_ms);
    Call("Synchronize", first.SerializeAsString()).IgnoreError();
    now_ += c.took;
    EXPECT_THAT(Call("Synchronize", ""), IsOk());
    EXPECT_EQ(session_->stage() == NriSession::Stage::kRegistered,
              c.want_registered);
    EXPECT_EQ(absl::IsDeadlineExceeded(session_->broken()), !c.want_registered);
  }
}

}  // namespace
}  // namespace pinwarden
