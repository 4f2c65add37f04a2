// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/handover_fixture.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace pinwarden::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

bool WaitUntil(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

}  // namespace

HandoverTest::HandoverTest() {
  // Successors are ours to wait for once those that started them have ended.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  WriteFile(dir_ / "settings.yaml", "version: 1\n");
  WriteFile(policy_, kEnforceTagPolicy);
}

HandoverTest::~HandoverTest() {
  daemon_.reset();
  for (const pid_t pid : successors_) {
    if (waitpid(pid, nullptr, WNOHANG) != 0) continue;  // it has ended
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}

void HandoverTest::StartDaemon(std::vector<std::string> environment,
                               const std::string& program) {
  DaemonProcess::Options options;
  options.program = program;
  options.environment = std::move(environment);
  options.flags = {"--settings",        dir_ / "settings.yaml",
                   "--policy",          policy_,
                   "--nri-socket",      nri_socket_,
                   "--control-socket",  control_socket_,
                   "--read-socket",     read_socket_,
                   "--state-directory", state_,
                   "--judged-file",     dir_ / "judged",
                   "--cri-socket",      "",
                   "--read-group",      "",
                   "--log-format",      "json",
                   "--log-level",       "debug"};
  daemon_ = std::make_unique<DaemonProcess>(std::move(options));
  ASSERT_TRUE(AwaitServes(daemon_->pid()));
  if (host_ != nullptr) {
    ASSERT_TRUE(host_->AwaitRegistrations(1));
    ASSERT_TRUE(WaitUntil([this] {
      const auto status = ControlClient(control_socket_).GetStatus(kPatience);
      return status.ok() && status->nri().registered();
    }));
  }
}

absl::StatusOr<v1::HandoverResponse> HandoverTest::Handover() {
  const auto response = ControlClient(control_socket_).Handover(2 * kPatience);
  if (response.ok()) {
    successors_.push_back(static_cast<pid_t>(response->new_pid()));
  }
  return response;
}

pid_t HandoverTest::AwaitSuccessor() {
  const auto event = daemon_->Await("successor_started");
  if (event.is_null()) return -1;
  const pid_t pid = std::stoi(event["pid"].get<std::string>());
  successors_.push_back(pid);
  return pid;
}

bool HandoverTest::AwaitServes(pid_t pid) {
  return WaitUntil([&] {
    const auto status = ControlClient(control_socket_).GetStatus(kPatience);
    return status.ok() && status->pid() == static_cast<uint32_t>(pid);
  });
}

bool HandoverTest::AwaitEnd(pid_t pid) {
  return WaitUntil([pid] {
    return kill(pid, 0) != 0 || waitpid(pid, nullptr, WNOHANG) == pid;
  });
}

}  // namespace pinwarden::testing
