// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/pending_request.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "e2e/wait.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden::e2e {
namespace {

// Debian 12's <sys/pidfd.h> cannot be linked from C++.
UniqueFd OpenProcess(pid_t pid) {
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}
UniqueFd TakeFd(const UniqueFd& process, int number) {
  return UniqueFd(
      static_cast<int>(syscall(SYS_pidfd_getfd, process.get(), number, 0)));
}

bool IsConnectedTo(int fd, const std::string& path) {
  sockaddr_un peer = {};
  socklen_t size = sizeof(peer);
  return getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
         peer.sun_family == AF_UNIX && path == peer.sun_path;
}

// A descriptor of ours for the process's own connection.
UniqueFd TakeConnection(pid_t pid, const std::string& path) {
  const UniqueFd process = OpenProcess(pid);
  if (!process.valid()) return UniqueFd();
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(
           absl::StrCat("/proc/", pid, "/fd"), error)) {
    int number = -1;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &number)) continue;
    UniqueFd fd = TakeFd(process, number);
    if (fd.valid() && IsConnectedTo(fd.get(), path)) return fd;
  }
  return UniqueFd();
}

}  // namespace

absl::Status AwaitPendingRequest(pid_t pid, const std::string& socket) {
  const UniqueFd connection = TakeConnection(pid, socket);
  if (!connection.valid()) {
    return absl::NotFoundError(
        absl::StrCat("process ", pid, " has no connection to ", socket));
  }
  pollfd ready = {connection.get(), POLLIN, 0};
  if (poll(&ready, 1, static_cast<int>(absl::ToInt64Milliseconds(kPatience))) !=
      1) {
    return absl::DeadlineExceededError("no request came");
  }
  return absl::OkStatus();
}

}  // namespace pinwarden::e2e
