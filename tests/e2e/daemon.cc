// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/daemon.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "e2e/wait.h"
#include "pinwarden/file.h"
#include "pinwarden/status_macros.h"

namespace pinwarden::e2e {
namespace {

constexpr std::chrono::seconds kCallLimit(5);
constexpr size_t kMaxLogBytes = 64 << 20;

// A channel of its own for each call: no connection to a daemon that is gone,
// and no backoff, outlives the call.
template <typename Service, typename Method, typename Request,
          typename Response>
absl::Status Call(const std::string& socket, Method method,
                  const Request& request, Response& response) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = Service::NewStub(grpc::CreateCustomChannel(
      "unix:" + socket, grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallLimit);
  const grpc::Status status =
      (stub.get()->*method)(&context, request, &response);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

}  // namespace

Daemon::Daemon(std::string directory, std::string nri_socket,
               std::string policy_path)
    : directory_(std::move(directory)),
      nri_socket_(std::move(nri_socket)),
      policy_path_(std::move(policy_path)) {}

absl::Status Daemon::WriteSettings() const {
  return WriteFileAtomically(
      directory_ + "/pinwardend.yaml",
      absl::StrCat("version: 1\npolicy: ", policy_path_, "\n",  //
                   "nri_socket: ", nri_socket_, "\n",           //
                   "control_socket: ", control_socket(),
                   "\n"  //
                   "read_socket: ",
                   directory_, "/read.sock\n", "read_group: root\n",
                   "cri_socket: ", directory_, "/containerd.sock\n",
                   "state_directory: ", directory_, "/state\n", "judged_file: ",
                   directory_, "/judged\n", "log_level: debug\n"),
      0644);
}

absl::Status Daemon::Start() {
  PW_RETURN_IF_ERROR(WriteSettings());
  ChildProcess::Options options;
  if (!environment_.empty()) options.argv = {"env"};
  options.argv.insert(options.argv.end(), environment_.begin(),
                      environment_.end());
  options.argv.insert(options.argv.end(), {PINWARDEN_DAEMON, "--settings",
                                           directory_ + "/pinwardend.yaml"});
  options.argv.insert(options.argv.end(), flags_.begin(), flags_.end());
  options.error_path = log_path();
  PW_ASSIGN_OR_RETURN(process_, ChildProcess::Start(options));
  return absl::OkStatus();
}

absl::StatusOr<int> Daemon::Stop() {
  process_->Signal(SIGTERM);
  return AwaitExit();
}

absl::StatusOr<int> Daemon::AwaitExit() {
  const std::optional<int> code = process_->Wait(kPatience);
  if (!code.has_value()) return absl::DeadlineExceededError("still running");
  return *code;
}

absl::Status Daemon::Kill() {
  process_->Signal(SIGKILL);
  if (process_->Wait(kPatience) != 128 + SIGKILL) {
    return absl::InternalError("it ended in some other way before");
  }
  return absl::OkStatus();
}

absl::Status Daemon::Signal(int signal) {
  process_->Signal(signal);
  return absl::OkStatus();
}

absl::StatusOr<v1::GetStatusResponse> Daemon::GetStatus() {
  v1::GetStatusResponse response;
  PW_RETURN_IF_ERROR(Call<v1::Inspection>(control_socket(),
                                          &v1::Inspection::Stub::GetStatus,
                                          v1::GetStatusRequest(), response));
  return response;
}

absl::StatusOr<v1::GetStatusResponse> Daemon::AwaitStatus(
    const std::function<bool(const v1::GetStatusResponse&)>& condition) {
  absl::StatusOr<v1::GetStatusResponse> status;
  const bool held = WaitUntil([&] {
    status = GetStatus();
    return !process_->IsRunning() || (status.ok() && condition(*status));
  });
  if (!process_->IsRunning()) return absl::UnavailableError("pinwardend ended");
  if (held || !status.ok()) return status;
  return absl::DeadlineExceededError(status->ShortDebugString());
}

absl::StatusOr<v1::GetStatusResponse> Daemon::AwaitRegistered() {
  return AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.nri().registered();
  });
}

absl::StatusOr<std::string> Daemon::AwaitLogLine(
    const std::vector<std::string>& parts) {
  std::string found;
  const auto look = [&] {
    const absl::StatusOr<std::string> log = ReadFile(log_path(), kMaxLogBytes);
    if (!log.ok()) return false;
    for (absl::string_view line : absl::StrSplit(*log, '\n')) {
      if (std::all_of(parts.begin(), parts.end(), [line](const auto& part) {
            return absl::StrContains(line, part);
          })) {
        found = std::string(line);
        return true;
      }
    }
    return false;
  };
  if (WaitUntil(look)) return found;
  return absl::NotFoundError(absl::StrJoin(parts, " "));
}

absl::StatusOr<v1::ReloadResponse> Daemon::Reload() {
  v1::ReloadResponse response;
  PW_RETURN_IF_ERROR(Call<v1::Administration>(control_socket(),
                                              &v1::Administration::Stub::Reload,
                                              v1::ReloadRequest(), response));
  return response;
}

}  // namespace pinwarden::e2e
