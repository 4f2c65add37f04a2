// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_RUNTIME_PROCESS_H_
#define PINWARDEN_SRC_DOCTOR_RUNTIME_PROCESS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Which file the runtime that listens on `socket` was told to read, going by
// its command line; empty if that names none, or nobody may know.
std::string RunningConfig(const std::string& socket);

// The same from a command line as it stands in /proc/PID/cmdline:
//
//   containerd\0--config\0/etc/c.toml\0    /etc/c.toml
//   containerd\0-c=/etc/c.toml\0           /etc/c.toml
//   containerd\0                           ""
//   systemd\0--config\0/etc/c.toml\0       "": started it, and is not it
std::string ConfigArgument(absl::string_view command_line);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_RUNTIME_PROCESS_H_
