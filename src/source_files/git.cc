// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source_files/git.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxErrorBytes = 4096;  // the rest is read and dropped

struct Pipe {
  UniqueFd from;
  UniqueFd to;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a pipe");
  }
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// For posix_spawn, which takes no const.
std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Of this process, but for what would make git write, or read ":/" as a name.
std::vector<std::string> Environment() {
  constexpr absl::string_view kSet[] = {"GIT_OPTIONAL_LOCKS=0",
                                        "GIT_LITERAL_PATHSPECS=0"};
  std::vector<std::string> environment;
  for (const absl::string_view set : kSet) environment.emplace_back(set);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    if (std::none_of(
            std::begin(kSet), std::end(kSet), [text](absl::string_view set) {
              return absl::StartsWith(text, set.substr(0, set.find('=') + 1));
            })) {
      environment.emplace_back(text);
    }
  }
  return environment;
}

absl::StatusOr<pid_t> Spawn(std::vector<std::string> arguments, int out,
                            int err) {
  arguments.insert(arguments.begin(), "git");
  std::vector<std::string> environment = Environment();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, "git", &actions, nullptr, Pointers(arguments).data(),
                   Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) {
    return absl::FailedPreconditionError(
        "there is no `git` in PATH, which tells what has changed; install it");
  }
  if (error != 0) return absl::ErrnoToStatus(error, "cannot run git");
  return pid;
}

// Appends what can be read now, up to `max_bytes` in all; false at its end.
bool ReadSome(int fd, size_t max_bytes, std::string* text, bool* over) {
  char buffer[64 << 10];
  const ssize_t n = read(fd, buffer, sizeof(buffer));
  if (n < 0) return errno == EINTR;
  const size_t room = max_bytes - text->size();
  if (static_cast<size_t>(n) > room) *over = true;
  text->append(buffer, std::min(static_cast<size_t>(n), room));
  return n > 0;
}

int Wait(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

absl::StatusOr<GitRun> RunGit(const std::vector<std::string>& arguments) {
  PW_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  PW_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  PW_ASSIGN_OR_RETURN(const pid_t pid,
                      Spawn(arguments, out.to.get(), err.to.get()));
  out.to.reset();
  err.to.reset();
  GitRun run;
  bool over = false;
  bool errors_over = false;
  while (out.from.valid() || err.from.valid()) {
    pollfd fds[] = {{out.from.get(), POLLIN, 0}, {err.from.get(), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) break;
    if (fds[0].revents != 0 &&
        !ReadSome(out.from.get(), kMaxGitBytes, &run.output, &over)) {
      out.from.reset();
    }
    if (fds[1].revents != 0 &&
        !ReadSome(err.from.get(), kMaxErrorBytes, &run.errors, &errors_over)) {
      err.from.reset();
    }
    if (over) {
      kill(pid, SIGKILL);
      break;
    }
  }
  run.exit = Wait(pid);
  if (over) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "git tells of more changes than fit into ", kMaxGitBytes, " bytes"));
  }
  return run;
}

}  // namespace pinwarden
