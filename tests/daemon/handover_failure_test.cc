// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend is to hand over to another pinwardend, and something goes wrong.
#include <signal.h>

#include <filesystem>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/handover_fixture.h"
#include "pinwarden/daemon.h"
#include "pinwarden/quiet_moment.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class HandoverFailureTest : public HandoverTest {
 protected:
  // The first daemon goes on as if nobody had asked.
  void ExpectTheOldOneGoesOn() {
    EXPECT_TRUE(AwaitServes(daemon_->pid()));
    EXPECT_TRUE(host_->CreateContainer("nginx").refused);
    EXPECT_EQ(host_->CreateContainer("nginx:1.27").judged, 1);
    daemon_->Signal(SIGTERM);
    EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  }

  // A handover whose new daemon cannot register: the runtime holds it back.
  void StartHeldHandover() {
    StartHost();
    ASSERT_NO_FATAL_FAILURE(StartDaemon());
    host_->Hold("pinwarden");
    response_ = AsyncHandover();
    successor_ = AwaitSuccessor();
    ASSERT_GT(successor_, 0);
  }

  // Puts a shell script where the program was.
  void Install(const std::string& script) {
    ReplaceFile(program_, absl::StrCat("#!/bin/sh\n", script, "\n"));
    chmod(program_.c_str(), 0755);
  }

  void StartInstalledDaemon() {
    StartHost();
    std::filesystem::copy_file(PINWARDEND, program_);
    ASSERT_NO_FATAL_FAILURE(StartDaemon({}, program_));
  }

  const std::string program_ = dir_ / "installed";
  std::future<absl::StatusOr<v1::HandoverResponse>> response_;
  pid_t successor_ = -1;
};

TEST_F(HandoverFailureTest, GoesOnWhenTheNewOneHasNoUsablePolicy) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  ASSERT_FALSE(daemon_->Await("control_listening").is_null());
  ReplaceFile(policy_,
              "version: 1\nmode: on\nrules:\n  - name: default\n"
              "    require: tag\n");
  // Where the last good one is too.
  ASSERT_FALSE(daemon_->Await("policy_refused").is_null());
  std::filesystem::remove_all(state_);
  EXPECT_THAT(Handover(),
              StatusIs(absl::StatusCode::kAborted,
                       AllOf(HasSubstr("cannot go on: policy.yaml:2:7: error"),
                             HasSubstr("the old one goes on"))));
  ExpectTheOldOneGoesOn();
}

TEST_F(HandoverFailureTest, GoesOnWhenTheNewOneHasNoUsableSettings) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  WriteFile(dir_ / "settings.yaml", "version: 2\n");
  EXPECT_THAT(Handover(),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("cannot go on: settings.yaml:1:10: error")));
  ExpectTheOldOneGoesOn();
}

TEST_F(HandoverFailureTest, GoesOnWhenTheNewOneIsNoPinwardend) {
  ASSERT_NO_FATAL_FAILURE(StartInstalledDaemon());
  const struct {
    const char* script;
    const char* want;
  } kCases[] = {
      {"exit 7", "ended with exit code 7 before it judged"},
      {"kill -SEGV $$", "was ended by signal 11 before it judged"},
      // One that knows nothing of handovers.
      {"unset PINWARDEN_TAKE_OVER; exec 3>&-; exec " PINWARDEND " \"$@\"",
       "ended with exit code 1 before it judged"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.script);
    Install(c.script);
    EXPECT_THAT(Handover(),
                StatusIs(absl::StatusCode::kAborted, HasSubstr(c.want)));
  }
  std::filesystem::remove(program_);
  EXPECT_THAT(Handover(),
              StatusIs(absl::StatusCode::kAborted, HasSubstr("cannot start")));
  ExpectTheOldOneGoesOn();
}

TEST_F(HandoverFailureTest, GoesOnWhenTheNewOneDiesHalfWay) {
  ASSERT_NO_FATAL_FAILURE(StartHeldHandover());
  kill(successor_, SIGKILL);
  EXPECT_THAT(response_.get(),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("has ended before it judged")));
  host_->Release();
  ExpectTheOldOneGoesOn();
}

// Nobody is left but the new one, wherever that was.
TEST_F(HandoverFailureTest, TheNewOneTakesOverWhenTheOldOneDiesHalfWay) {
  ASSERT_NO_FATAL_FAILURE(StartHeldHandover());
  daemon_->Signal(SIGKILL);
  EXPECT_EQ(daemon_->AwaitExit(), -SIGKILL);
  EXPECT_THAT(response_.get(), StatusIs(absl::StatusCode::kUnavailable));
  host_->Release();
  EXPECT_TRUE(host_->AwaitRegistrations(2)) << daemon_->Rest();
  EXPECT_TRUE(AwaitServes(successor_));
  EXPECT_TRUE(host_->CreateContainer("nginx").refused);
  // And it can do what the first one could.
  const auto again = Handover();
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(AwaitServes(static_cast<pid_t>(again->new_pid())));
}

TEST_F(HandoverFailureTest, TheNewOneTakesOverWhenTheOldOneDiesWhileItLeaves) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  host_->Hold(kQuietMomentPlugin);
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  ASSERT_TRUE(host_->AwaitHeld());
  // Both judge, and the old one serves the API.
  EXPECT_EQ(host_->CreateContainer("nginx:1.27").judged, 2);
  EXPECT_TRUE(AwaitServes(daemon_->pid()));
  daemon_->Signal(SIGKILL);
  EXPECT_EQ(daemon_->AwaitExit(), -SIGKILL);
  host_->Release();
  EXPECT_TRUE(AwaitServes(static_cast<pid_t>(response->new_pid())));
  EXPECT_TRUE(host_->CreateContainer("nginx").refused);
}

// It leaves all the same: two that judge for ever would be worse.
TEST_F(HandoverFailureTest, LeavesInAHurryWhereTheRuntimeGivesItNoQuietMoment) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  host_->Refuse(kQuietMomentPlugin);
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(daemon_->Await("left_in_a_hurry")["level"], "warning");
  EXPECT_TRUE(AwaitServes(static_cast<pid_t>(response->new_pid())));
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  EXPECT_EQ(host_->CreateContainer("nginx:1.27").judged, 1);
}

TEST_F(HandoverFailureTest, OnlyOneAtATime) {
  ASSERT_NO_FATAL_FAILURE(StartHeldHandover());
  EXPECT_THAT(Handover(), StatusIs(absl::StatusCode::kAlreadyExists));
  host_->Release();
  EXPECT_THAT(response_.get(), IsOk());
}

TEST_F(HandoverFailureTest, EndsTheNewOneWhenItIsToStopItself) {
  ASSERT_NO_FATAL_FAILURE(StartHeldHandover());
  daemon_->Signal(SIGTERM);
  EXPECT_THAT(response_.get(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  EXPECT_TRUE(AwaitEnd(successor_));
}

TEST_F(HandoverFailureTest, IsNotForOneThatTheRuntimeStarted) {
  auto [runtime_end, plugin_end] = ConnectedPair();
  DaemonProcess::Options options;
  options.flags = {"--policy",          policy_,
                   "--settings",        dir_ / "settings.yaml",
                   "--control-socket",  control_socket_,
                   "--read-socket",     read_socket_,
                   "--state-directory", state_,
                   "--judged-file",     dir_ / "judged",
                   "--cri-socket",      "",
                   "--read-group",      "",
                   "--log-format",      "json"};
  options.environment = {"NRI_PLUGIN_SOCKET=3"};
  options.inherited = std::move(plugin_end);
  daemon_ = std::make_unique<DaemonProcess>(std::move(options));
  ASSERT_TRUE(AwaitServes(daemon_->pid()));
  EXPECT_THAT(Handover(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                   HasSubstr("restart the runtime")));
}

}  // namespace
}  // namespace pinwarden::testing
