// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What happens when one side goes away. docs/failure-modes.md says the same.
#include <sys/stat.h>

#include <iostream>
#include <string>

#include "absl/time/time.h"
#include "e2e/host_test.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::Not;

constexpr char kEnforce[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: version
)";

// When the file was last bound, linked or changed.
absl::Time ChangeTime(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return absl::InfiniteFuture();
  return absl::TimeFromTimespec(info.st_ctim);
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

class FailureTest : public HostTest {
 protected:
  // Waits for a second registration, and tells how long after the return of
  // the runtime's socket it was. Both times are of this host's one clock.
  void ExpectRegisteredAgain() {
    const absl::StatusOr<v1::GetStatusResponse> status =
        daemon_->AwaitStatus([](const v1::GetStatusResponse& s) {
          return s.nri().registered() && s.nri().connections() >= 2;
        });
    ASSERT_THAT(status, IsOk());
    const absl::Duration took = ToTime(status->nri().registered_since()) -
                                ChangeTime(containerd_->nri_socket());
    std::cout << "registered again " << absl::FormatDuration(took)
              << " after the socket's return\n";
    EXPECT_LT(took, absl::Seconds(5));
    EXPECT_THAT(Run("demo:latest", "after"), Not(IsOk()));
    EXPECT_THAT(Run("demo:1.2.3", "pinned"), IsOk());
  }
};

TEST_P(FailureTest, RegistersAgainWhenContainerdIsRestarted) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  const absl::StatusOr<std::string> id = Run("demo:1.2.3", "before");
  ASSERT_THAT(id, IsOk());
  ASSERT_THAT(containerd_->Stop(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  ASSERT_NO_FATAL_FAILURE(ExpectRegisteredAgain());
  EXPECT_TRUE(cri_->IsRunning(*id));
  const absl::StatusOr<v1::Decision> seen =
      watch_->Find([&](const v1::Decision& d) {
        return d.container_id() == *id &&
               d.trigger() == v1::TRIGGER_SYNCHRONIZE;
      });
  EXPECT_THAT(seen, IsOk());
}

TEST_P(FailureTest, RegistersAgainWhenContainerdDies) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  ASSERT_THAT(containerd_->Kill(), IsOk());
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return !status.nri().registered();
  }),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  ASSERT_NO_FATAL_FAILURE(ExpectRegisteredAgain());
}

TEST_P(FailureTest, WaitsForARuntimeThatIsNotThereYet) {
  ASSERT_THAT(containerd_->Stop(), IsOk());
  ASSERT_NO_FATAL_FAILURE(LaunchDaemon(kEnforce));
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return !status.nri().registered();
  }),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  ASSERT_THAT(daemon_->AwaitRegistered(), IsOk());
  EXPECT_THAT(Run("demo:latest"), Not(IsOk()));
}

// Before containerd 2.2 nothing can make NRI fail shut: without the daemon
// everything runs. What slipped by is judged as soon as it is back.
TEST_P(FailureTest, LetsContainersRunWhileTheDaemonIsDead) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  const absl::StatusOr<std::string> before = Run("demo:1.2.3", "before");
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(daemon_->Kill(), IsOk());
  const absl::StatusOr<std::string> meanwhile = Run("demo:latest", "slipped");
  ASSERT_THAT(meanwhile, IsOk());
  EXPECT_TRUE(cri_->IsRunning(*before));
  EXPECT_TRUE(cri_->IsRunning(*meanwhile));

  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  EXPECT_THAT(daemon_->AwaitLogLine({"pod=slipped", "trigger=synchronize"}),
              IsOk());
  EXPECT_THAT(Run("demo:latest", "refused"), Not(IsOk()));
}

TEST_P(FailureTest, LeavesNothingBehindWhenTheDaemonIsStopped) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kEnforce));
  const absl::StatusOr<int> code = daemon_->Stop();
  ASSERT_THAT(code, IsOk());
  EXPECT_EQ(*code, 0);
  struct stat info = {};
  EXPECT_NE(stat(daemon_->control_socket().c_str(), &info), 0);
  EXPECT_THAT(Run("demo:latest"), IsOk());
}

// The policy cannot be used and there is no older one: nothing is registered,
// so that nobody takes it for protection.
TEST_P(FailureTest, EndsWhenThereIsNoPolicyToEnforce) {
  ASSERT_NO_FATAL_FAILURE(LaunchDaemon("version: 2\n"));
  const absl::StatusOr<int> code = daemon_->AwaitExit();
  ASSERT_THAT(code, IsOk());
  EXPECT_EQ(*code, 78);
  EXPECT_THAT(Run("demo:latest"), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Containerd, FailureTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
