// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend as a process, judging for a fake runtime.
#include "pinwarden/daemon.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <filesystem>
#include <future>
#include <numeric>
#include <string>

#include "daemon/daemon_fixture.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The answer of grpc.health.v1 about the whole server.
std::string Health(const std::string& socket) {
  const auto channel =
      grpc::CreateChannel("unix:" + socket, grpc::InsecureChannelCredentials());
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::Slice nothing("", 0);
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(),
                 &request, &response,
                 [&done](grpc::Status status) { done.set_value(status); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return status.error_message();
  grpc::Slice bytes;
  // HealthCheckResponse {status = 1}: 1 is SERVING, 2 NOT_SERVING.
  if (!response.TrySingleSlice(&bytes).ok() || bytes.size() != 2) return "odd";
  return bytes.begin()[1] == 1 ? "SERVING" : "NOT_SERVING";
}

TEST_F(DaemonTest, RefusesWithTheMessageWhereThePolicyEnforces) {
  const auto daemon = Registered(kEnforceTag);
  const auto refused = connection_->Create(CreateRequest("nginx"));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->code, kRefused);
  EXPECT_THAT(
      refused->message,
      StartsWith("pinwarden: image \"nginx\" refused by rule \"default\" "
                 "(policy.yaml:4): "));
  EXPECT_EQ(Ask("nginx:1.27"), 0u);
}

TEST_F(DaemonTest, AdmitsAndRecordsWhereThePolicyObserves) {
  const auto daemon = Registered(kObserveTag);
  EXPECT_EQ(Ask("nginx"), 0u);
  const auto decision = daemon->Await("decision");
  EXPECT_EQ(decision["outcome"], "would_reject");
  EXPECT_EQ(decision["level"], "warning");
  EXPECT_EQ(decision["image"], "nginx");
}

TEST_F(DaemonTest, RefusesThroughValidateWhereTheRuntimeHasIt) {
  const auto daemon = Registered(kEnforceTag, "v2.2.0");
  const auto response = connection_->Validate(ValidateRequest("nginx"));
  ASSERT_TRUE(response.has_value());
  wire::nri::ValidateContainerAdjustmentResponse answer;
  ASSERT_TRUE(answer.ParseFromString(response->payload));
  EXPECT_TRUE(answer.reject());
  EXPECT_EQ(daemon->Await("decision")["trigger"], "validate");
}

TEST_F(DaemonTest, RefusesWhatIsUnidentifiedOrMalformed) {
  const auto daemon = Registered(kEnforceTag);
  for (const char* image : {"", "nginx:", "a b", "nginx@sha256:abc"}) {
    SCOPED_TRACE(image);
    EXPECT_EQ(Ask(image), kRefused);
  }
}

TEST_F(DaemonTest, SaysWhatItIsDoing) {
  const auto daemon = Registered(kEnforceTag);
  EXPECT_THAT(daemon->Await("started")["policy"], policy_);
  EXPECT_EQ(daemon->Await("policy_in_force")["mode"], "enforce");
  const auto registered = daemon->Await("nri_registered");
  EXPECT_EQ(registered["runtime"], "containerd");
  EXPECT_EQ(registered["events"], "CreateContainer");
  EXPECT_EQ(registered["image_names"], "exact");
  EXPECT_EQ(registered["when_away"], "containers are created unasked");
}

TEST_F(DaemonTest, RecordsTheContainersThatWereThereBefore) {
  WriteFile(policy_, kEnforceTag);
  const auto daemon = Spawn();
  connection_ = runtime_.Accept();
  ASSERT_NE(connection_, nullptr);
  ASSERT_TRUE(connection_->ReadRegister().has_value());
  ASSERT_TRUE(connection_->AnswerRegister());
  ASSERT_TRUE(connection_->Configure("containerd", "v2.1.0").has_value());
  wire::nri::SynchronizeRequest request;
  const auto one = CreateRequest("nginx");
  *request.add_pods() = one.pod();
  *request.add_containers() = one.container();
  ASSERT_TRUE(connection_->Synchronize(request).has_value());
  const auto decision = daemon->Await("decision");
  EXPECT_EQ(decision["trigger"], "synchronize");
  EXPECT_EQ(decision["outcome"], "would_reject");
  EXPECT_EQ(decision["mode"], "enforce");
}

TEST_F(DaemonTest, ComesBackWhenTheRuntimeRestarts) {
  const auto daemon = Registered(kEnforceTag);
  ASSERT_FALSE(daemon->Await("nri_registered").is_null());
  connection_->Close();
  EXPECT_EQ(daemon->Await("nri_cut_off")["level"], "error");
  connection_ = runtime_.Accept();
  ASSERT_NE(connection_, nullptr);
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonTest, AnswersStatusFromAllItsParts) {
  const auto daemon = Serving(kEnforceTag);
  EXPECT_EQ(Ask("nginx"), kRefused);
  ASSERT_FALSE(daemon->Await("decision").is_null());
  const auto status = Status();
  ASSERT_THAT(status, IsOk());
  EXPECT_TRUE(status->nri().registered());
  EXPECT_EQ(status->nri().runtime_version(), "v2.1.0");
  EXPECT_THAT(status->nri().events(), ElementsAre("CreateContainer"));
  EXPECT_EQ(status->nri().confidence(), v1::CONFIDENCE_EXACT);
  EXPECT_EQ(status->nri().requests(), 1u);
  EXPECT_EQ(status->nri().socket(), nri_socket_);
  EXPECT_EQ(status->policy().path(), policy_);
  EXPECT_EQ(status->policy().mode(), v1::MODE_ENFORCE);
  EXPECT_EQ(status->policy().rules(), 1u);
  EXPECT_EQ(status->policy().sha256().size(), 64u);
  EXPECT_EQ(status->records().recorded(), 1u);
  EXPECT_EQ(status->records().by_outcome().at("rejected"), 1u);
  ASSERT_EQ(status->records().decisions_size(), 1);
  EXPECT_EQ(status->records().decisions(0).ShortDebugString(),
            "outcome: OUTCOME_REJECTED reason: REASON_NO_TAG "
            "mode: MODE_ENFORCE count: 1");
  const v1::LatencyHistogram& latency = status->records().latency();
  EXPECT_EQ(latency.counts_size(), latency.upper_bounds_us_size() + 1);
  EXPECT_EQ(std::accumulate(latency.counts().begin(), latency.counts().end(),
                            uint64_t{0}),
            1u);
  EXPECT_GT(latency.sum_us(), 0);
}

TEST_F(DaemonTest, IsHealthyWhileItIsRegistered) {
  const auto daemon = Serving(kEnforceTag);
  // Waits until the health service was told.
  const auto is_told = [&daemon](const std::string& serving) {
    while (true) {
      const auto event = daemon->Await("health");
      if (event.is_null()) return false;
      if (event["serving"] == serving) return true;
    }
  };
  ASSERT_TRUE(is_told("true"));
  EXPECT_EQ(Health(control_socket_), "SERVING");
  connection_->Close();
  ASSERT_TRUE(is_told("false"));
  EXPECT_EQ(Health(control_socket_), "NOT_SERVING");
}

// A runtime may take a plugin that ends at once for a reason not to start.
TEST_F(DaemonTest, JudgesBesideAnotherWhenTheRuntimeStartedIt) {
  const auto first = Serving(kEnforceTag);
  auto [runtime_end, plugin_end] = ConnectedPair();
  DaemonProcess::Options options;
  options.flags = Flags();
  options.environment = {"NRI_PLUGIN_SOCKET=3"};
  options.inherited = std::move(plugin_end);
  DaemonProcess second(std::move(options));
  connection_ = std::move(runtime_end);
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  EXPECT_FALSE(second.Await("control_unavailable").is_null());
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonTest, EndsWithExitCode0OnSigtermAndSigint) {
  for (const int signal : {SIGTERM, SIGINT}) {
    SCOPED_TRACE(signal);
    const auto daemon = Serving(kEnforceTag);
    daemon->Signal(signal);
    EXPECT_EQ(daemon->AwaitExit(), kExitStopped);
    EXPECT_TRUE(connection_->AwaitHangUp());
    EXPECT_FALSE(std::filesystem::exists(control_socket_));
  }
}

TEST_F(DaemonTest, RefusesToStartBesideAnother) {
  const auto first = Serving(kEnforceTag);
  const auto second = Spawn();
  EXPECT_EQ(second->Await("already_running")["control_socket"],
            control_socket_);
  EXPECT_EQ(second->AwaitExit(), kExitFailed);
  EXPECT_EQ(Ask("nginx"), kRefused);
}

// A gate that stands open because of a directory helps nobody.
TEST_F(DaemonTest, JudgesWithoutItsApiWhereItsSocketCannotBeMade) {
  WriteFile(policy_, kEnforceTag);
  const auto daemon = Spawn({"--control-socket", dir_ / "no/such/c.sock"});
  connection_ = runtime_.Accept();
  ASSERT_NE(connection_, nullptr);
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  EXPECT_FALSE(daemon->Await("control_unavailable").is_null());
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonTest, ServesOnceTheDirectoryIsThereAndSighupCame) {
  WriteFile(policy_, kEnforceTag);
  const auto daemon = Spawn({"--control-socket", dir_ / "no/such/c.sock"});
  ASSERT_FALSE(daemon->Await("control_unavailable").is_null());
  std::filesystem::create_directories(dir_ / "no/such");
  daemon->Signal(SIGHUP);
  EXPECT_FALSE(daemon->Await("control_listening").is_null());
}

TEST_F(DaemonTest, MakesTheDirectoryOfItsSockets) {
  WriteFile(policy_, kEnforceTag);
  const auto daemon = Spawn({"--control-socket", dir_ / "run/c.sock"});
  EXPECT_FALSE(daemon->Await("control_listening").is_null());
  EXPECT_TRUE(std::filesystem::is_socket(dir_ / "run/c.sock"));
}

// Nobody reads its log, and still it answers and ends.
TEST_F(DaemonTest, JudgesAndStopsWhileStderrIsStuck) {
  WriteFile(policy_, kEnforceTag);
  DaemonProcess::Options options;
  options.flags = Flags();
  options.deaf_stderr = true;
  DaemonProcess daemon(std::move(options));
  connection_ = runtime_.Accept();
  ASSERT_NE(connection_, nullptr);
  ASSERT_TRUE(connection_->Establish("containerd", "v2.1.0").has_value());
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(Ask("nginx"), kRefused);
  daemon.Signal(SIGTERM);
  EXPECT_EQ(daemon.AwaitExit(), kExitStopped);
}

TEST_F(DaemonTest, ServesTheRuntimeThatStartedIt) {
  WriteFile(policy_, kEnforceTag);
  auto [runtime_end, plugin_end] = ConnectedPair();
  DaemonProcess::Options options;
  options.flags = Flags();
  options.environment = {"NRI_PLUGIN_NAME=gate", "NRI_PLUGIN_IDX=07",
                         "NRI_PLUGIN_SOCKET=3"};
  options.inherited = std::move(plugin_end);
  DaemonProcess daemon(std::move(options));
  connection_ = std::move(runtime_end);
  const auto registration = connection_->ReadRegister();
  ASSERT_TRUE(registration.has_value());
  EXPECT_EQ(registration->plugin_idx() + "-" + registration->plugin_name(),
            "07-gate");
  ASSERT_TRUE(connection_->AnswerRegister());
  ASSERT_TRUE(connection_->Configure("containerd", "v2.1.0").has_value());
  ASSERT_TRUE(connection_->Synchronize({}).has_value());
  EXPECT_EQ(Ask("nginx"), kRefused);
  connection_->Close();
  EXPECT_EQ(daemon.AwaitExit(), kExitFailed);
}

TEST_F(DaemonTest, ChecksSettingsAndPolicyWithoutStarting) {
  WriteFile(dir_ / "bad-settings.yaml", "version: 1\nlog_level: loud\n");
  WriteFile(dir_ / "bad.yaml", kBadPolicy);
  WriteFile(policy_, kEnforceTag);
  const struct {
    std::vector<std::string> flags;
    int exit_code;
    const char* says;
  } kCases[] = {
      {{"--check"}, 0, ""},
      {{"--check", "--policy", dir_ / "bad.yaml"},
       78,
       "bad.yaml:5:14: error: "},
      {{"--check", "--policy", dir_ / "none.yaml"}, 78, "none.yaml: error: "},
      {{"--check", "--settings", dir_ / "bad-settings.yaml"},
       78,
       "bad-settings.yaml:2:12: error: "},
      {{"--settings", dir_ / "bad-settings.yaml"}, 78, "2:12: error: "},
      {{"--no-such-flag"}, 2, "--no-such-flag"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(::testing::PrintToString(c.flags));
    const auto daemon = Spawn(c.flags);
    EXPECT_EQ(daemon->AwaitExit(), c.exit_code);
    EXPECT_THAT(daemon->Rest(), HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace pinwarden::testing
