// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DAEMON_H_
#define PINWARDEN_DAEMON_H_

#include "pinwarden/nri_plugin.h"
#include "pinwarden/settings.h"

namespace pinwarden {

// Exit codes of `pinwardend`.
enum DaemonExit {
  kExitStopped = 0,   // SIGTERM or SIGINT, or nothing wrong with --check
  kExitFailed = 1,    // another pinwardend serves, or the runtime left us
  kExitBadUsage = 2,  // flags
  kExitConfig = 78,   // EX_CONFIG: settings or policy; nothing was registered
};

// Composes the modules and runs until SIGTERM or SIGINT; SIGHUP reloads the
// policy. `nri` says under which name, and holds a connected socket when the
// runtime started us. Blocks those signals in the calling thread, so no other
// thread may have been started. Returns the process's exit code.
int RunDaemon(const Settings& settings, NriOptions nri);

// pinwardend's command line: flags, settings file, environment, RunDaemon().
int DaemonMain(int argc, char** argv);

}  // namespace pinwarden

#endif  // PINWARDEN_DAEMON_H_
