// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DOCTOR_H_
#define PINWARDEN_DOCTOR_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/host_files.h"
#include "pinwarden/policy.h"
#include "pinwarden/runtime_config.h"
#include "pinwarden/runtime_info.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// How well pinwarden stands on this host, in two steps that know nothing of
// each other: GatherFacts() asks and reads, Diagnose() judges what was found.

struct DirectoryFacts {
  std::string path;
  FileFacts file;
  DiskFacts disk;
};

struct DoctorFacts {
  absl::Time now = absl::InfinitePast();
  std::string cli_version;
  FileFacts program;  // this one

  // The daemon's answer, or why there is none.
  std::optional<v1::GetStatusResponse> status;
  std::string no_status;

  // The runtime, as far as anybody knows it: name and version may be empty.
  RuntimeInfo runtime;
  std::string runtime_source;  // "pinwardend", "CRI", "--runtime", or empty
  absl::Time runtime_started = absl::InfinitePast();  // or nobody knows
  std::optional<RuntimeConfig> config;  // none: not one that we can read
  absl::Time config_modified = absl::InfinitePast();  // the newest of its files
  std::string cri_socket;                             // empty: not to be used
  absl::Status cri;                                   // of one call on it

  // Where pinwardend looks for NRI, and what is where the runtime has it.
  std::string daemon_nri_socket;
  std::string nri_socket;
  FileFacts nri_socket_file;
  Openers nri_openers;

  std::string settings_problem;  // of the daemon's settings file; or empty
  std::string policy_path;
  std::string policy_problem;  // why the file is not usable; or empty
  size_t policy_warnings = 0;
  std::shared_ptr<const Policy> policy;  // null if it is not usable

  std::optional<bool> clock_synchronised;  // by systemd-timesyncd
  std::vector<DirectoryFacts> directories;
  FileFacts read_socket;
};

enum class CheckVerdict { kOk, kWarn, kFail };
enum class WhenAway { kRefused, kCreated, kUnknown };

absl::string_view NameOf(CheckVerdict verdict);  // "ok", "warn", "fail"
absl::string_view NameOf(WhenAway answer);       // "refused", ...

// kFail only where something is wrong that an operator can mend; kWarn where
// the runtime cannot do better, or it is for the operator to decide.
struct DoctorFinding {
  std::string check;  // a stable name: docs/doctor.md has them all
  CheckVerdict verdict = CheckVerdict::kOk;
  std::string evidence;  // one line, safe to show
  std::string fix;       // the same; empty for kOk
};

struct Diagnosis {
  std::vector<DoctorFinding> findings;
  WhenAway if_pinwarden_dies = WhenAway::kUnknown;
};

Diagnosis Diagnose(const DoctorFacts& facts);

struct DoctorOptions {
  std::string read_socket;
  std::string settings_file;
  std::string policy;             // empty: what daemon or settings say
  std::string containerd_config;  // empty: what the running one was told
  std::string crio_config;        // the same
  std::string
      runtime;  // "containerd 2.2.1", of one that does not run; or empty
};

// Asks the daemon and the runtime, and reads their files. What cannot be learnt
// is a fact too: never fails.
DoctorFacts GatherFacts(const DoctorOptions& options, const HostFiles& files,
                        absl::Time now);

// A file of our own that mends what of the runtime's configuration can be
// mended by adding a file.
struct DropIn {
  std::string path;
  std::string contents;
  // What is left for the operator, whose files we never edit, in order. The
  // last step is always to restart the runtime.
  std::vector<std::string> steps;
};

// The drop-in to write; none if no file would mend anything.
//
// kFailedPrecondition: this cannot be told, or not be done; says why.
absl::StatusOr<std::optional<DropIn>> PlanDropIn(const DoctorFacts& facts,
                                                 const HostFiles& files);

}  // namespace pinwarden

#endif  // PINWARDEN_DOCTOR_H_
