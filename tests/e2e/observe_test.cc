// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a platform team sees before it enforces anything.
#include <string>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
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

class ObserveTest : public HostTest {};

TEST_P(ObserveTest, RunsEverythingAndRecordsWhatItWouldRefuse) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  const struct {
    std::string image;
    v1::Outcome outcome;
  } kCases[] = {
      {"demo", v1::OUTCOME_WOULD_REJECT},
      {"demo:latest", v1::OUTCOME_WOULD_REJECT},
      {"demo:edge", v1::OUTCOME_WOULD_REJECT},
      {"demo:1.2.3", v1::OUTCOME_ALLOWED},
      {absl::StrCat("demo@", digest_), v1::OUTCOME_ALLOWED},
  };
  int number = 0;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    const std::string pod = absl::StrCat("observed-", number++);
    const absl::StatusOr<std::string> id = Run(c.image, pod);
    ASSERT_THAT(id, IsOk());
    EXPECT_TRUE(cri_->IsRunning(*id));
    const absl::StatusOr<v1::Decision> decision = watch_->FindPod(pod);
    ASSERT_THAT(decision, IsOk());
    EXPECT_EQ(decision->outcome(), c.outcome);
    EXPECT_EQ(decision->mode(), v1::MODE_OBSERVE);
  }
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->nri().requests(), 5);
  EXPECT_EQ(status->records().by_outcome().at("would_reject"), 3);
  EXPECT_EQ(status->records().dropped(), 0);
}

TEST_P(ObserveTest, SaysWhichRuntimeItIsAttachedTo) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->nri().runtime_name(), "containerd");
  EXPECT_EQ(status->nri().runtime_version().find(GetParam()), 0)
      << status->nri().runtime_version();
  EXPECT_EQ(status->nri().confidence(),
            names_are_aliases() ? v1::CONFIDENCE_ALIAS : v1::CONFIDENCE_EXACT);
  EXPECT_EQ(status->nri().connections(), 1);
}

// Containers that are older than pinwarden cannot be refused any more, but they
// are judged.
TEST_P(ObserveTest, RecordsContainersThatRanBefore) {
  const absl::StatusOr<std::string> unpinned = Run("demo:latest", "old-0");
  ASSERT_THAT(unpinned, IsOk());
  ASSERT_THAT(Run("demo:1.2.3", "old-1"), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  EXPECT_THAT(daemon_->AwaitLogLine(
                  {"outcome=would_reject", "pod=old-0", "trigger=synchronize"}),
              IsOk());
  EXPECT_THAT(daemon_->AwaitLogLine(
                  {"outcome=allowed", "pod=old-1", "trigger=synchronize"}),
              IsOk());
  const absl::StatusOr<v1::GetStatusResponse> status = daemon_->GetStatus();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->nri().synchronized_containers(), 2);
  EXPECT_TRUE(cri_->IsRunning(*unpinned));
}

// The two names of one image: 2.x tells which was asked for, 1.7 always the
// first. So 1.7 can let an unpinned request pass, and says how sure it is.
TEST_P(ObserveTest, SaysHowSureItIsOfANameAmongSeveral) {
  ASSERT_THAT(containerd_->AddImages({"docker.io/library/twin:1.2.3 "
                                      "docker.io/library/twin:latest"}),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(AwaitImage("twin:1.2.3"));
  ASSERT_NO_FATAL_FAILURE(AwaitImage("twin:latest"));
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kObserve));
  ASSERT_THAT(Run("twin:latest"), IsOk());
  const absl::StatusOr<v1::Decision> decision = watch_->FindPod("web-0");
  ASSERT_THAT(decision, IsOk());
  if (names_are_aliases()) {
    EXPECT_EQ(decision->image(), "docker.io/library/twin:1.2.3");
    EXPECT_EQ(decision->confidence(), v1::CONFIDENCE_ALIAS);
    EXPECT_EQ(decision->outcome(), v1::OUTCOME_ALLOWED);
  } else {
    EXPECT_EQ(decision->image(), "twin:latest");
    EXPECT_EQ(decision->confidence(), v1::CONFIDENCE_EXACT);
    EXPECT_EQ(decision->outcome(), v1::OUTCOME_WOULD_REJECT);
  }
}

INSTANTIATE_TEST_SUITE_P(Containerd, ObserveTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
