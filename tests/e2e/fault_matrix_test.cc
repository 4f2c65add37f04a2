// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The fault matrix of docs/failure-modes.md. Each cell prints its line.
#include <unistd.h>

#include <csignal>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "e2e/fault_fixture.h"
#include "e2e/pending_request.h"
#include "e2e/wait.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;

constexpr char kPinned[] = "demo:1.2.3";
constexpr char kFloating[] = "demo:latest";

TEST_P(FaultMatrixTest, TheDaemonDies) {
  ASSERT_NO_FATAL_FAILURE(Begin("SIGKILL"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));

  ASSERT_NO_FATAL_FAILURE(Begin("SIGKILL, restarted at once"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));

  ASSERT_NO_FATAL_FAILURE(Begin("crash inside a request"));
  ASSERT_NO_FATAL_FAILURE(StopWhereItStands());
  std::future<void> request =
      std::async(std::launch::async, [this] { CreateUnjudged(kFloating); });
  EXPECT_THAT(AwaitPendingRequest(daemon_->pid(), host_->nri_socket()), IsOk());
  EXPECT_THAT(daemon_->Kill(), IsOk());
  request.get();
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));
}

TEST_P(FaultMatrixTest, TheDaemonHangs) {
  ASSERT_NO_FATAL_FAILURE(Begin("SIGSTOP, SIGKILL by the watchdog"));
  ASSERT_NO_FATAL_FAILURE(StopWhereItStands());
  CreateUnjudged(kFloating);  // asked about, and given up
  CreateUnjudged(kPinned);    // no longer asked about
  ASSERT_THAT(daemon_->Kill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));

  ASSERT_NO_FATAL_FAILURE(Begin("SIGSTOP, SIGCONT"));
  ASSERT_NO_FATAL_FAILURE(StopWhereItStands());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  CountFromNow();
  ASSERT_THAT(daemon_->Signal(SIGCONT), IsOk());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("cut_off"));
}

TEST_P(FaultMatrixTest, TheRuntimeIsNotThere) {
  ASSERT_NO_FATAL_FAILURE(Begin("runtime restart"));
  ASSERT_NO_FATAL_FAILURE(RestartRuntime());
  // 1.7 may neither ask about nor list what it creates while we register.
  if (absl::string_view(GetParam()) != "1.7") CreateFloating();
  ASSERT_NO_FATAL_FAILURE(ExpectBack("cut_off"));

  ASSERT_NO_FATAL_FAILURE(Begin("socket removed"));
  ASSERT_EQ(unlink(host_->nri_socket().c_str()), 0);
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
  ASSERT_NO_FATAL_FAILURE(ExpectNoGap());

  // Who has lost the connection finds no way back.
  ASSERT_NO_FATAL_FAILURE(Begin("socket removed, SIGKILL, runtime restart"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return !status.nri().registered() && !status.nri().last_error().empty();
  }),
              IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartRuntime());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));
}

TEST_P(FaultMatrixTest, ThePolicyIsDeleted) {
  ASSERT_NO_FATAL_FAILURE(Begin("policy deleted"));
  ASSERT_EQ(unlink(policy_path_.c_str()), 0);
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.policy().failed_reloads() > 0;
  }),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
  ASSERT_NO_FATAL_FAILURE(ExpectNoGap());

  ASSERT_NO_FATAL_FAILURE(Begin("policy deleted, SIGKILL"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));
  EXPECT_TRUE(Status().policy().from_last_good());
}

TEST_P(FaultMatrixTest, TheDiskIsFull) {
  ASSERT_NO_FATAL_FAILURE(MoveToSmallDisk());
  ASSERT_NO_FATAL_FAILURE(Begin("disk full"));
  ASSERT_THAT(disk_->Fill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(WritePolicy("the second"));
  EXPECT_THAT(daemon_->AwaitLogLine({"event=last_good_not_kept"}), IsOk());
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
  ASSERT_NO_FATAL_FAILURE(ExpectNoGap());

  ASSERT_NO_FATAL_FAILURE(Begin("disk full, SIGKILL"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));

  // There was never room for what tells slipped containers from judged ones.
  ASSERT_THAT(daemon_->Stop(), IsOk());  // which has some of it open
  ASSERT_THAT(disk_->Clear(), IsOk());
  ASSERT_THAT(disk_->Fill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartAnew());
  ASSERT_NO_FATAL_FAILURE(Begin("disk full from the start"));
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
  ASSERT_NO_FATAL_FAILURE(ExpectNoGap());

  ASSERT_NO_FATAL_FAILURE(Begin("disk full from the start, SIGKILL"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBackUnknowing());
}

// Only the daemon's clock: the host's is everybody's.
TEST_P(FaultMatrixTest, TheClockIsSetBack) {
  const std::string clock = directory_ + "/clock";
  ASSERT_THAT(WriteFileAtomically(clock, "+0\n", 0644), IsOk());
  ASSERT_NO_FATAL_FAILURE(MoveToClock(clock));
  const int64_t yesterday = absl::ToUnixSeconds(absl::Now() - absl::Hours(23));

  ASSERT_NO_FATAL_FAILURE(Begin("clock set back by a day"));
  clock_offset_ = absl::Hours(-24);
  ASSERT_THAT(WriteFileAtomically(clock, "-1d\n", 0644), IsOk());
  // Abseil's clock looks at the system's every second or two.
  int loads = 0;
  EXPECT_TRUE(WaitUntil([&] {
    WritePolicy(absl::StrCat("number ", ++loads));
    return daemon_->Reload().ok() &&
           Status().policy().loaded().seconds() < yesterday;
  }));
  ASSERT_NO_FATAL_FAILURE(CreateJudged());
  ASSERT_NO_FATAL_FAILURE(ExpectNoGap());

  ASSERT_NO_FATAL_FAILURE(Begin("clock set back by a day, SIGKILL"));
  ASSERT_THAT(daemon_->Kill(), IsOk());
  CreateUnjudged(kFloating);
  CreateUnjudged(kPinned);
  ASSERT_NO_FATAL_FAILURE(RestartDaemon());
  ASSERT_NO_FATAL_FAILURE(ExpectBack("restart"));
  EXPECT_LT(Status().nri().registered_since().seconds(), yesterday);
}

INSTANTIATE_TEST_SUITE_P(On, FaultMatrixTest, ::testing::ValuesIn(kFaultHosts),
                         FaultHostName);

}  // namespace
}  // namespace pinwarden::e2e
