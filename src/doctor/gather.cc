// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "doctor/daemon_paths.h"
#include "doctor/runtime_process.h"
#include "doctor/show.h"
#include "pinwarden/control_client.h"
#include "pinwarden/cri.h"
#include "pinwarden/doctor.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/quote.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

constexpr char kDefaultNriSocket[] = "/var/run/nri/nri.sock";
constexpr char kCrioSocket[] = "/run/crio/crio.sock";
constexpr absl::Duration kDaemonLimit = absl::Seconds(5);
constexpr absl::Duration kCriLimit = absl::Seconds(2);

class Gatherer {
 public:
  Gatherer(const DoctorOptions& options, const HostFiles& files)
      : options_(options), files_(files) {}

  DoctorFacts Run(absl::Time now) && {
    facts_.now = now;
    facts_.cli_version = std::string(Version());
    facts_.program = HostFiles().Stat("/proc/self/exe");
    paths_ = ReadDaemonPaths(files_, options_.settings_file);
    facts_.settings_problem = paths_.problem;
    AskDaemon();
    AskRuntime();
    ReadRuntimeConfig();
    LookAtNri();
    ReadPolicy();
    LookAtHost();
    return std::move(facts_);
  }

 private:
  void AskDaemon() {
    const std::string socket = options_.read_socket.empty()
                                   ? paths_.read_socket
                                   : options_.read_socket;
    auto status = ControlClient(files_.Real(socket)).GetStatus(kDaemonLimit);
    if (status.ok()) {
      paths_.policy = status->policy().path();
      paths_.nri_socket = status->nri().socket();
      if (status->has_cri()) paths_.cri_socket = status->cri().socket();
      facts_.status = *std::move(status);
    } else {
      facts_.no_status = std::string(status.status().message());
    }
    facts_.read_socket = files_.Stat(socket);
    facts_.daemon_nri_socket = paths_.nri_socket;
  }

  void AskRuntime() {
    facts_.cri_socket = paths_.cri_socket;
    std::string socket = paths_.cri_socket;
    if (!files_.Stat(socket).exists && files_.Stat(kCrioSocket).exists) {
      socket = kCrioSocket;
    }
    absl::StatusOr<CriVersion> version =
        absl::NotFoundError("there is no socket of a runtime");
    if (!socket.empty()) {
      CriOptions options;
      options.socket = files_.Real(socket);
      options.deadline = kCriLimit;
      version = CriClient(options).Version();
      facts_.runtime_started = StartOf(socket);
    }
    facts_.cri = socket == paths_.cri_socket
                     ? version.status()
                     : absl::NotFoundError("no such socket");
    if (!options_.runtime.empty()) {
      const size_t space = options_.runtime.find(' ');
      Identify(
          options_.runtime.substr(0, space),
          space == std::string::npos ? "" : options_.runtime.substr(space + 1),
          "--runtime");
    } else if (version.ok() && !IsRegistered()) {
      // What the daemon says is as old as its last connection.
      Identify(version->runtime_name, version->runtime_version, "CRI");
    } else if (facts_.status) {
      IdentifyByDaemon();
    }
    if (version.ok() && files_.is_this_host()) {
      running_config_ = RunningConfig(socket);
    }
  }

  bool IsRegistered() const {
    return facts_.status && facts_.status->nri().registered();
  }

  void IdentifyByDaemon() {
    const v1::NriStatus& nri = facts_.status->nri();
    if (nri.runtime_name().empty()) return;
    Identify(nri.runtime_name(), nri.runtime_version(), "pinwardend");
  }

  void Identify(const std::string& name, const std::string& version,
                const char* source) {
    facts_.runtime = IdentifyRuntime(name, version);
    facts_.runtime_source = source;
  }

  // A runtime makes its socket when it starts.
  absl::Time StartOf(const std::string& socket) const {
    const FileFacts file = files_.Stat(socket);
    return file.exists ? file.modified : absl::InfinitePast();
  }

  // None: of a runtime whose configuration we do not read, or of none at all.
  std::optional<RuntimeKind> KindToRead() const {
    if (!options_.containerd_config.empty()) return RuntimeKind::kContainerd;
    if (!options_.crio_config.empty()) return RuntimeKind::kCrio;
    if (!facts_.runtime.name.empty()) {
      return facts_.runtime.kind == RuntimeKind::kOther
                 ? std::nullopt
                 : std::optional(facts_.runtime.kind);
    }
    if (files_.Stat(kContainerdConfig).exists) return RuntimeKind::kContainerd;
    if (files_.Stat(kCrioConfig).exists ||
        files_.Stat(absl::StrCat(kCrioConfig, ".d")).exists) {
      return RuntimeKind::kCrio;
    }
    return std::nullopt;
  }

  // What was named, or what the running one was told, or its default.
  std::string ConfigPath(const std::string& named,
                         const char* otherwise) const {
    if (!named.empty()) return named;
    return running_config_.empty() ? otherwise : running_config_;
  }

  void ReadRuntimeConfig() {
    const std::optional<RuntimeKind> kind = KindToRead();
    if (!kind) return;
    if (*kind == RuntimeKind::kCrio) {
      facts_.config =
          ReadCrioConfig(files_, ConfigPath(options_.crio_config, kCrioConfig));
    } else {
      facts_.config = ReadContainerdConfig(
          files_, ConfigPath(options_.containerd_config, kContainerdConfig),
          facts_.runtime);
    }
    RuntimeConfig& config = *facts_.config;
    if (!config.main_exists && (!options_.containerd_config.empty() ||
                                !options_.crio_config.empty())) {
      config.errors.push_back("no such file: " + Show(config.main_file));
    }
    for (const std::string& file : config.files) {
      facts_.config_modified =
          std::max(facts_.config_modified, files_.Stat(file).modified);
    }
  }

  void LookAtNri() {
    facts_.nri_socket =
        facts_.config ? facts_.config->socket_path.ValueOr("") : "";
    if (facts_.nri_socket.empty()) {
      facts_.nri_socket =
          facts_.config ? kDefaultNriSocket : facts_.daemon_nri_socket;
    }
    facts_.nri_socket_file = files_.Stat(facts_.nri_socket);
    facts_.nri_openers = files_.WhoMayOpen(facts_.nri_socket);
  }

  void ReadPolicy() {
    facts_.policy_path =
        options_.policy.empty() ? paths_.policy : options_.policy;
    const PolicyFileAccess access = {
        [this](const std::string& path, size_t max_bytes) {
          return files_.Read(path, max_bytes);
        },
        [this](const std::string& path) { return files_.List(path); }};
    const absl::StatusOr<PolicySource> source =
        pinwarden::ReadPolicy(facts_.policy_path, access);
    if (!source.ok()) {
      facts_.policy_problem = std::string(source.status().message());
      return;
    }
    PolicyLoad load = LoadPolicy(*source, facts_.now);
    for (const Problem& problem : load.problems) {
      if (problem.severity == Severity::kWarning) {
        ++facts_.policy_warnings;
      } else if (facts_.policy_problem.empty()) {
        facts_.policy_problem =
            absl::StrCat(source->files[problem.file].name, ":", problem.at.line,
                         ":", problem.at.column, ": ", problem.message);
      }
    }
    if (load.policy != nullptr) CheckTrust(*load.policy);
    if (facts_.policy_problem.empty()) facts_.policy = std::move(load.policy);
  }

  // The daemon takes no policy that others could have written.
  void CheckTrust(const Policy& policy) {
    CheckTrust(facts_.policy_path);
    const std::string prefix(DirectoryPrefix(facts_.policy_path));
    for (const Policy::Included& file : policy.included()) {
      const std::string path = prefix + file.name;
      CheckTrust(path);
      CheckTrust(DirectoryOf(path));
    }
  }

  void CheckTrust(const std::string& path) {
    const FileFacts file = files_.Stat(path);
    if (!file.exists || !facts_.policy_problem.empty()) return;
    const std::string which =
        path == facts_.policy_path ? "" : Quote(path) + ": ";
    if ((file.mode & 022) != 0) {
      facts_.policy_problem =
          absl::StrCat(which, "others can write it: chmod go-w");
    } else if (file.uid != 0 && file.uid != geteuid()) {
      facts_.policy_problem =
          absl::StrCat(which, "it belongs to user ", file.uid, ": chown root");
    }
  }

  void LookAtHost() {
    if (files_.Stat("/run/systemd/timesync").exists) {
      facts_.clock_synchronised =
          files_.Stat("/run/systemd/timesync/synchronized").exists;
    }
    for (const std::string& path :
         {paths_.state_directory, DirectoryOf(paths_.judged_file)}) {
      facts_.directories.push_back(
          {path, files_.Stat(path), files_.Disk(path)});
    }
  }

  const DoctorOptions& options_;
  const HostFiles& files_;
  DaemonPaths paths_;
  std::string running_config_;
  DoctorFacts facts_;
};

}  // namespace

DoctorFacts GatherFacts(const DoctorOptions& options, const HostFiles& files,
                        absl::Time now) {
  return Gatherer(options, files).Run(now);
}

}  // namespace pinwarden
