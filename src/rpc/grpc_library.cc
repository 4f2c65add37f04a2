// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/stubs/logging.h>
#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <unistd.h>

#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/mutex.h"
#include "pinwarden/quote.h"
#include "pinwarden/rpc.h"

namespace pinwarden {
namespace {

using ErrorLog = std::function<void(absl::string_view)>;

// gRPC's threads may log until the process has ended: this is never destroyed.
struct LogState {
  Mutex mu;
  ErrorLog log ABSL_GUARDED_BY(mu);
};

LogState& GetLogState() {
  static LogState* const state = new LogState;
  return *state;
}

// Ours may be a queue that is never written when the process aborts now.
void WriteLastWords(absl::string_view message) {
  const std::string line = absl::StrCat(Quote(message), "\n");
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) return;
}

void LogError(absl::string_view message) {
  LogState& state = GetLogState();
  MutexLock lock(state.mu);
  if (state.log) state.log(message);
}

void FromGrpc(gpr_log_func_args* args) {
  if (args->severity < GPR_LOG_SEVERITY_ERROR) return;
  const absl::string_view message = args->message;
  if (absl::StartsWith(message, "assertion failed")) WriteLastWords(message);
  LogError(message);
}

void FromProtobuf(google::protobuf::LogLevel level, const char*, int,
                  const std::string& message) {
  if (level < google::protobuf::LOGLEVEL_ERROR) return;
  if (level == google::protobuf::LOGLEVEL_FATAL) WriteLastWords(message);
  LogError(message);
}

}  // namespace

void KeepGrpcRunning() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function(FromGrpc);
    google::protobuf::SetLogHandler(FromProtobuf);
    grpc_init();
  });
}

void SetGrpcErrorLog(std::function<void(absl::string_view message)> log) {
  LogState& state = GetLogState();
  MutexLock lock(state.mu);
  state.log = std::move(log);
}

}  // namespace pinwarden
