// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// daemon_figures PINWARDEND: what the daemon as shipped costs its host, seen
// from outside. One "name value" pair a line: scripts/bench lays them out.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "testing/fake_runtime.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::TempDir;
using Clock = std::chrono::steady_clock;

constexpr int kStarts = 15;
constexpr int kRequests = 100'000;
constexpr int kExemptions = 10'000;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "daemon_figures: " << what << '\n';
  std::exit(1);
}

std::string PolicyWith(int exemptions) {
  std::string policy = "version: 1\nmode: enforce\n";
  if (exemptions > 0) policy += "exemptions:\n";
  for (int i = 0; i < exemptions; ++i) {
    absl::StrAppend(&policy, "  - name: vendor-", i,
                    "\n    match: {namespaces: [team-", i,
                    "], images: [registry.example.com/team-", i, "/app]}",
                    "\n    reason: vendor ships only latest, OPS-", i,
                    "\n    owner: team-", i, "\n    expires: 2099-01-31\n");
  }
  return policy + "rules:\n  - {name: default, require: tag}\n";
}

// One pinwardend, connected to a runtime of ours, until this goes.
class Daemon {
 public:
  Daemon(const char* program, const TempDir& dir, int exemptions)
      : runtime_(dir / "nri.sock") {
    const std::string policy = dir / "policy.yaml";
    std::ofstream(policy) << PolicyWith(exemptions);
    const std::vector<std::string> args = {
        program,
        "--policy=" + policy,
        "--nri-socket=" + (dir / "nri.sock"),
        "--control-socket=" + (dir / "control.sock"),
        "--read-socket=" + (dir / "read.sock"),
        "--state-directory=" + (dir / "state"),
        "--judged-file=" + (dir / "judged"),
        "--log-decisions=refused"};
    const Clock::time_point start = Clock::now();
    pid_ = fork();
    Require(pid_ >= 0, "cannot fork");
    if (pid_ == 0) Exec(args);
    connection_ = runtime_.Accept();
    Require(connection_ != nullptr &&
                connection_->Establish("containerd", "2.2.0").has_value(),
            "the daemon does not register");
    to_registered_ms_ =
        std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

  ~Daemon() {
    kill(pid_, SIGTERM);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    Require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
            "the daemon did not end well");
  }

  double to_registered_ms() const { return to_registered_ms_; }

  void Ask(int times) {
    const auto request = testing::ValidateRequest("nginx:1.27.3");
    for (int i = 0; i < times; ++i) {
      Require(connection_->Validate(request).has_value(), "no answer");
    }
  }

  // Once what runs besides the requests has come to rest.
  double ResidentMiB() const {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    std::ifstream statm(absl::StrCat("/proc/", pid_, "/statm"));
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  }

 private:
  [[noreturn]] static void Exec(const std::vector<std::string>& args) {
    std::vector<char*> argv;
    for (const std::string& arg : args) {
      argv.push_back(const_cast<char*>(arg.c_str()));
    }
    argv.push_back(nullptr);
    // Its log is not what is looked at here.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
  }

  testing::FakeRuntime runtime_;
  std::unique_ptr<testing::FakeConnection> connection_;
  pid_t pid_ = -1;
  double to_registered_ms_ = 0;
};

void Main(const char* program) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "state");
  std::vector<double> starts;
  for (int i = 0; i < kStarts; ++i) {
    starts.push_back(Daemon(program, dir, 0).to_registered_ms());
  }
  std::sort(starts.begin(), starts.end());
  std::cout << "start_to_registered_ms " << starts[kStarts / 2] << '\n';
  {
    Daemon daemon(program, dir, 0);
    std::cout << "rss_idle_mib " << daemon.ResidentMiB() << '\n' << std::flush;
    daemon.Ask(kRequests);
    std::cout << "rss_after_requests_mib " << daemon.ResidentMiB() << '\n';
  }
  const Daemon daemon(program, dir, kExemptions);
  std::cout << "rss_exemptions_mib " << daemon.ResidentMiB() << '\n'
            << "start_exemptions_ms " << daemon.to_registered_ms() << '\n';
}

}  // namespace
}  // namespace pinwarden

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: daemon_figures PINWARDEND\n";
    return 2;
  }
  pinwarden::Main(argv[1]);
  return 0;
}
