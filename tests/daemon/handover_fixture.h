// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_HANDOVER_FIXTURE_H_
#define PINWARDEN_TESTS_DAEMON_HANDOVER_FIXTURE_H_

#include <sys/types.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/daemon_process.h"
#include "daemon/files.h"
#include "gmock/gmock.h"
#include "pinwarden/control_client.h"
#include "testing/fake_host.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

inline constexpr char kEnforceTagPolicy[] =
    "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: tag\n";

// Daemons that follow each other, on a host that serves them by itself.
class HandoverTest : public ::testing::Test {
 protected:
  HandoverTest();

  // Kills every daemon that was started, successors too.
  ~HandoverTest() override;

  void StartHost(FakeHost::Asks asks = FakeHost::Asks::kCreate) {
    host_ = std::make_unique<FakeHost>(nri_socket_, asks);
  }

  // The first daemon, registered if there is a host, and with its API up.
  void StartDaemon(std::vector<std::string> environment = {},
                   const std::string& program = "");

  absl::StatusOr<v1::HandoverResponse> Handover();

  // The same on another thread.
  std::future<absl::StatusOr<v1::HandoverResponse>> AsyncHandover() {
    return std::async(std::launch::async, [this] { return Handover(); });
  }

  // The process of the successor that the next "successor_started" is about.
  pid_t AwaitSuccessor();

  // Waits until this process answers on the control socket.
  bool AwaitServes(pid_t pid);

  // Waits until that process, which nobody else waits for, has ended.
  bool AwaitEnd(pid_t pid);

  const TempDir dir_;
  const std::string policy_ = dir_ / "policy.yaml";
  const std::string nri_socket_ = dir_ / "nri.sock";
  const std::string control_socket_ = dir_ / "control.sock";
  const std::string read_socket_ = dir_ / "read.sock";
  const std::string state_ = dir_ / "state";
  std::unique_ptr<FakeHost> host_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::vector<pid_t> successors_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DAEMON_HANDOVER_FIXTURE_H_
