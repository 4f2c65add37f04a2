// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "e2e/wait.h"

namespace pinwarden::e2e {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe");
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// Between fork and exec: only calls that are safe in a signal handler.
[[noreturn]] void BecomeChild(int in, int out, int err, bool dies_with_test,
                              char* const* argv) {
  if (dies_with_test) prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);
  execvp(argv[0], argv);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(pid_t pid, UniqueFd input, UniqueFd output,
                           bool dies_with_test)
    : pid_(pid),
      dies_with_test_(dies_with_test),
      input_(std::move(input)),
      output_(std::move(output)) {}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const Options& options) {
  absl::StatusOr<Pipe> input = MakePipe();
  if (!input.ok()) return input.status();
  absl::StatusOr<Pipe> output = MakePipe();
  if (!output.ok()) return output.status();
  UniqueFd error(open(options.error_path.c_str(),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!error.valid()) return absl::ErrnoToStatus(errno, options.error_path);

  std::vector<char*> argv;
  for (const std::string& argument : options.argv) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) {
    BecomeChild(input->read.get(), output->write.get(), error.get(),
                options.dies_with_test, argv.data());
  }
  return std::unique_ptr<ChildProcess>(
      new ChildProcess(pid, std::move(input->write), std::move(output->read),
                       options.dies_with_test));
}

ChildProcess::~ChildProcess() {
  CloseInput();
  if (!dies_with_test_) Wait(kPatience);
  if (IsRunning()) {
    Signal(SIGKILL);
    Wait(kPatience);
  }
}

absl::Status ChildProcess::WriteLine(absl::string_view line) {
  const std::string text = absl::StrCat(line, "\n");
  const ssize_t written = write(input_.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    return absl::ErrnoToStatus(errno, "writing to the child");
  }
  return absl::OkStatus();
}

absl::Status ChildProcess::Fill(absl::Time deadline) {
  const absl::Duration left = deadline - absl::Now();
  pollfd ready = {output_.get(), POLLIN, 0};
  const auto limit_ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(left));
  if (poll(&ready, 1, static_cast<int>(limit_ms)) <= 0) {
    return absl::DeadlineExceededError(absl::StrCat("no answer: ", unread_));
  }
  char buffer[4096];
  const ssize_t size = read(output_.get(), buffer, sizeof(buffer));
  if (size <= 0) return absl::UnavailableError("the child's output ended");
  unread_.append(buffer, static_cast<size_t>(size));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ChildProcess::ReadLine(absl::Duration limit) {
  const absl::Time deadline = absl::Now() + limit;
  while (true) {
    const size_t end = unread_.find('\n');
    if (end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    if (absl::Status filled = Fill(deadline); !filled.ok()) return filled;
  }
}

absl::StatusOr<std::string> ChildProcess::ReadAll(absl::Duration limit) {
  const absl::Time deadline = absl::Now() + limit;
  absl::Status filled;
  while (filled.ok()) filled = Fill(deadline);
  if (!absl::IsUnavailable(filled)) return filled;
  return std::exchange(unread_, "");
}

void ChildProcess::Signal(int signal) {
  if (!Reap()) kill(pid_, signal);
}

bool ChildProcess::Reap() {
  if (exit_code_.has_value()) return true;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

std::optional<int> ChildProcess::Wait(absl::Duration limit) {
  if (!WaitUntil([this] { return Reap(); }, limit)) return std::nullopt;
  return exit_code_;
}

}  // namespace pinwarden::e2e
