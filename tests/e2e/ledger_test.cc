// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What observe mode tells before anybody enforces, and whether it was right.
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;

constexpr char kObserve[] = R"(version: 1
mode: observe
rules:
  - name: default
    require: version
)";
constexpr char kEnforce[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: version
)";

constexpr int kPods = 40;
constexpr char kHash[] = "7d4b9c6f5d";

std::string NodeName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return absl::AsciiStrToLower(name);
}

// One pod as a controller of Kubernetes makes it, for the `attempt`th time.
struct Case {
  std::string owner;  // "shop/Deployment/web-0"
  PodSpec pod;
  std::string image;
  bool pinned;
};

// Five characters at random, as far as anybody can tell.
std::string Suffix(int number, int attempt) {
  constexpr char kLetters[] = "bcdfghjklmnpqrstvwxz2456789";
  std::string suffix;
  unsigned state = static_cast<unsigned>(number * 7919 + attempt * 104729 + 7);
  for (int i = 0; i < 5; ++i) {
    suffix.push_back(kLetters[state % (sizeof(kLetters) - 1)]);
    state = state * 1103515245u + 12345u;
  }
  return suffix;
}

PodSpec PodOf(int kind, const std::string& name, int number, int attempt) {
  const std::string suffix = Suffix(number, attempt);
  PodSpec pod;
  pod.labels["app"] = name;
  switch (kind) {
    case 0:
      pod.name = absl::StrCat(name, "-", kHash, "-", suffix);
      pod.labels["pod-template-hash"] = kHash;
      break;
    case 1:
      pod.name = absl::StrCat(name, "-", attempt);
      pod.labels["statefulset.kubernetes.io/pod-name"] = pod.name;
      pod.labels["controller-revision-hash"] = absl::StrCat(name, "-", kHash);
      pod.labels["apps.kubernetes.io/pod-index"] = absl::StrCat(attempt);
      break;
    case 2:
      pod.name = absl::StrCat(name, "-", suffix);
      pod.labels["controller-revision-hash"] = kHash;
      pod.labels["pod-template-generation"] = "1";
      break;
    case 3:
      pod.name = absl::StrCat(name, "-", suffix);
      pod.labels["batch.kubernetes.io/job-name"] = name;
      pod.labels["job-name"] = name;
      break;
    case 4: {
      const std::string job = absl::StrCat(name, "-", 29'012'345 + attempt);
      pod.name = absl::StrCat(job, "-", suffix);
      pod.labels["batch.kubernetes.io/job-name"] = job;
      pod.labels["job-name"] = job;
      break;
    }
    case 5:
      pod.name = absl::StrCat(name, "-", NodeName());
      pod.annotations["kubernetes.io/config.source"] = "file";
      break;
  }
  return pod;
}

// Forty pods of six kinds of workload in three namespaces.
std::vector<Case> Cases(int attempt, const std::string& digest) {
  const struct {
    std::string image;
    bool pinned;
  } kImages[] = {{"demo", false},        {"demo:1.2.3", true},
                 {"demo:latest", false}, {"demo:1.2.4", true},
                 {"demo:edge", false},   {absl::StrCat("demo@", digest), true}};
  const char* const kKinds[] = {"Deployment", "StatefulSet", "DaemonSet",
                                "Job",        "CronJob",     "StaticPod"};
  const char* const kSpaces[] = {"shop", "billing", "kube-system"};
  std::vector<Case> cases;
  for (int i = 0; i < kPods; ++i) {
    const int kind = i % 6;
    const std::string name = absl::StrCat("w", i);
    Case c;
    c.pod = PodOf(kind, name, i, attempt);
    c.pod.name_space = kSpaces[i % 3];
    c.owner = absl::StrCat(c.pod.name_space, "/", kKinds[kind], "/", name);
    // So that each kind comes with each image.
    c.image = kImages[(i + i / 6) % 6].image;
    c.pinned = kImages[(i + i / 6) % 6].pinned;
    cases.push_back(std::move(c));
  }
  return cases;
}

std::string OwnerOf(const nlohmann::json& row) {
  return absl::StrCat(row["namespace"].get<std::string>(), "/",
                      row["workload_kind"].get<std::string>(), "/",
                      row["workload"].get<std::string>());
}

ContainerSpec SpecOf(const Case& c) {
  ContainerSpec spec;
  spec.image = c.image;
  return spec;
}

class LedgerTest : public HostTest {
 protected:
  // `pinwarden report --output json`; null when it fails.
  nlohmann::json Report() {
    ChildProcess::Options options;
    options.argv = {PINWARDEN_CLI, "report",
                    "--socket",    directory_ + "/read.sock",
                    "--output",    "json"};
    options.error_path = directory_ + "/report.log";
    const auto command = ChildProcess::Start(options);
    if (!command.ok()) return nullptr;
    const absl::StatusOr<std::string> output = (*command)->ReadAll(kPatience);
    const std::optional<int> code = (*command)->Wait(kPatience);
    if (!output.ok() || (code != 0 && code != 1)) return nullptr;
    return nlohmann::json::parse(*output, nullptr, false);
  }

  // The owners of those that the report says would be refused.
  static std::set<std::string> Findings(const nlohmann::json& report) {
    std::set<std::string> owners;
    for (const auto& group : report["groups"]) {
      for (const auto& finding : group["findings"]) {
        owners.insert(OwnerOf(finding));
      }
    }
    return owners;
  }

  // The owners of the report's rows with this outcome.
  static std::set<std::string> Owners(const nlohmann::json& report,
                                      absl::string_view outcome) {
    std::set<std::string> owners;
    for (const auto& row : report["rows"]) {
      if (row["outcome"] != std::string(outcome)) continue;
      owners.insert(OwnerOf(row));
    }
    return owners;
  }
};

TEST_P(LedgerTest, NamesExactlyTheWorkloadsThatEnforceThenRefuses) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  std::set<std::string> unpinned;
  for (const Case& c : Cases(0, digest_)) {
    SCOPED_TRACE(c.pod.name);
    ASSERT_THAT(cri_->Run(c.pod, SpecOf(c)), IsOk());
    if (!c.pinned) unpinned.insert(c.owner);
  }
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.ledger().written() >= kPods;
  }),
              IsOk());
  const nlohmann::json report = Report();
  ASSERT_TRUE(report.is_object());
  const std::set<std::string> named = Findings(report);
  EXPECT_EQ(named, unpinned);
  EXPECT_EQ(Owners(report, "would_reject"), named);
  EXPECT_THAT(Owners(report, "allowed"),
              ::testing::SizeIs(kPods - unpinned.size()));

  ASSERT_THAT(cri_->RemoveAllPods(), IsOk());
  WritePolicy(kEnforce);
  ASSERT_THAT(daemon_->Reload(), IsOk());
  std::set<std::string> refused;
  for (const Case& c : Cases(1, digest_)) {
    SCOPED_TRACE(c.pod.name);
    const absl::StatusOr<std::string> id = cri_->Run(c.pod, SpecOf(c));
    if (id.ok()) continue;
    EXPECT_THAT(std::string(id.status().message()),
                ::testing::HasSubstr("pinwarden: image"));
    refused.insert(c.owner);
  }
  EXPECT_EQ(refused, named);
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.ledger().written() >= 2 * kPods;
  }),
              IsOk());
  EXPECT_EQ(Owners(Report(), "rejected"), named);
}

// Which pods were there when observe mode began is in the report too.
TEST_P(LedgerTest, HoldsWhatRanBeforeOnTheFirstDay) {
  ASSERT_THAT(Run("demo:latest", "old-0"), IsOk());
  ASSERT_THAT(Run("demo:1.2.3", "old-1"), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  ASSERT_THAT(daemon_->AwaitStatus([](const v1::GetStatusResponse& status) {
    return status.ledger().written() >= 2;
  }),
              IsOk());
  const nlohmann::json report = Report();
  EXPECT_THAT(Owners(report, "would_reject"),
              ::testing::ElementsAre("default/Pod/old-0"));
  EXPECT_THAT(Owners(report, "allowed"),
              ::testing::ElementsAre("default/Pod/old-1"));
}

INSTANTIATE_TEST_SUITE_P(Containerd, LedgerTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
