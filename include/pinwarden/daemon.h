// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DAEMON_H_
#define PINWARDEN_DAEMON_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/settings.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Exit codes of `pinwardend`.
enum DaemonExit {
  kExitStopped = 0,   // SIGTERM, SIGINT, handed over; nothing wrong (--check)
  kExitFailed = 1,    // another pinwardend serves, or the runtime left us
  kExitBadUsage = 2,  // flags
  kExitConfig = 78,   // EX_CONFIG: settings or policy; nothing was registered
};

// How the process was started, besides its settings.
struct ProcessStart {
  std::string program;            // its path, and
  std::vector<std::string> argv;  // how to start one that follows it
  std::string notify_socket;      // of a service manager; or ""
  absl::Duration watchdog;        // it wants to hear of us so often; 0: never
  UniqueFd predecessor;           // the daemon that hands over to us, if any
};

// Composes the modules and runs until SIGTERM, SIGINT or a handover to another
// process; SIGHUP reloads the policy. `nri` says under which name, and holds a
// connected socket when the runtime started us. Blocks those signals in the
// calling thread, so no other thread may have been started. Returns the
// process's exit code.
int RunDaemon(const Settings& settings, NriOptions nri, ProcessStart start);

// pinwardend's command line: flags, settings file, environment, RunDaemon().
int DaemonMain(int argc, char** argv);

}  // namespace pinwarden

#endif  // PINWARDEN_DAEMON_H_
