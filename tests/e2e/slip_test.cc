// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Containers that were created while nobody judged.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;

constexpr char kPolicy[] = R"(version: 1
mode: enforce
on_slip: $
rules:
  - {name: dev, match: {namespaces: [dev]}, require: version, mode: observe}
  - {name: default, require: version}
)";

std::string PolicyThat(absl::string_view on_slip) {
  std::string text = kPolicy;
  text.replace(text.find('$'), 1, std::string(on_slip));
  return text;
}

class SlipTest : public HostTest {
 protected:
  // Kills the daemon, has containers created, and starts it again.
  void LetSomeSlip(const std::string& policy) {
    ASSERT_NO_FATAL_FAILURE(StartDaemon(policy));
    ASSERT_NO_FATAL_FAILURE(Create("judged", "demo:1.2.3"));
    ASSERT_THAT(daemon_->Kill(), IsOk());
    watch_.reset();
    ASSERT_NO_FATAL_FAILURE(Create("pinned", "demo:1.2.3"));
    ASSERT_NO_FATAL_FAILURE(Create("floating", "demo:latest"));
    ASSERT_NO_FATAL_FAILURE(Create("observed", "demo:latest", "dev"));
    ASSERT_NO_FATAL_FAILURE(StartDaemon());
  }

  void Create(const std::string& pod, const std::string& image,
              const std::string& name_space = "default") {
    const absl::StatusOr<std::string> id = Run(image, pod, name_space);
    ASSERT_THAT(id, IsOk());
    ids_[pod] = *id;
  }

  // Waits for the line that says `outcome` of a container that was found.
  absl::Status FoundAs(const std::string& pod, const std::string& outcome) {
    return daemon_
        ->AwaitLogLine({"event=decision",
                        absl::StrCat("outcome=", outcome, " "),
                        "trigger=synchronize", absl::StrCat("pod=", pod, " ")})
        .status();
  }

  std::map<std::string, std::string> ids_;
};

TEST_P(SlipTest, IsNamedWhenTheDaemonIsBack) {
  ASSERT_NO_FATAL_FAILURE(LetSomeSlip(PolicyThat("record")));
  const std::map<std::string, std::string> kWant = {
      {"judged", "allowed"},
      {"pinned", "slipped_allowed"},
      {"floating", "slipped_violation"},
      {"observed", "slipped_violation"},
  };
  for (const auto& [pod, want] : kWant) EXPECT_THAT(FoundAs(pod, want), IsOk());

  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  const v1::JudgingStatus& judging = status->judging();
  EXPECT_EQ(judging.gaps(), 1u);
  EXPECT_EQ(judging.last_gap_cause(), "restart");
  EXPECT_EQ(judging.slipped_allowed(), 1u);
  EXPECT_EQ(judging.slipped_violations(), 2u);
  EXPECT_EQ(judging.slipped_stopped(), 0u);
  EXPECT_GT(judging.unjudged_seconds(), 0);
  EXPECT_THAT(daemon_->AwaitLogLine(
                  {"event=unjudged", "cause=restart", "slipped_violations=2"}),
              IsOk());
  for (const auto& [pod, id] : ids_) EXPECT_TRUE(cri_->IsRunning(id)) << pod;

  // Once: the next time they are known.
  ASSERT_THAT(daemon_->Kill(), IsOk());
  watch_.reset();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  EXPECT_THAT(FoundAs("floating", "would_reject"), IsOk());
}

TEST_P(SlipTest, IsStoppedWhereThePolicySaysSo) {
  ASSERT_NO_FATAL_FAILURE(LetSomeSlip(PolicyThat("stop")));
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.judging().slipped_stopped() == 1;
  }),
              IsOk());
  EXPECT_FALSE(cri_->IsRunning(ids_["floating"]));
  for (const char* pod : {"judged", "pinned", "observed"}) {
    EXPECT_TRUE(cri_->IsRunning(ids_[pod])) << pod;
  }
  EXPECT_THAT(daemon_->AwaitLogLine(
                  {"event=slipped_stopped", ids_["floating"].c_str()}),
              IsOk());
}

TEST_P(SlipTest, HappensWhileTheRuntimeHasCutUsOff) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(PolicyThat("stop")));
  ASSERT_NO_FATAL_FAILURE(Create("judged", "demo:1.2.3"));
  // It answers nothing, until the runtime gives up on it.
  ASSERT_THAT(daemon_->Signal(SIGSTOP), IsOk());
  ASSERT_NO_FATAL_FAILURE(Create("unanswered", "demo:latest"));
  ASSERT_NO_FATAL_FAILURE(Create("unasked", "demo:latest"));
  ASSERT_THAT(daemon_->Signal(SIGCONT), IsOk());
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.judging().slipped_stopped() == 2;
  }),
              IsOk());
  EXPECT_FALSE(cri_->IsRunning(ids_["unasked"]));
  EXPECT_FALSE(cri_->IsRunning(ids_["unanswered"]));
  EXPECT_TRUE(cri_->IsRunning(ids_["judged"]));
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->judging().last_gap_cause(), "cut_off");
}

TEST_P(SlipTest, IsNotBlamedOnTheContainersOfTheFirstDay) {
  ASSERT_NO_FATAL_FAILURE(Create("before", "demo:latest"));
  ASSERT_NO_FATAL_FAILURE(StartDaemon(PolicyThat("stop")));
  EXPECT_THAT(FoundAs("before", "would_reject"), IsOk());
  EXPECT_TRUE(cri_->IsRunning(ids_["before"]));
  EXPECT_EQ(daemon_->GetStatus()->judging().gaps(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Containerd, SlipTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
