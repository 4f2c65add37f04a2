// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend under a service manager.
#include <signal.h>

#include <filesystem>
#include <iterator>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "daemon/handover_fixture.h"
#include "daemon/notify_socket.h"
#include "pinwarden/daemon.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ServiceTest : public HandoverTest {
 protected:
  std::vector<std::string> Environment() const {
    return {absl::StrCat("NOTIFY_SOCKET=", dir_ / "notify"),
            "WATCHDOG_USEC=200000"};
  }

  // From this sender.
  std::string Await(const std::string& part, pid_t sender) {
    while (auto message = manager_.Await(part)) {
      if (message->sender == sender) return message->text;
    }
    return "nothing came";
  }

  static pid_t ParentOf(pid_t pid) {
    const std::string status =
        ReadWhole(absl::StrCat("/proc/", pid, "/status"));
    return std::stoi(status.substr(status.find("PPid:") + 5));
  }

  NotifySocket manager_{dir_ / "notify"};
};

// The unit is ordered before the runtime's: a daemon that was ready only when
// registered would keep the runtime from starting.
TEST_F(ServiceTest, IsReadyBeforeThereIsARuntime) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Environment()));
  const auto message = manager_.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->sender, daemon_->pid());
  EXPECT_EQ(message->text,
            "READY=1\nSTATUS=not registered with a runtime: nothing is judged; "
            "policy in enforce mode");
}

TEST_F(ServiceTest, SaysHowItIsAndThatItStops) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Environment()));
  EXPECT_THAT(Await("STATUS=registered", daemon_->pid()),
              HasSubstr("registered with containerd v2.1.0"));
  host_->Hold("pinwarden");
  host_->HangUp();
  EXPECT_THAT(Await("STATUS=not", daemon_->pid()),
              HasSubstr("not registered with a runtime: nothing is judged"));
  daemon_->Signal(SIGTERM);
  EXPECT_EQ(Await("STOPPING", daemon_->pid()), "STOPPING=1");
}

TEST_F(ServiceTest, IsNotReadyWithoutAUsablePolicy) {
  WriteFile(policy_, "version: 2\n");
  DaemonProcess::Options options;
  options.environment = Environment();
  options.flags = {"--policy",          policy_,
                   "--state-directory", state_,
                   "--settings",        dir_ / "settings.yaml",
                   "--control-socket",  control_socket_};
  DaemonProcess daemon(std::move(options));
  EXPECT_EQ(daemon.AwaitExit(), kExitConfig);
  EXPECT_FALSE(manager_.HasMessage());
}

TEST_F(ServiceTest, FeedsTheWatchdogWhileNobodyAsks) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Environment()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Await("WATCHDOG", daemon_->pid()), "WATCHDOG=1");
  }
}

TEST_F(ServiceTest, TellsWhoFollowsAndWaitsUntilTheManagerKnows) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Environment()));
  const pid_t old_pid = daemon_->pid();
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  const auto new_pid = static_cast<pid_t>(response->new_pid());
  EXPECT_EQ(Await("MAINPID", old_pid), absl::StrCat("MAINPID=", new_pid));
  {
    const auto barrier = manager_.Await("BARRIER");
    ASSERT_TRUE(barrier.has_value());
    EXPECT_EQ(barrier->sender, old_pid);
    // The manager stops in good order only what is its child.
    EXPECT_EQ(ParentOf(new_pid), getpid());
    // Until the manager knows, it would not listen to the new one, which
    // therefore says nothing.
    EXPECT_FALSE(manager_.HasMessage());
    EXPECT_TRUE(AwaitServes(old_pid));
  }
  EXPECT_THAT(Await("READY=1", new_pid),
              HasSubstr("STATUS=registered with containerd v2.1.0"));
  EXPECT_EQ(Await("WATCHDOG", new_pid), "WATCHDOG=1");
  EXPECT_TRUE(AwaitServes(new_pid));
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
}

ptrdiff_t Entries(const std::string& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return std::distance(begin(entries), end(entries));
}

TEST_F(ServiceTest, TakesItBackWhenTheNewOneDiesBeforeItLeaves) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon(Environment()));
  const pid_t old_pid = daemon_->pid();
  auto response = AsyncHandover();
  const pid_t new_pid = AwaitSuccessor();
  ASSERT_GT(new_pid, 0);
  EXPECT_THAT(response.get(), IsOk());
  {
    const auto barrier = manager_.Await("BARRIER");
    ASSERT_TRUE(barrier.has_value());
    kill(new_pid, SIGKILL);
    // Its first thread can be dead while others still hold its descriptors.
    const std::string process = absl::StrCat("/proc/", new_pid);
    while (ReadWhole(process + "/stat").find(") Z ") == std::string::npos ||
           Entries(process + "/task") > 1) {
      std::this_thread::yield();  // or the test runs out of time
    }
  }
  EXPECT_EQ(Await("MAINPID", old_pid), absl::StrCat("MAINPID=", old_pid));
  EXPECT_THAT(Await("READY=1", old_pid), HasSubstr("STATUS=registered"));
  EXPECT_FALSE(daemon_->Await("successor_lost").is_null());
  EXPECT_TRUE(host_->CreateContainer("nginx").refused);
  // And it may be asked again.
  EXPECT_THAT(Handover(), IsOk());
  EXPECT_TRUE(manager_.Await("BARRIER").has_value());
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
}

}  // namespace
}  // namespace pinwarden::testing
