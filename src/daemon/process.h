// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_PROCESS_H_
#define PINWARDEN_SRC_DAEMON_PROCESS_H_

#include <signal.h>
#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace pinwarden {

// SIGTERM, SIGINT and SIGHUP, which the main thread waits for.
sigset_t HandledSignals();

// What holds for the whole process: those signals blocked, SIGPIPE ignored, few
// malloc arenas. Before any thread starts, so that all inherit it.
void PrepareProcess();

// Makes a missing directory below one that exists.
absl::Status EnsureDirectory(const std::string& path, mode_t mode);

// "/run/pinwarden" of "/run/pinwarden/control.sock".
std::string DirectoryOf(const std::string& path);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_PROCESS_H_
