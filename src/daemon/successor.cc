// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/successor.h"

#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr int kChannelFd = STDERR_FILENO + 1;
constexpr absl::Duration kMannersTime = absl::Seconds(5);
constexpr absl::Duration kDyingTime = absl::Seconds(5);
constexpr absl::Duration kLookInterval = absl::Milliseconds(10);

// posix_spawn()'s two tables, freed at the end of scope.
struct SpawnPlan {
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // Error numbers, 0 for none.
  int PassOn(int descriptor) {
    // Onto itself it only stays open across the exec, which is what we want.
    const int error =
        posix_spawn_file_actions_adddup2(&actions, descriptor, kChannelFd);
    if (error != 0) return error;
    // What a library may have opened without close-on-exec.
    return posix_spawn_file_actions_addclosefrom_np(&actions, kChannelFd + 1);
  }

  int ResetSignals() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    return posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// Ours, but for what is about this process.
std::vector<std::string> EnvironmentFor(int descriptor) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    // It says that the watchdog is for our process id.
    if (absl::StartsWith(text, "WATCHDOG_PID=") ||
        absl::StartsWith(text, absl::StrCat(kTakeOverVariable, "="))) {
      continue;
    }
    result.emplace_back(text);
  }
  result.push_back(absl::StrCat(kTakeOverVariable, "=", descriptor));
  return result;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& text : strings) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::string DescribeEnd(int status) {
  if (WIFSIGNALED(status)) {
    return absl::StrCat("was ended by signal ", WTERMSIG(status));
  }
  return absl::StrCat("ended with exit code ", WEXITSTATUS(status));
}

}  // namespace

std::string OwnProgramPath() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  if (size <= 0 || size == static_cast<ssize_t>(sizeof(path))) return "";
  return std::string(absl::StripSuffix(
      absl::string_view(path, static_cast<size_t>(size)), " (deleted)"));
}

Successor::Successor(pid_t pid, HandoverChannel channel)
    : pid_(pid), channel_(std::move(channel)) {}

absl::StatusOr<std::unique_ptr<Successor>> Successor::Start(
    const std::string& program, const std::vector<std::string>& argv) {
  PW_ASSIGN_OR_RETURN(auto channels, HandoverChannel::Pair());
  auto& [ours, theirs] = channels;
  SpawnPlan plan;
  int error = plan.PassOn(theirs.fd());
  if (error == 0) error = plan.ResetSignals();
  pid_t pid = -1;
  if (error == 0) {
    const std::vector<std::string> environment = EnvironmentFor(kChannelFd);
    error = posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes,
                        Pointers(argv).data(), Pointers(environment).data());
  }
  if (error != 0) {
    return absl::ErrnoToStatus(error,
                               absl::StrCat("cannot start ", Quote(program)));
  }
  return std::unique_ptr<Successor>(new Successor(pid, std::move(ours)));
}

Successor::~Successor() {
  if (!ours_ || !ended_.empty()) return;
  Signal(SIGTERM);
  if (!HowEnded(kMannersTime).empty()) return;
  Signal(SIGKILL);
  HowEnded(kDyingTime);
}

absl::Status Successor::Follow(absl::string_view pid) {
  pid_t next = 0;
  if (process_.valid() || !absl::SimpleAtoi(pid, &next) || next <= 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("says that its process is ", Quote(pid, 32)));
  }
  PW_ASSIGN_OR_RETURN(process_, ProcessHandle::Open(next));
  // It has nothing left to do, and its end makes the other one an orphan.
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = next;
  return absl::OkStatus();
}

void Successor::Signal(int signal) {
  if (process_.valid()) {
    process_.Signal(signal);
  } else {
    kill(pid_, signal);
  }
}

std::string Successor::HowEnded(absl::Duration limit) {
  if (process_.valid()) {
    if (ended_.empty() && process_.HasEnded(limit)) ended_ = "has ended";
    return ended_;
  }
  for (absl::Duration waited; ended_.empty(); waited += kLookInterval) {
    int status = 0;
    const pid_t pid = waitpid(pid_, &status, WNOHANG);
    if (pid == pid_) {
      ended_ = DescribeEnd(status);
    } else if (pid < 0 && errno != EINTR) {
      ended_ = "is gone";
    } else if (waited >= limit) {
      break;
    } else {
      absl::SleepFor(kLookInterval);
    }
  }
  return ended_;
}

}  // namespace pinwarden
