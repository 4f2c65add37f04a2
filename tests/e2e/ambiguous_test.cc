// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One image, several names. containerd 1.7 shows the first of them whatever was
// asked for; containerd 2 shows what was asked for.
#include <string>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AmbiguousTest : public HostTest {
 protected:
  void Start(absl::string_view ambiguous) {
    const auto images = containerd_->AddImages(
        {"docker.io/library/two:1.2.3 docker.io/library/two:latest"});
    ASSERT_THAT(images, IsOk());
    ASSERT_NO_FATAL_FAILURE(AwaitImage("docker.io/library/two:latest"));
    ASSERT_NO_FATAL_FAILURE(StartDaemon(
        absl::StrCat("version: 1\nmode: enforce\nambiguous: ", ambiguous,
                     "\nrules:\n  - {name: default, require: version}\n")));
  }

  // "allowed" or "refused", and what was recorded.
  std::string Create(const std::string& image) {
    const std::string pod = absl::StrCat("pod-", ++pods_);
    const bool runs = Run(image, pod).ok();
    const absl::StatusOr<v1::Decision> decision = watch_->FindPod(pod);
    if (!decision.ok()) return std::string(decision.status().message());
    seen_ = *decision;
    return absl::StrCat(runs ? "runs " : "refused ",
                        v1::Reason_Name(decision->reason()), " ",
                        v1::Confidence_Name(decision->confidence()));
  }

  int pods_ = 0;
  v1::Decision seen_;
};

TEST_P(AmbiguousTest, JudgeTakesTheNameShownAndRecordsTheOthers) {
  ASSERT_NO_FATAL_FAILURE(Start("judge"));
  if (!names_are_aliases()) {
    EXPECT_EQ(Create("two:latest"),
              "refused REASON_FLOATING_TAG CONFIDENCE_EXACT");
    EXPECT_EQ(Create("two:1.2.3"), "runs REASON_PINNED CONFIDENCE_EXACT");
    EXPECT_THAT(seen_.other_names(), IsEmpty());
    return;
  }
  EXPECT_EQ(Create("two:latest"), "runs REASON_PINNED CONFIDENCE_ALIAS");
  EXPECT_EQ(seen_.image(), "docker.io/library/two:1.2.3");
  EXPECT_THAT(seen_.other_names(), ElementsAre("docker.io/library/two:latest"));
}

TEST_P(AmbiguousTest, StrictRefusesWhatAnyNameIsRefusedFor) {
  ASSERT_NO_FATAL_FAILURE(Start("strict"));
  EXPECT_EQ(Create("demo:1.2.3"), "runs REASON_PINNED CONFIDENCE_EXACT");
  EXPECT_EQ(Create("two:latest"),
            names_are_aliases()
                ? "refused REASON_FLOATING_TAG CONFIDENCE_ALIAS"
                : "refused REASON_FLOATING_TAG CONFIDENCE_EXACT");
  EXPECT_EQ(Create("two:1.2.3"),
            names_are_aliases() ? "refused REASON_FLOATING_TAG CONFIDENCE_ALIAS"
                                : "runs REASON_PINNED CONFIDENCE_EXACT");
}

TEST_P(AmbiguousTest, ObserveRefusesOnlyWhatIsCertain) {
  ASSERT_NO_FATAL_FAILURE(Start("observe"));
  EXPECT_EQ(Create("demo:latest"),
            "refused REASON_FLOATING_TAG CONFIDENCE_EXACT");
  EXPECT_EQ(Create("demo:1.2.3"), "runs REASON_PINNED CONFIDENCE_EXACT");
  ASSERT_THAT(containerd_->AddImages({"docker.io/library/three:edge "
                                      "docker.io/library/three:latest"}),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(AwaitImage("docker.io/library/three:latest"));
  EXPECT_EQ(Create("three:edge"),
            names_are_aliases()
                ? "runs REASON_FLOATING_TAG CONFIDENCE_ALIAS"
                : "refused REASON_FLOATING_TAG CONFIDENCE_EXACT");
}

INSTANTIATE_TEST_SUITE_P(Containerd, AmbiguousTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
