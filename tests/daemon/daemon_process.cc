// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "pinwarden/unique_fd.h"

namespace pinwarden::testing {
namespace {

constexpr int kPatienceMs = 30'000;

void FillPipe(int fd) {
  const std::string chunk(4096, '#');
  pollfd room = {fd, POLLOUT, 0};
  while (poll(&room, 1, 0) == 1) {
    if (write(fd, chunk.data(), chunk.size()) < 0) std::abort();
  }
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

DaemonProcess::DaemonProcess(Options options) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) std::abort();
  stderr_.reset(fds[0]);
  UniqueFd writing(fds[1]);
  if (options.deaf_stderr) FillPipe(writing.get());

  std::vector<std::string> args = std::move(options.flags);
  args.insert(args.begin(),
              options.program.empty() ? PINWARDEND : options.program);
  const std::vector<char*> argv = Pointers(args);
  const std::vector<char*> environment = Pointers(options.environment);
  pid_ = fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) {
    dup2(writing.get(), STDERR_FILENO);
    if (options.inherited.valid()) {
      // dup2() of a descriptor onto itself would leave it close-on-exec.
      const int copy = dup(options.inherited.get());
      dup2(copy, 3);
    }
    execve(argv[0], argv.data(), environment.data());
    _exit(127);
  }
}

DaemonProcess::~DaemonProcess() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<std::string> DaemonProcess::NextLine() {
  while (true) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd ready = {stderr_.get(), POLLIN, 0};
    if (poll(&ready, 1, kPatienceMs) != 1) return std::nullopt;
    char buffer[4096];
    const ssize_t n = read(stderr_.get(), buffer, sizeof(buffer));
    if (n <= 0) return std::nullopt;
    unread_.append(buffer, static_cast<size_t>(n));
  }
}

nlohmann::json DaemonProcess::Await(absl::string_view event) {
  while (const auto line = NextLine()) {
    auto json = nlohmann::json::parse(*line, nullptr, /*exceptions=*/false);
    if (json.is_object() && json.value("event", "") == event) return json;
  }
  return nullptr;
}

void DaemonProcess::Signal(int signal) { kill(pid_, signal); }

int DaemonProcess::AwaitExit() {
  // Its end closes the pipe, unless nobody reads that.
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string DaemonProcess::Rest() {
  std::string rest;
  while (const auto line = NextLine()) rest += *line + "\n";
  return rest;
}

}  // namespace pinwarden::testing
