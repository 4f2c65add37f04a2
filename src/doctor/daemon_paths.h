// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_DAEMON_PATHS_H_
#define PINWARDEN_SRC_DOCTOR_DAEMON_PATHS_H_

#include <string>

#include "pinwarden/host_files.h"

namespace pinwarden {

// Where a pinwardend that does not answer has its things: as its settings file
// says, or else the defaults.
struct DaemonPaths {
  std::string policy = "/etc/pinwarden/policy.yaml";
  std::string nri_socket = "/var/run/nri/nri.sock";
  std::string cri_socket = "/run/containerd/containerd.sock";
  std::string read_socket = "/run/pinwarden/read.sock";
  std::string state_directory = "/var/lib/pinwarden";
  std::string judged_file = "/run/pinwarden/judged";
  std::string problem;  // why the file says nothing; or empty
};

// A file that is not there leaves the defaults. Only these keys are looked at:
// `pinwardend --check` is what checks the file.
DaemonPaths ReadDaemonPaths(const HostFiles& files, const std::string& path);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_DAEMON_PATHS_H_
