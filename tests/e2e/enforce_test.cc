// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pod's author sees when the policy is enforced.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "e2e/host_test.h"
#include "e2e/wait.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRequireVersion[] = R"(version: 1
mode: enforce
rules:
  - name: default
    require: version
)";

class EnforceTest : public HostTest {
 protected:
  // How a record and a message show `image` that was asked for.
  std::string Shown(const std::string& image) const {
    if (!names_are_aliases()) return image;
    const bool has_tag = image.find(':') != std::string::npos;
    return absl::StrCat("docker.io/library/", image, has_tag ? "" : ":latest");
  }

  absl::StatusOr<v1::Decision> FindContainer(const std::string& name) {
    return watch_->Find(
        [&name](const v1::Decision& d) { return d.container() == name; });
  }

  // On containerd 1.7, too: each of these images has one name on this host.
  v1::Confidence confidence() const { return v1::CONFIDENCE_EXACT; }
};

TEST_P(EnforceTest, RefusesWhatIsNotPinnedAndSaysWhy) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kRequireVersion));
  const struct {
    std::string image;
    v1::Reason reason;
  } kCases[] = {
      {"demo",
       names_are_aliases() ? v1::REASON_FLOATING_TAG : v1::REASON_NO_TAG},
      {"demo:latest", v1::REASON_FLOATING_TAG},
      {"demo:edge", v1::REASON_FLOATING_TAG},
  };
  int number = 0;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    const std::string pod = absl::StrCat("refused-", number++);
    const absl::StatusOr<std::string> id = Run(c.image, pod);
    ASSERT_THAT(id, Not(IsOk()));
    EXPECT_THAT(std::string(id.status().message()),
                HasSubstr(absl::StrCat("pinwarden: image \"", Shown(c.image),
                                       "\" refused by rule \"default\" "
                                       "(policy.yaml:4): ")));
    const absl::StatusOr<v1::Decision> decision = watch_->FindPod(pod);
    ASSERT_THAT(decision, IsOk());
    EXPECT_EQ(decision->outcome(), v1::OUTCOME_REJECTED);
    EXPECT_EQ(decision->reason(), c.reason);
    EXPECT_EQ(decision->image(), Shown(c.image));
    EXPECT_EQ(decision->confidence(), confidence());
    EXPECT_THAT(std::string(id.status().message()),
                HasSubstr(decision->message()));
  }
  const absl::StatusOr<std::vector<runtime::v1::Container>> left = cri_->List();
  ASSERT_THAT(left, IsOk());
  EXPECT_THAT(*left, IsEmpty());
}

TEST_P(EnforceTest, RunsWhatIsPinned) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kRequireVersion));
  int number = 0;
  for (const std::string& image :
       {std::string("demo:1.2.3"), absl::StrCat("demo@", digest_)}) {
    SCOPED_TRACE(image);
    const std::string pod = absl::StrCat("pinned-", number++);
    const absl::StatusOr<std::string> id = Run(image, pod);
    ASSERT_THAT(id, IsOk());
    EXPECT_TRUE(cri_->IsRunning(*id));
    const absl::StatusOr<v1::Decision> decision = watch_->FindPod(pod);
    ASSERT_THAT(decision, IsOk());
    EXPECT_EQ(decision->outcome(), v1::OUTCOME_ALLOWED);
    EXPECT_EQ(decision->reason(), v1::REASON_PINNED);
    EXPECT_EQ(decision->image(), Shown(image));
    EXPECT_EQ(decision->confidence(), confidence());
    EXPECT_EQ(decision->container_id(), *id);
    EXPECT_EQ(decision->trigger(), v1::TRIGGER_CREATE);
  }
}

// A broken or hostile client names a good image by its id, and as what the
// pod's author wrote something that is no name, or nothing.
//
// containerd 2.x shows the former as it is. For the latter it falls back to the
// image's own name on this host, which is all that 1.7 ever shows.
TEST_P(EnforceTest, RefusesNamesThatAreNone) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kRequireVersion));
  const absl::StatusOr<runtime::v1::Image> image =
      cri_->FindImage("demo:1.2.3");
  ASSERT_THAT(image, IsOk());
  const absl::StatusOr<Pod> pod = cri_->RunPod({});
  ASSERT_THAT(pod, IsOk());
  int number = 0;
  for (const char* name : {"demo:a b", "demo@sha256:123", "\x01", ""}) {
    SCOPED_TRACE(name);
    const bool is_shown = !names_are_aliases() && *name != '\0';
    ContainerSpec spec;
    spec.name = absl::StrCat("bad-", number++);
    spec.image = name;
    spec.image_id = image->id();
    EXPECT_EQ(cri_->CreateContainer(*pod, spec).ok(), !is_shown);
    const absl::StatusOr<v1::Decision> decision = FindContainer(spec.name);
    ASSERT_THAT(decision, IsOk());
    EXPECT_EQ(decision->image(),
              is_shown ? name : "docker.io/library/demo:1.2.3");
    EXPECT_EQ(decision->outcome(),
              is_shown ? v1::OUTCOME_REJECTED : v1::OUTCOME_ALLOWED);
    EXPECT_EQ(decision->reason(),
              is_shown ? v1::REASON_MALFORMED_REFERENCE : v1::REASON_PINNED);
  }
}

// The same with an image that has lost its names: what is left is its id.
TEST_P(EnforceTest, ShowsTheIdOfAnImageWithoutAName) {
  const absl::StatusOr<runtime::v1::Image> image = cri_->FindImage("demo:edge");
  ASSERT_THAT(image, IsOk());
  ASSERT_THAT(
      containerd_->Ctr({"images", "remove", "docker.io/library/demo:edge"}),
      IsOk());
  ASSERT_TRUE(WaitUntil([&] { return !cri_->FindImage("demo:edge").ok(); }));
  ASSERT_NO_FATAL_FAILURE(StartDaemon(kRequireVersion));
  const absl::StatusOr<Pod> pod = cri_->RunPod({});
  ASSERT_THAT(pod, IsOk());
  ContainerSpec spec;
  spec.image_id = image->id();
  EXPECT_THAT(cri_->CreateContainer(*pod, spec), IsOk());
  const absl::StatusOr<v1::Decision> decision = FindContainer(spec.name);
  ASSERT_THAT(decision, IsOk());
  EXPECT_EQ(decision->image(), image->id());
  EXPECT_EQ(decision->reason(), v1::REASON_PINNED);
}

TEST_P(EnforceTest, HoldsOnlyWhereARuleAsksForIt) {
  ASSERT_NO_FATAL_FAILURE(StartDaemon(R"(version: 1
mode: observe
rules:
  - name: production
    match: {namespaces: ["prod-*"]}
    require: version
    mode: enforce
  - name: default
    require: version
)"));
  EXPECT_THAT(Run("demo:latest", "in-prod", "prod-eu"), Not(IsOk()));
  EXPECT_THAT(Run("demo:latest", "in-test", "test"), IsOk());
  const absl::StatusOr<v1::Decision> refused = watch_->FindPod("in-prod");
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->outcome(), v1::OUTCOME_REJECTED);
  EXPECT_EQ(refused->rule(), "production");
  EXPECT_EQ(refused->namespace_(), "prod-eu");
  const absl::StatusOr<v1::Decision> observed = watch_->FindPod("in-test");
  ASSERT_THAT(observed, IsOk());
  EXPECT_EQ(observed->outcome(), v1::OUTCOME_WOULD_REJECT);
  EXPECT_EQ(observed->rule(), "default");
}

INSTANTIATE_TEST_SUITE_P(Containerd, EnforceTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
