// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend hands over to another pinwardend, and all goes well.
#include <filesystem>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/handover_fixture.h"
#include "pinwarden/daemon.h"
#include "pinwarden/version.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Asks a host for containers without a pause, until it is stopped.
class Asker {
 public:
  explicit Asker(FakeHost& host)
      : thread_([this, &host] {
          while (!done_) Ask(host);
        }) {}
  ~Asker() { Stop(); }

  void Stop() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // Waits until that many more were asked.
  void Await(int more) const {
    const int wanted = asked_ + more;
    while (asked_ < wanted) std::this_thread::yield();
  }

  int asked() const { return asked_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  void Ask(FakeHost& host) {
    const bool pinned = asked_ % 2 == 0;
    const auto answer = host.CreateContainer(pinned ? "nginx:1.27" : "nginx");
    const bool refused_by_us =
        absl::string_view(answer.why).substr(0, 10) == "pinwarden:";
    if (answer.judged == 0) wrong_.push_back("unjudged: " + answer.why);
    if (pinned && answer.refused) wrong_.push_back("refused: " + answer.why);
    if (!pinned && !refused_by_us) wrong_.push_back("let in: " + answer.why);
    ++asked_;
  }

  std::atomic<bool> done_{false};
  std::atomic<int> asked_{0};
  std::vector<std::string> wrong_;  // of the thread, until it has ended
  std::thread thread_;
};

class HandoverLoadTest : public HandoverTest,
                         public ::testing::WithParamInterface<FakeHost::Asks> {
};

TEST_P(HandoverLoadTest, LeavesNoRequestUnjudgedAndRefusesNoneByMistake) {
  StartHost(GetParam());
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  Asker asker(*host_);
  asker.Await(10);
  pid_t old_pid = daemon_->pid();
  for (int i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    const auto response = Handover();
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(static_cast<pid_t>(response->old_pid()), old_pid);
    EXPECT_EQ(response->old_version(), std::string(Version()));
    EXPECT_EQ(response->new_version(), std::string(Version()));
    old_pid = static_cast<pid_t>(response->new_pid());
    ASSERT_TRUE(AwaitServes(old_pid));
    asker.Await(10);
  }
  asker.Stop();
  EXPECT_THAT(asker.wrong(), ::testing::IsEmpty());
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  EXPECT_EQ(host_->CreateContainer("nginx:1.27").judged, 1);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, HandoverLoadTest,
                         ::testing::Values(FakeHost::Asks::kCreate,
                                           FakeHost::Asks::kValidate));

TEST_F(HandoverTest, AnswersAllTheTime) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  std::atomic<bool> done{false};
  std::vector<std::string> failures;
  std::thread caller([&] {
    while (!done) {
      const auto status =
          ControlClient(read_socket_).GetStatus(absl::Seconds(30));
      if (!status.ok()) failures.push_back(status.status().ToString());
    }
  });
  const auto response = Handover();
  const bool served =
      response.ok() && AwaitServes(static_cast<pid_t>(response->new_pid()));
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  done = true;
  caller.join();
  EXPECT_THAT(response, IsOk());
  EXPECT_TRUE(served);
  EXPECT_THAT(failures, ::testing::IsEmpty());
}

TEST_F(HandoverTest, EndsStreamsWithTheReason) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  std::promise<void> subscribed;
  auto watch = std::async(std::launch::async, [&] {
    return ControlClient(read_socket_)
        .Watch(
            {}, [](const v1::WatchDecisionsResponse&) { return true; }, nullptr,
            [&subscribed] { subscribed.set_value(); });
  });
  subscribed.get_future().wait();
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  const absl::Status end = watch.get();
  EXPECT_TRUE(IsHandedOver(end));
  EXPECT_THAT(end, StatusIs(absl::StatusCode::kUnavailable,
                            HasSubstr(absl::StrCat("handed over to process ",
                                                   response->new_pid()))));
}

TEST_F(HandoverTest, RunsTheProgramThatIsInstalledNow) {
  StartHost();
  const std::string program = dir_ / "installed";
  std::filesystem::copy_file(PINWARDEND, program);
  ASSERT_NO_FATAL_FAILURE(StartDaemon({}, program));
  // As a package manager does it: another file under the same name.
  ReplaceFile(program, absl::StrCat("#!/bin/sh\necho \"$@\" >", dir_ / "ran",
                                    "\nexec ", PINWARDEND, " \"$@\"\n"));
  chmod(program.c_str(), 0755);
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(AwaitServes(static_cast<pid_t>(response->new_pid())));
  EXPECT_THAT(ReadWhole(dir_ / "ran"), HasSubstr("--policy " + policy_));
}

// There is nothing to lose.
TEST_F(HandoverTest, NeedsNoRuntime) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  EXPECT_TRUE(AwaitServes(static_cast<pid_t>(response->new_pid())));
  EXPECT_EQ(daemon_->AwaitExit(), kExitStopped);
  StartHost();
  ASSERT_TRUE(host_->AwaitRegistrations(1));
  EXPECT_TRUE(host_->CreateContainer("nginx").refused);
}

TEST_F(HandoverTest, PutsTheNewPolicyInForce) {
  StartHost();
  ASSERT_NO_FATAL_FAILURE(StartDaemon());
  ReplaceFile(policy_,
              "version: 1\nmode: enforce\nrules:\n  - name: all\n"
              "    require: none\n");
  const auto response = Handover();
  ASSERT_THAT(response, IsOk());
  ASSERT_TRUE(AwaitServes(static_cast<pid_t>(response->new_pid())));
  EXPECT_FALSE(host_->CreateContainer("nginx").refused);
  // And it looks after the file.
  ReplaceFile(policy_, kEnforceTagPolicy);
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!host_->CreateContainer("nginx").refused) {
    ASSERT_LT(absl::Now(), deadline);
  }
}

}  // namespace
}  // namespace pinwarden::testing
