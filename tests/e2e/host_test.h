// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_HOST_TEST_H_
#define PINWARDEN_TESTS_E2E_HOST_TEST_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "e2e/containerd.h"
#include "e2e/cri_client.h"
#include "e2e/daemon.h"
#include "e2e/decision_watch.h"
#include "gtest/gtest.h"

namespace pinwarden::e2e {

// The lines of containerd that are run.
inline constexpr const char* kContainerdLines[] = {"1.7", "2.1"};

// "1.7" -> "1_7": a test's name has no dots.
std::string LineName(const ::testing::TestParamInfo<const char*>& info);

// A host: a real containerd with a few images, and a real pinwardend once
// StartDaemon() is called. The parameter is containerd's line.
//
// The images, each of its own, so that each has one name:
//   demo:1.2.3  demo:1.2.4  demo:latest  demo:edge  demo@sha256:...
class HostTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What containerd 1.7 makes of names: the first one that the image has on
  // this host, and always a whole one.
  bool names_are_aliases() const {
    return absl::string_view(GetParam()) == "1.7";
  }

  // Starts containerd again and waits until CRI answers.
  void StartContainerd();

  // Puts `text` in force at the next start or reload: a rename over the file.
  void WritePolicy(absl::string_view text);

  // Starts the daemon, after writing the policy if one is given.
  void LaunchDaemon(absl::string_view policy = "");

  // The same, and waits until it is registered and watched.
  void StartDaemon(absl::string_view policy = "");

  // Waits until CRI knows the image.
  void AwaitImage(const std::string& image);

  // Creates and starts a container of `image` in a pod of its own.
  absl::StatusOr<std::string> Run(const std::string& image,
                                  const std::string& pod = "web-0",
                                  const std::string& name_space = "default");

  std::string directory_;
  std::string policy_path_;
  std::string digest_;  // of the image that is only known by it
  std::unique_ptr<Containerd> containerd_;
  std::unique_ptr<CriClient> cri_;
  std::unique_ptr<Daemon> daemon_;
  std::unique_ptr<DecisionWatch> watch_;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_HOST_TEST_H_
