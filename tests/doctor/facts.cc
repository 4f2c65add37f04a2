// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/facts.h"

#include <sys/stat.h>

#include "gtest/gtest.h"

namespace pinwarden::testing {
namespace {

constexpr char kClosed[] = R"(version = 2
[plugins."io.containerd.nri.v1.nri"]
disable = false
[plugins."io.containerd.nri.v1.nri".default_validator]
enable = true
required_plugins = ["pinwarden"]
)";

constexpr char kPolicy[] =
    "version: 1\nmode: enforce\nrules:\n  - {name: all, require: tag}\n";

v1::GetStatusResponse HealthyStatus(const RuntimeInfo& runtime) {
  v1::GetStatusResponse status;
  const int64_t hour_ago = absl::ToUnixSeconds(Now() - absl::Hours(1));
  status.set_version("0.1.0");
  status.set_pid(7);
  status.mutable_started()->set_seconds(hour_ago);
  status.mutable_nri()->set_registered(true);
  status.mutable_nri()->mutable_registered_since()->set_seconds(hour_ago);
  status.mutable_nri()->set_runtime_name(runtime.name);
  status.mutable_nri()->set_runtime_version(runtime.version);
  status.mutable_nri()->add_events(SupportsValidate(runtime)
                                       ? "ValidateContainerAdjustment"
                                       : "CreateContainer");
  status.mutable_nri()->set_confidence(v1::CONFIDENCE_EXACT);
  status.mutable_nri()->set_request_timeout_ms(2000);
  status.mutable_policy()->set_generation(1);
  status.mutable_policy()->mutable_loaded()->set_seconds(hour_ago);
  return status;
}

}  // namespace

std::shared_ptr<const Policy> PolicyOf(const std::string& yaml) {
  PolicyLoad load = LoadPolicy(yaml, "policy.yaml", Now());
  EXPECT_NE(load.policy, nullptr);
  return load.policy;
}

void Configure(const std::string& toml, DoctorFacts* facts) {
  HostFiles files("/nonexistent");
  files.Pretend(kContainerdFile, toml);
  facts->config = ReadContainerdConfig(files, kContainerdFile, facts->runtime);
}

DoctorFacts HealthyFacts(const std::string& runtime) {
  DoctorFacts facts;
  const size_t space = runtime.find(' ');
  facts.now = Now();
  facts.cli_version = "0.1.0";
  facts.program = {true, "", S_IFREG | 0755, 0, 0, Now() - absl::Hours(100)};
  facts.runtime =
      IdentifyRuntime(runtime.substr(0, space), runtime.substr(space + 1));
  facts.runtime_source = "pinwardend";
  facts.status = HealthyStatus(facts.runtime);
  Configure(kClosed, &facts);
  facts.cri_socket = "/run/containerd/containerd.sock";
  facts.daemon_nri_socket = "/run/nri/nri.sock";
  facts.nri_socket = "/var/run/nri/nri.sock";
  facts.nri_socket_file = {true, "", S_IFSOCK | 0600, 0, 0, Now()};
  facts.policy_path = "/etc/pinwarden/policy.yaml";
  facts.policy = PolicyOf(kPolicy);
  facts.status->mutable_policy()->set_sha256(facts.policy->sha256());
  facts.status->mutable_policy()->set_mode(v1::MODE_ENFORCE);
  facts.directories = {{"/var/lib/pinwarden",
                        {true, "", S_IFDIR | 0700, 0, 0, Now()},
                        {true, false, uint64_t{1} << 30, 1000}}};
  facts.read_socket = {true, "", S_IFSOCK | 0660, 0, 7, Now()};
  return facts;
}

DoctorFinding FindingOf(const Diagnosis& diagnosis, const std::string& check) {
  for (const DoctorFinding& finding : diagnosis.findings) {
    if (finding.check == check) return finding;
  }
  ADD_FAILURE() << "no finding " << check;
  return {};
}

}  // namespace pinwarden::testing
