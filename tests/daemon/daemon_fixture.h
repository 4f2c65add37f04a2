// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_DAEMON_FIXTURE_H_
#define PINWARDEN_TESTS_DAEMON_DAEMON_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "daemon/daemon_process.h"
#include "daemon/files.h"
#include "gmock/gmock.h"
#include "pinwarden/control_client.h"
#include "testing/fake_runtime.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

inline constexpr char kEnforceTag[] =
    "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: tag\n";
inline constexpr char kObserveTag[] =
    "version: 1\nmode: observe\nrules:\n  - name: default\n    require: tag\n";
inline constexpr char kEnforceNone[] =
    "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: none\n";
inline constexpr char kBadPolicy[] =
    "version: 1\nmode: observe\nrules:\n  - name: default\n    require: tga\n";

// What a refused CreateContainer is answered: PERMISSION_DENIED.
inline constexpr uint32_t kRefused = 7;

// A pinwardend, a runtime and a client of its API, in one directory.
class DaemonTest : public ::testing::Test {
 protected:
  std::vector<std::string> Flags() const {
    return {"--settings",        settings_,
            "--policy",          policy_,
            "--nri-socket",      nri_socket_,
            "--control-socket",  control_socket_,
            "--read-socket",     dir_ / "read.sock",
            "--state-directory", state_,
            "--judged-file",     judged_,
            "--cri-socket",      "",
            "--read-group",      "",
            "--log-format",      "json",
            "--log-level",       "debug"};
  }

  std::unique_ptr<DaemonProcess> Spawn(std::vector<std::string> more = {}) {
    DaemonProcess::Options options;
    options.flags = Flags();
    options.flags.insert(options.flags.end(), more.begin(), more.end());
    return std::make_unique<DaemonProcess>(std::move(options));
  }

  // A daemon under this policy that has registered with the runtime.
  std::unique_ptr<DaemonProcess> Registered(
      absl::string_view policy, absl::string_view version = "v2.1.0") {
    WriteFile(policy_, policy);
    auto daemon = Spawn();
    connection_ = runtime_.Accept();
    EXPECT_TRUE(connection_ != nullptr &&
                connection_->Establish("containerd", version).has_value());
    return daemon;
  }

  // As above, with its API up besides.
  std::unique_ptr<DaemonProcess> Serving(absl::string_view policy) {
    auto daemon = Registered(policy);
    EXPECT_FALSE(daemon->Await("control_listening").is_null());
    return daemon;
  }

  // The ttRPC code that a container with this image is answered; 0 admits.
  uint32_t Ask(absl::string_view image) {
    const auto response = connection_->Create(CreateRequest(image));
    return response.has_value() ? response->code : UINT32_MAX;
  }

  absl::StatusOr<v1::GetStatusResponse> Status() {
    return ControlClient(control_socket_).GetStatus(absl::Seconds(30));
  }

  const TempDir dir_;
  const std::string settings_ = MakeSettings(dir_);
  const std::string policy_ = dir_ / "policy.yaml";
  const std::string nri_socket_ = dir_ / "nri.sock";
  const std::string control_socket_ = dir_ / "control.sock";
  const std::string state_ = dir_ / "state";
  const std::string judged_ = dir_ / "judged";
  FakeRuntime runtime_{nri_socket_};
  std::unique_ptr<FakeConnection> connection_;

 private:
  // So that none of the host's counts.
  static std::string MakeSettings(const TempDir& dir) {
    WriteFile(dir / "settings.yaml", "version: 1\n");
    return dir / "settings.yaml";
  }
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DAEMON_DAEMON_FIXTURE_H_
