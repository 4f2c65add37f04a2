// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "daemon/command_line.h"
#include "daemon/handover_channel.h"
#include "daemon/policy_file.h"
#include "daemon/process_start.h"
#include "daemon/started_by_runtime.h"
#include "pinwarden/daemon.h"

namespace pinwarden {
namespace {

// --check: what is wrong with the policy on stderr, what was read on stdout.
int CheckPolicy(const Settings& settings) {
  const PolicyFile file = ReadPolicyFile(settings.policy, absl::Now());
  for (const std::string& problem : file.problems) std::cerr << problem;
  if (file.policy == nullptr) return kExitConfig;
  std::cout << settings.policy
            << ": ok; mode: " << ModeName(file.policy->mode())
            << "; rules: " << file.policy->rules().size()
            << "; exemptions: " << file.policy->exemptions().size();
  if (!file.policy->included().empty()) {
    std::cout << "; included files: " << file.policy->included().size();
  }
  std::cout << "\n";
  return kExitStopped;
}

// The first line, to a daemon that wanted to hand over to us.
void TellFailed(const std::string& problems, UniqueFd predecessor) {
  HandoverChannel(std::move(predecessor))
      .Send(HandoverWord::kFailed, problems.substr(0, problems.find('\n')));
}

}  // namespace

int DaemonMain(int argc, char** argv) {
  const auto parsed = ParseCommandLine(argc, argv, std::cout, std::cerr);
  if (const int* const exit_code = std::get_if<int>(&parsed)) return *exit_code;
  const auto& line = std::get<CommandLine>(parsed);

  absl::StatusOr<ProcessStart> start =
      ReadProcessStart(argc, argv, &std::getenv, getpid());
  if (!start.ok()) {
    std::cerr << "pinwardend: " << start.status().message() << "\n";
    return kExitBadUsage;
  }
  Settings settings;
  std::ostringstream problems;
  if (const absl::Status left = LeavePredecessor(&start->predecessor);
      !left.ok()) {
    TellFailed(std::string(left.message()), std::move(start->predecessor));
    return kExitFailed;
  }
  const bool usable = ReadSettings(line, problems, &settings);
  std::cerr << problems.str();
  if (!usable) {
    TellFailed(problems.str(), std::move(start->predecessor));
    return kExitConfig;
  }
  if (line.check) return CheckPolicy(settings);

  absl::StatusOr<NriOptions> nri = NriOptionsFromEnvironment(&std::getenv);
  if (!nri.ok()) {
    std::cerr << "pinwardend: " << nri.status().message() << "\n";
    return kExitBadUsage;
  }
  nri->socket_path = settings.nri_socket;
  return RunDaemon(settings, *std::move(nri), *std::move(start));
}

}  // namespace pinwarden
