// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A month of a busy host in a minute: a million containers, with a runtime that
// hangs up, a policy that changes, and readers of the API. What a leak would
// add to memory or descriptors has to show after the first ten thousand.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/daemon_process.h"
#include "gtest/gtest.h"
#include "pinwarden/control_client.h"
#include "testing/fake_runtime.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::DaemonProcess;
using testing::FakeConnection;
using testing::FakeRuntime;
using testing::TempDir;

constexpr int kRequests = 1'000'000;
constexpr int kSettled = 10'000;
constexpr int kBetweenReconnects = 50'000;
constexpr int kBetweenReloads = 20'000;
constexpr int kRunning = 500;  // containers that are there at any time
constexpr int kSlipped = 5;    // of each time that the runtime was cut off
constexpr double kMaxGrowthMiB = 1.0;

const char* const kImages[] = {"nginx:1.27.3",
                               "nginx",
                               "ghcr.io/acme/app:v2",
                               "redis:latest",
                               "registry.example.com/a/b:1.0.0",
                               "not a reference"};

class SoakTest : public ::testing::Test {
 protected:
  SoakTest() { WritePolicy(0); }

  void WritePolicy(int n) {
    std::ofstream(dir_ / "policy.new")
        << "version: 1\nmode: enforce\nrules:\n  - {name: rule-" << n
        << ", match: {namespaces: [ns-" << n
        << "]}, require: digest}\n  - {name: default, require: tag}\n";
    std::filesystem::rename(dir_ / "policy.new", dir_ / "policy.yaml");
  }

  void StartDaemon() {
    DaemonProcess::Options options;
    options.flags = {
        "--settings",        dir_.Write("settings.yaml", "version: 1\n"),
        "--policy",          dir_ / "policy.yaml",
        "--nri-socket",      dir_ / "nri.sock",
        "--control-socket",  dir_ / "control.sock",
        "--read-socket",     dir_ / "read.sock",
        "--read-group",      "",
        "--cri-socket",      "",
        "--state-directory", dir_ / "state",
        "--judged-file",     dir_ / "judged",
        "--log-level",       "error",
        "--log-decisions",   "none"};
    daemon_ = std::make_unique<DaemonProcess>(std::move(options));
  }

  // Registers the daemon: these containers, and some it has never heard of.
  void Connect(int newest) {
    connection_ = runtime_.Accept();
    ASSERT_NE(connection_, nullptr);
    ASSERT_TRUE(connection_->ReadRegister().has_value());
    ASSERT_TRUE(connection_->AnswerRegister());
    ASSERT_TRUE(connection_->Configure("containerd", "2.1.9").has_value());
    wire::nri::SynchronizeRequest request;
    for (int i = 0; i < kRunning && i < newest; ++i) {
      AddContainer(absl::StrCat("c", newest - i), &request);
    }
    for (int i = 0; i < kSlipped && newest > 0; ++i) {
      AddContainer(absl::StrCat("slipped-", newest, "-", i), &request);
    }
    ASSERT_TRUE(connection_->Synchronize(request).has_value());
  }

  static void AddContainer(const std::string& id,
                           wire::nri::SynchronizeRequest* request) {
    wire::nri::Container* container = request->add_containers();
    container->set_id(id);
    (*container->mutable_annotations())[testing::kImageAnnotation] = "nginx:1";
  }

  void Ask(int n) {
    wire::nri::CreateContainerRequest request =
        testing::CreateRequest(kImages[static_cast<size_t>(n) % 6]);
    request.mutable_container()->set_id(absl::StrCat("c", n));
    ASSERT_TRUE(connection_->Create(request).has_value()) << n;
  }

  void Reload(int n) {
    WritePolicy(n);
    const auto answer =
        ControlClient(dir_ / "control.sock").Reload(absl::Seconds(30));
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_FALSE(answer->failed());
    ASSERT_TRUE(
        ControlClient(dir_ / "read.sock").GetStatus(absl::Seconds(30)).ok());
  }

  // Once all else has come to rest.
  double ResidentMiB() const {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    std::ifstream statm(absl::StrCat("/proc/", daemon_->pid(), "/statm"));
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  }

  size_t Descriptors() const {
    const std::filesystem::directory_iterator open(
        absl::StrCat("/proc/", daemon_->pid(), "/fd"));
    return static_cast<size_t>(std::distance(begin(open), end(open)));
  }

  const TempDir dir_;
  FakeRuntime runtime_{dir_ / "nri.sock"};
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<FakeConnection> connection_;
};

TEST_F(SoakTest, NeitherMemoryNorDescriptorsGrow) {
  StartDaemon();
  ASSERT_NO_FATAL_FAILURE(Connect(0));
  double settled = 0;
  size_t descriptors = 0;
  for (int n = 1; n <= kRequests; ++n) {
    ASSERT_NO_FATAL_FAILURE(Ask(n));
    if (n % kBetweenReloads == 0) {
      ASSERT_NO_FATAL_FAILURE(Reload(n));
    }
    if (n % kBetweenReconnects == 0) {
      connection_->Close();
      ASSERT_NO_FATAL_FAILURE(Connect(n));
    }
    if (n == kSettled) {
      // What one of each leaves behind belongs to what is settled.
      ASSERT_NO_FATAL_FAILURE(Reload(n));
      connection_->Close();
      ASSERT_NO_FATAL_FAILURE(Connect(n));
      settled = ResidentMiB();
      descriptors = Descriptors();
    }
    if (n % 100'000 == 0) {
      std::cout << n << " requests: " << ResidentMiB() << " MiB, "
                << Descriptors() << " descriptors" << std::endl;
    }
  }
  const auto status =
      ControlClient(dir_ / "read.sock").GetStatus(absl::Seconds(30));
  ASSERT_TRUE(status.ok()) << status.status();
  const double grown = ResidentMiB() - settled;
  std::cout << "settled at " << settled << " MiB, grown by " << grown
            << " MiB; " << status->judging().gaps() << " gaps, "
            << status->policy().generation() << " policies\n";
  EXPECT_EQ(status->nri().requests(), uint64_t{kRequests});
  EXPECT_GE(status->judging().slipped_allowed(),
            uint64_t{kSlipped} * (kRequests / kBetweenReconnects));
  EXPECT_EQ(Descriptors(), descriptors);
  EXPECT_LE(grown, kMaxGrowthMiB);

  daemon_->Signal(SIGTERM);
  EXPECT_EQ(daemon_->AwaitExit(), 0);
}

}  // namespace
}  // namespace pinwarden
