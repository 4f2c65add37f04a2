// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/process_start.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "daemon/successor.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

// Else a feed every quarter of it would be work without end.
constexpr absl::Duration kShortestWatchdog = absl::Milliseconds(100);

int SocketOption(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

absl::Duration WatchdogPeriod(const GetEnv& get_env, pid_t self) {
  const char* const usec = get_env("WATCHDOG_USEC");
  const char* const pid = get_env("WATCHDOG_PID");
  int64_t microseconds = 0;
  if (usec == nullptr || !absl::SimpleAtoi(usec, &microseconds)) {
    return absl::ZeroDuration();
  }
  pid_t whose = 0;
  if (pid != nullptr && (!absl::SimpleAtoi(pid, &whose) || whose != self)) {
    return absl::ZeroDuration();
  }
  const absl::Duration period = absl::Microseconds(microseconds);
  return period < kShortestWatchdog ? absl::ZeroDuration() : period;
}

absl::StatusOr<UniqueFd> Predecessor(const GetEnv& get_env) {
  const char* const text = get_env(kTakeOverVariable);
  if (text == nullptr) return UniqueFd();
  int fd = -1;
  if (!absl::SimpleAtoi(text, &fd) || fd <= STDERR_FILENO ||
      SocketOption(fd, SO_DOMAIN) != AF_UNIX ||
      SocketOption(fd, SO_TYPE) != SOCK_SEQPACKET) {
    return absl::InvalidArgumentError(
        absl::StrCat(kTakeOverVariable, "=", Quote(text, 128),
                     " is not what a pinwardend that hands over sets"));
  }
  UniqueFd channel(fd);
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return absl::InvalidArgumentError("cannot set up the inherited channel");
  }
  return channel;
}

}  // namespace

absl::StatusOr<ProcessStart> ReadProcessStart(int argc, const char* const* argv,
                                              const GetEnv& get_env,
                                              pid_t self) {
  ProcessStart start;
  start.program = OwnProgramPath();
  start.argv.assign(argv, argv + argc);
  if (const char* const socket = get_env("NOTIFY_SOCKET")) {
    start.notify_socket = socket;
  }
  start.watchdog = WatchdogPeriod(get_env, self);
  PW_ASSIGN_OR_RETURN(start.predecessor, Predecessor(get_env));
  return start;
}

absl::Status LeavePredecessor(UniqueFd* predecessor) {
  if (!predecessor->valid()) return absl::OkStatus();
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "cannot make a process");
  if (child > 0) _exit(kExitStopped);
  HandoverChannel channel(std::move(*predecessor));
  channel.Send(HandoverWord::kStarted, absl::StrCat(getpid()));
  *predecessor = std::move(channel).TakeFd();
  return absl::OkStatus();
}

}  // namespace pinwarden
