// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/host_test.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "e2e/wait.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;

constexpr size_t kMaxLogBytes = 64 << 20;
constexpr size_t kShownLines = 40;

void ShowEnd(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxLogBytes);
  if (!text.ok()) return;
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n');
  const size_t first =
      lines.size() > kShownLines ? lines.size() - kShownLines : 0;
  std::cout << "---- the end of " << path << "\n";
  for (size_t i = first; i < lines.size(); ++i) std::cout << lines[i] << "\n";
}

}  // namespace

std::string LineName(const ::testing::TestParamInfo<const char*>& info) {
  return absl::StrReplaceAll(info.param, {{".", "_"}});
}

void HostTest::SetUp() {
  std::string pattern = ::testing::TempDir() + "pinwarden-e2e.XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr) << pattern;
  directory_ = pattern;
  policy_path_ = directory_ + "/policy.yaml";
  absl::StatusOr<std::unique_ptr<Containerd>> containerd =
      Containerd::Launch(GetParam(), directory_);
  ASSERT_THAT(containerd, IsOk());
  containerd_ = *std::move(containerd);

  const absl::StatusOr<std::map<std::string, std::string>> images =
      containerd_->AddImages(
          {"localhost/pause:1", "docker.io/library/demo:1.2.3",
           "docker.io/library/demo:1.2.4", "docker.io/library/demo:latest",
           "docker.io/library/demo:edge", "docker.io/library/demo@"});
  ASSERT_THAT(images, IsOk());
  cri_ = std::make_unique<CriClient>(containerd_->socket(),
                                     containerd_->cgroup_parent());
  ASSERT_THAT(cri_->AwaitReady(), IsOk());
  for (const auto& [name, digest] : *images) {
    ASSERT_NO_FATAL_FAILURE(AwaitImage(name));
    if (name.find('@') != std::string::npos) digest_ = digest;
  }
}

void HostTest::TearDown() {
  watch_.reset();
  daemon_.reset();
  if (HasFailure()) {
    ShowEnd(directory_ + "/pinwardend.log");
    ShowEnd(directory_ + "/containerd.log");
  }
  containerd_.reset();
  if (directory_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  EXPECT_FALSE(error) << error.message();
}

void HostTest::StartContainerd() {
  ASSERT_THAT(containerd_->Start(), IsOk());
  ASSERT_THAT(cri_->AwaitReady(), IsOk());
}

void HostTest::WritePolicy(absl::string_view text) {
  ASSERT_THAT(WriteFileAtomically(policy_path_, text, 0644), IsOk());
}

void HostTest::AwaitImage(const std::string& image) {
  // CRI hears of an image from an event, a little later than it is there.
  ASSERT_TRUE(WaitUntil([&] { return cri_->FindImage(image).ok(); })) << image;
}

void HostTest::LaunchDaemon(absl::string_view policy) {
  if (!policy.empty()) {
    ASSERT_NO_FATAL_FAILURE(WritePolicy(policy));
  }
  daemon_ = std::make_unique<Daemon>(directory_, containerd_->nri_socket(),
                                     policy_path_);
  ASSERT_THAT(daemon_->Start(), IsOk());
}

void HostTest::StartDaemon(absl::string_view policy) {
  ASSERT_NO_FATAL_FAILURE(LaunchDaemon(policy));
  watch_ = std::make_unique<DecisionWatch>(daemon_->control_socket());
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.nri().registered() && status.records().watchers() == 1;
  }),
              IsOk());
}

absl::StatusOr<std::string> HostTest::Run(const std::string& image,
                                          const std::string& pod,
                                          const std::string& name_space) {
  PodSpec pod_spec;
  pod_spec.name = pod;
  pod_spec.name_space = name_space;
  ContainerSpec container;
  container.image = image;
  return cri_->Run(pod_spec, container);
}

}  // namespace pinwarden::e2e
