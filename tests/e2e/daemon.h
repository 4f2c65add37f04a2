// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_DAEMON_H_
#define PINWARDEN_TESTS_E2E_DAEMON_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "e2e/child_process.h"
#include "pinwarden/v1/control.grpc.pb.h"

namespace pinwarden::e2e {

// A real pinwardend with sockets, state and log in a directory of its own.
class Daemon {
 public:
  // `policy_path` is the file it is told to read.
  Daemon(std::string directory, std::string nri_socket,
         std::string policy_path);

  // At the next start: flags, which win over the settings, and variables of
  // its environment ("KEY=value").
  void SetFlags(std::vector<std::string> flags) { flags_ = std::move(flags); }
  void SetEnvironment(std::vector<std::string> variables) {
    environment_ = std::move(variables);
  }

  absl::Status Start();

  // SIGTERM; returns the exit code.
  absl::StatusOr<int> Stop();

  // Waits until it ends by itself; returns the exit code.
  absl::StatusOr<int> AwaitExit();

  // SIGKILL: no chance to say goodbye.
  absl::Status Kill();

  absl::Status Signal(int signal);

  absl::StatusOr<v1::GetStatusResponse> GetStatus();

  // The first status for which `condition` holds. kDeadlineExceeded with the
  // last one seen.
  absl::StatusOr<v1::GetStatusResponse> AwaitStatus(
      const std::function<bool(const v1::GetStatusResponse&)>& condition);

  // Waits until the runtime asks it about every container.
  absl::StatusOr<v1::GetStatusResponse> AwaitRegistered();

  // Waits until a line of the log has all of `parts`, and returns it.
  absl::StatusOr<std::string> AwaitLogLine(
      const std::vector<std::string>& parts);

  // Has the daemon read its policy again now.
  absl::StatusOr<v1::ReloadResponse> Reload();

  pid_t pid() const { return process_->pid(); }
  std::string control_socket() const { return directory_ + "/control.sock"; }
  std::string log_path() const { return directory_ + "/pinwardend.log"; }

 private:
  absl::Status WriteSettings() const;

  const std::string directory_;
  const std::string nri_socket_;
  const std::string policy_path_;
  std::vector<std::string> flags_;
  std::vector<std::string> environment_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_DAEMON_H_
