// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/synchronize.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using wire::nri::Container;
using wire::nri::PodSandbox;
using wire::nri::SynchronizeRequest;

// A chunk from text: "p1" is pod p1, "a@p1" a container a of pod p1.
SynchronizeRequest Chunk(bool more, const std::vector<std::string>& items) {
  SynchronizeRequest chunk;
  chunk.set_more(more);
  for (const std::string& item : items) {
    const size_t at = item.find('@');
    if (at == std::string::npos) {
      chunk.add_pods()->set_id(item);
    } else {
      Container* container = chunk.add_containers();
      container->set_name(item.substr(0, at));
      container->set_pod_sandbox_id(item.substr(at + 1));
    }
  }
  return chunk;
}

class SynchronizeJoinTest : public ::testing::Test {
 protected:
  // What a chunk makes known: "a@p1", or "a@-" without a pod.
  std::vector<std::string> Add(const SynchronizeRequest& chunk) {
    std::vector<std::string> found;
    status_ = join_.Add(
        chunk, [&](const PodSandbox* pod, const Container& container) {
          found.push_back(absl::StrCat(container.name(), "@",
                                       pod == nullptr ? "-" : pod->id()));
        });
    return found;
  }

  SynchronizeJoin join_;
  absl::Status status_;
};

TEST_F(SynchronizeJoinTest, KeepsNothingOfASingleChunk) {
  EXPECT_THAT(Add(Chunk(false, {"p1", "a@p1", "b@p2", "c@"})),
              ElementsAre("a@p1", "b@-", "c@-"));
  EXPECT_THAT(status_, IsOk());
  EXPECT_EQ(join_.kept_bytes(), 0u);
}

TEST_F(SynchronizeJoinTest, FindsPodsOfEarlierChunks) {
  EXPECT_THAT(Add(Chunk(true, {"p1", "p2"})), IsEmpty());
  EXPECT_THAT(Add(Chunk(true, {"p3"})), IsEmpty());
  EXPECT_THAT(Add(Chunk(false, {"a@p2", "b@p3", "c@p1"})),
              ElementsAre("a@p2", "b@p3", "c@p1"));
  EXPECT_EQ(join_.kept_bytes(), 0u);
}

TEST_F(SynchronizeJoinTest, HandsOutAContainerOnceItsPodIsKnown) {
  EXPECT_THAT(Add(Chunk(true, {"a@p1", "b@p2", "c@p1", "d@"})),
              ElementsAre("d@-"));
  EXPECT_THAT(Add(Chunk(true, {"p1"})), ElementsAre("a@p1", "c@p1"));
  EXPECT_THAT(Add(Chunk(false, {"p2"})), ElementsAre("b@p2"));
}

TEST_F(SynchronizeJoinTest, HandsOutTheRestAfterTheLastChunk) {
  EXPECT_THAT(Add(Chunk(true, {"a@p1", "b@p2"})), IsEmpty());
  EXPECT_THAT(Add(Chunk(false, {"p3"})), UnorderedElementsAre("a@-", "b@-"));
  EXPECT_THAT(Add(Chunk(false, {"c@p3"})), ElementsAre("c@-"));
}

TEST_F(SynchronizeJoinTest, CountsAPodThatComesTwiceOnce) {
  Add(Chunk(true, {"p1"}));
  const size_t once = join_.kept_bytes();
  Add(Chunk(true, {"p1"}));
  EXPECT_EQ(join_.kept_bytes(), once);
}

TEST_F(SynchronizeJoinTest, CountsNothingForContainersHandedOut) {
  Add(Chunk(true, {"p1"}));
  const size_t pod_only = join_.kept_bytes();
  Add(Chunk(true, {"a@p2", "b@p2"}));
  EXPECT_GT(join_.kept_bytes(), pod_only);
  SynchronizeRequest pod = Chunk(true, {"p2"});
  Add(pod);
  EXPECT_EQ(join_.kept_bytes(), 2 * pod_only);
}

TEST_F(SynchronizeJoinTest, KeepsEveryFieldThatIsKnownAndNoOther) {
  SynchronizeRequest first = Chunk(true, {"a@p1"});
  Container& sent = *first.mutable_containers(0);
  sent.set_id("c1");
  sent.set_state(3);
  (*sent.mutable_annotations())["k"] = "v";
  sent.set_created_at(1234);
  const std::string known = sent.SerializeAsString();
  // Field 7, the arguments, which we do not read.
  ASSERT_TRUE(sent.MergeFromString(absl::StrCat("\x3a\x04", "unkn")));
  ASSERT_NE(sent.SerializeAsString(), known);
  Add(first);

  SynchronizeRequest second = Chunk(true, {"p1"});
  PodSandbox& pod = *second.mutable_pods(0);
  pod.set_name("web-0");
  pod.set_uid("u");
  pod.set_namespace_("prod");
  (*pod.mutable_labels())["l"] = "1";
  (*pod.mutable_annotations())["a"] = "2";
  pod.set_runtime_handler("runc");
  std::string got;
  EXPECT_THAT(join_.Add(second,
                        [&](const PodSandbox*, const Container& container) {
                          got = container.SerializeAsString();
                        }),
              IsOk());
  EXPECT_EQ(got, known);

  EXPECT_THAT(join_.Add(Chunk(false, {"b@p1"}),
                        [&](const PodSandbox* kept, const Container&) {
                          got = kept->SerializeAsString();
                        }),
              IsOk());
  EXPECT_EQ(got, pod.SerializeAsString());
}

TEST_F(SynchronizeJoinTest, RefusesToKeepWithoutEnd) {
  const struct {
    const char* what;
    bool pods;
    std::string filling;
  } kCases[] = {
      {"pods of 1 MiB", true, std::string(1 << 20, 'x')},
      {"containers of 1 MiB", false, std::string(1 << 20, 'x')},
      {"pods of no bytes", true, ""},
      {"containers of no bytes", false, ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    SynchronizeJoin join;
    absl::Status status;
    int id = 0;
    while (status.ok()) {
      ASSERT_LE(join.kept_bytes(), SynchronizeJoin::kMaxKeptBytes);
      std::vector<std::string> items;
      for (int i = 0; i < (c.filling.empty() ? 20'000 : 4); ++i) {
        items.push_back(absl::StrCat(c.pods ? "" : "a@", c.filling, id++));
      }
      status = join.Add(Chunk(true, items),
                        [](const PodSandbox*, const Container&) {});
    }
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
    EXPECT_EQ(join.kept_bytes(), 0u);
  }
}

}  // namespace
}  // namespace pinwarden
