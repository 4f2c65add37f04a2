// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One pinwardend after the other, while containers are created without a pause.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "e2e/child_process.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kEnforce[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: version
)";

constexpr int kHandovers = 5;
constexpr size_t kMaxLogBytes = 64 << 20;

// Creates containers, every other one of an image that is not pinned.
class Load {
 public:
  Load(const Containerd& containerd, std::string name)
      : name_(std::move(name)),
        cri_(containerd.socket(), containerd.cgroup_parent()),
        thread_([this] {
          while (!done_) CreateOne();
        }) {}
  ~Load() { Stop(); }

  void Stop() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

  int created() const { return created_; }

  // Once stopped: what should not have been, and the pods that were tried.
  const std::vector<std::string>& wrong() const { return wrong_; }
  const std::vector<std::string>& pods() const { return pods_; }

 private:
  void CreateOne() {
    const bool pinned = created_ % 2 == 0;
    PodSpec pod;
    pod.name = absl::StrCat(name_, "-", created_.load());
    ContainerSpec container;
    container.image = pinned ? "demo:1.2.3" : "demo:latest";
    const absl::StatusOr<std::string> id = cri_.Run(pod, container);
    pods_.push_back(pod.name);
    if (pinned && !id.ok()) {
      wrong_.push_back(absl::StrCat(pod.name, ": ", id.status().ToString()));
    } else if (!pinned && id.ok()) {
      wrong_.push_back(absl::StrCat(pod.name, " runs"));
    } else if (!pinned &&
               !absl::StrContains(id.status().message(), "pinwarden: image")) {
      wrong_.push_back(absl::StrCat(pod.name, ": ", id.status().ToString()));
    }
    ++created_;
  }

  const std::string name_;
  CriClient cri_;
  std::atomic<bool> done_{false};
  std::atomic<int> created_{0};
  std::vector<std::string> wrong_;
  std::vector<std::string> pods_;
  std::thread thread_;
};

class HandoverTest : public HostTest {
 protected:
  // Successors are ours to wait for once those that started them have ended.
  HandoverTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

  void TearDown() override {
    daemon_.reset();
    for (const pid_t pid : successors_) {
      if (waitpid(pid, nullptr, WNOHANG) != 0) continue;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    HostTest::TearDown();
  }

  // `pinwarden handover`, which returns when the new one has taken over.
  nlohmann::json Handover() {
    ChildProcess::Options options;
    options.argv = {PINWARDEN_CLI, "handover",
                    "--socket",    daemon_->control_socket(),
                    "--output",    "json"};
    options.error_path = directory_ + "/handover.log";
    const auto command = ChildProcess::Start(options);
    if (!command.ok()) return nullptr;
    const absl::StatusOr<std::string> output = (*command)->ReadAll(kPatience);
    if ((*command)->Wait(kPatience) != 0 || !output.ok()) return nullptr;
    auto answer = nlohmann::json::parse(*output, nullptr, false);
    if (answer.is_object()) successors_.push_back(answer["new_pid"]);
    return answer;
  }

  std::vector<pid_t> successors_;
};

TEST_P(HandoverTest, LeavesNoContainerUnjudgedAndRefusesNoneByMistake) {
  ASSERT_NO_FATAL_FAILURE(LaunchDaemon(kEnforce));
  ASSERT_THAT(daemon_->AwaitRegistered(), IsOk());
  std::vector<std::unique_ptr<Load>> loads;
  for (const char* name : {"a", "b"}) {
    loads.push_back(std::make_unique<Load>(*containerd_, name));
  }
  const auto await_more = [&loads] {
    for (const auto& load : loads) {
      const int wanted = load->created() + 2;
      EXPECT_TRUE(WaitUntil([&] { return load->created() >= wanted; }));
    }
  };
  await_more();
  for (int i = 0; i < kHandovers; ++i) {
    SCOPED_TRACE(i);
    ASSERT_TRUE(Handover().is_object());
    await_more();
  }
  int created = 0;
  for (const auto& load : loads) {
    load->Stop();
    created += load->created();
    EXPECT_THAT(load->wrong(), IsEmpty());
    for (const std::string& pod : load->pods()) {
      EXPECT_THAT(daemon_->AwaitLogLine({"event=decision",
                                         absl::StrCat("pod=", pod, " "),
                                         "trigger=create"}),
                  IsOk());
    }
  }
  std::cout << created << " containers during " << kHandovers << " handovers\n";
  // None left in the middle of a request, by its own account and containerd's.
  const absl::StatusOr<std::string> log =
      ReadFile(daemon_->log_path(), kMaxLogBytes);
  ASSERT_THAT(log, IsOk());
  EXPECT_THAT(*log, AllOf(Not(HasSubstr("left_in_a_hurry")),
                          Not(HasSubstr("outcome=slipped")),
                          Not(HasSubstr("event=unjudged"))));
  const absl::StatusOr<std::string> containerd_log =
      ReadFile(containerd_->log_path(), kMaxLogBytes);
  ASSERT_THAT(containerd_log, IsOk());
  EXPECT_THAT(*containerd_log, AllOf(HasSubstr("10-pinwarden-leaving"),
                                     Not(HasSubstr("closing plugin"))));
  for (int i = 0; i < kHandovers; ++i) {
    EXPECT_THAT(
        daemon_->AwaitLogLine(
            {"event=handed_over",
             absl::StrCat("pid=", successors_[static_cast<size_t>(i)])}),
        IsOk());
  }
  EXPECT_THAT(cri_->RemoveAllPods(), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Containerd, HandoverTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
