// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/runtime_process.h"

#include <sys/socket.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "pinwarden/file.h"
#include "pinwarden/unix_socket.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxCommandLineBytes = 128 << 10;

bool IsRuntime(absl::string_view program) {
  const absl::string_view name = program.substr(program.rfind('/') + 1);
  return name == "containerd" || name == "crio";
}

}  // namespace

std::string ConfigArgument(absl::string_view command_line) {
  const std::vector<absl::string_view> arguments =
      absl::StrSplit(command_line, '\0');
  if (!IsRuntime(arguments[0])) return "";
  std::string config;
  for (size_t i = 1; i < arguments.size(); ++i) {
    absl::string_view flag = arguments[i];
    absl::string_view value;
    const size_t equals = flag.find('=');
    if (equals != absl::string_view::npos) {
      value = flag.substr(equals + 1);
      flag = flag.substr(0, equals);
    } else if (i + 1 < arguments.size()) {
      value = arguments[i + 1];
    }
    if (flag != "--config" && flag != "-config" && flag != "-c") continue;
    // One that is relative to a directory which is not ours is of no use.
    if (absl::StartsWith(value, "/")) config = std::string(value);
  }
  return config;
}

std::string RunningConfig(const std::string& socket) {
  const absl::StatusOr<UniqueFd> fd = ConnectUnix(socket);
  if (!fd.ok()) return "";
  struct ucred peer = {};
  socklen_t size = sizeof(peer);
  if (getsockopt(fd->get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.pid <= 0) {
    return "";
  }
  const absl::StatusOr<std::string> command_line = ReadFile(
      absl::StrCat("/proc/", peer.pid, "/cmdline"), kMaxCommandLineBytes);
  return command_line.ok() ? ConfigArgument(*command_line) : "";
}

}  // namespace pinwarden
