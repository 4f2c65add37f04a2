// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What pinwarden's own client of the runtime sees of a real one.
#include "pinwarden/cri.h"

#include <memory>
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
using ::pinwarden::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class CriTest : public HostTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(HostTest::SetUp());
    CriOptions options;
    options.socket = containerd_->socket();
    options.deadline = absl::Seconds(20);  // the machine may be busy
    options.rest = absl::ZeroDuration();
    client_ = std::make_unique<::pinwarden::CriClient>(options);
  }

  // The image of that name; an empty one, and a failure, if there is none.
  CriImage Find(const std::string& name) {
    const absl::StatusOr<std::optional<CriImage>> image = client_->Image(name);
    if (image.ok() && image->has_value()) return **image;
    ADD_FAILURE() << name << ": " << image.status();
    return {};
  }

  std::unique_ptr<::pinwarden::CriClient> client_;
};

TEST_P(CriTest, SeesAllNamesOfAnImageByWhicheverItIsAskedFor) {
  const auto added = containerd_->AddImages(
      {"docker.io/library/twin:1.2.3 docker.io/library/twin:latest "
       "example.com/twin@"});
  ASSERT_THAT(added, IsOk());
  const std::string digest =
      absl::StrCat("example.com/twin@", added->begin()->second);
  for (const std::string& name :
       {std::string("twin:1.2.3"), std::string("twin"), digest}) {
    ASSERT_NO_FATAL_FAILURE(AwaitImage(name));
  }
  const std::string id = Find("twin").id;
  EXPECT_THAT(id, StartsWith("sha256:"));
  for (const std::string& name :
       {std::string("twin:1.2.3"), std::string("twin"),
        std::string("docker.io/library/twin:latest"), digest, id}) {
    SCOPED_TRACE(name);
    const CriImage image = Find(name);
    EXPECT_EQ(image.id, id);
    EXPECT_THAT(image.tags,
                UnorderedElementsAre("docker.io/library/twin:1.2.3",
                                     "docker.io/library/twin:latest"));
    EXPECT_THAT(image.digests, ElementsAre(digest));
  }
  EXPECT_THAT(OtherNames(Find(id), "docker.io/library/twin:1.2.3"),
              ElementsAre("docker.io/library/twin:latest", digest));
}

TEST_P(CriTest, SeesThatANameIsTheOnlyOne) {
  const CriImage tagged = Find("demo:1.2.3");
  EXPECT_THAT(tagged.tags, ElementsAre("docker.io/library/demo:1.2.3"));
  EXPECT_THAT(tagged.digests, IsEmpty());
  const std::string by_digest =
      absl::StrCat("docker.io/library/demo@", digest_);
  const CriImage pinned = Find(by_digest);
  EXPECT_THAT(pinned.tags, IsEmpty());
  EXPECT_THAT(pinned.digests, ElementsAre(by_digest));
  EXPECT_THAT(OtherNames(pinned, by_digest), IsEmpty());
}

TEST_P(CriTest, SeesNoImageWhereThereIsNone) {
  for (const std::string& name :
       {std::string("absent"), std::string("demo:9.9.9"),
        "demo@sha256:" + std::string(64, '0'), "sha256:" + std::string(64, '0'),
        std::string("Not/A:Reference"), std::string("@"),
        std::string("\x1b[2J\n")}) {
    SCOPED_TRACE(name);
    const absl::StatusOr<std::optional<CriImage>> image = client_->Image(name);
    ASSERT_THAT(image, IsOk());
    EXPECT_FALSE(image->has_value());
  }
}

TEST_P(CriTest, SeesANewNameAtOnceUnlessAskedForWhatItRemembers) {
  ASSERT_THAT(client_->CachedImage("demo:edge"), IsOk());
  ASSERT_THAT(containerd_->Ctr({"images", "tag", "docker.io/library/demo:edge",
                                "docker.io/library/demo:1.9.9"}),
              IsOk());
  ASSERT_NO_FATAL_FAILURE(AwaitImage("demo:1.9.9"));
  EXPECT_THAT(Find("demo:edge").tags,
              UnorderedElementsAre("docker.io/library/demo:edge",
                                   "docker.io/library/demo:1.9.9"));
  const auto remembered = client_->CachedImage("demo:edge");
  ASSERT_THAT(remembered, IsOk());
  EXPECT_THAT((*remembered)->tags, ElementsAre("docker.io/library/demo:edge"));
}

TEST_P(CriTest, TellsWhichRuntimeItIs) {
  const absl::StatusOr<CriVersion> version = client_->Version();
  ASSERT_THAT(version, IsOk());
  EXPECT_EQ(version->runtime_name, "containerd");
  EXPECT_THAT(version->runtime_version, StartsWith(GetParam()));
}

TEST_P(CriTest, StopsARunningContainer) {
  const absl::StatusOr<std::string> id = Run("demo:1.2.3");
  ASSERT_THAT(id, IsOk());
  ASSERT_TRUE(cri_->IsRunning(*id));
  EXPECT_THAT(client_->StopContainer(*id, absl::ZeroDuration()), IsOk());
  EXPECT_FALSE(cri_->IsRunning(*id));
  // What is stopped, or was never there, is no failure.
  EXPECT_THAT(client_->StopContainer(*id, absl::Seconds(1)), IsOk());
  EXPECT_THAT(client_->StopContainer("absent", absl::ZeroDuration()), IsOk());
}

TEST_P(CriTest, LivesThroughARestartOfTheRuntime) {
  ASSERT_THAT(client_->Image("demo:1.2.3"), IsOk());
  ASSERT_THAT(containerd_->Stop(), IsOk());
  EXPECT_THAT(client_->Image("demo:1.2.3"),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(containerd_->socket())));
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  EXPECT_EQ(Find("demo:1.2.3").tags.size(), 1);
  // Without a call while it was away: the old connection is the first choice.
  ASSERT_THAT(containerd_->Kill(), IsOk());
  ASSERT_NO_FATAL_FAILURE(StartContainerd());
  EXPECT_EQ(Find("demo:1.2.3").tags.size(), 1);
}

// With the deadline that the daemon has.
TEST_P(CriTest, AsksARuntimeThatHangsOnceAndThenLeavesItInPeace) {
  CriOptions options;
  options.socket = containerd_->socket();
  options.rest = absl::Seconds(5);
  ::pinwarden::CriClient client(options);
  ASSERT_TRUE(WaitUntil([&] { return client.Image("demo:edge").ok(); }));
  ASSERT_THAT(containerd_->Pause(), IsOk());
  EXPECT_THAT(client.Image("demo:edge"),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  const uint64_t calls = client.Stats().calls;
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(client.Image("demo:edge"),
                StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_EQ(client.Stats().calls, calls);
  ASSERT_THAT(containerd_->Resume(), IsOk());
  EXPECT_TRUE(WaitUntil([&] { return client.Image("demo:edge").ok(); }));
}

INSTANTIATE_TEST_SUITE_P(Containerd, CriTest,
                         ::testing::ValuesIn(kContainerdLines), LineName);

}  // namespace
}  // namespace pinwarden::e2e
