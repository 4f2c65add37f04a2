// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/cri.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "cri/cri_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kSoon = absl::Milliseconds(50);

TEST_F(CriClientTest, FindsAnImageByEachOfItsNames) {
  CriClient client(options_);
  for (const char* name : {"demo:1", "demo:2", "demo@sha256:bb", "sha256:aa"}) {
    SCOPED_TRACE(name);
    const auto image = client.Image(name);
    ASSERT_THAT(image, IsOk());
    ASSERT_TRUE(image->has_value());
    EXPECT_EQ((*image)->id, "sha256:aa");
    EXPECT_THAT((*image)->tags, ElementsAre("demo:1", "demo:2"));
    EXPECT_THAT((*image)->digests, ElementsAre("demo@sha256:bb"));
  }
}

TEST_F(CriClientTest, TellsThatAnImageIsNotOnThisHost) {
  CriClient client(options_);
  const auto none = client.Image("other");
  ASSERT_THAT(none, IsOk());
  EXPECT_FALSE(none->has_value());
  // As runtimes other than containerd may say it.
  runtime_.FailWith({grpc::StatusCode::NOT_FOUND, "no such image"});
  const auto not_found = client.Image("other");
  ASSERT_THAT(not_found, IsOk());
  EXPECT_FALSE(not_found->has_value());
  EXPECT_EQ(client.Stats().failures, 0);
}

TEST_F(CriClientTest, ConnectsAtTheFirstCallAndStaysConnected) {
  runtime_.Stop();
  CriClient client(options_);
  EXPECT_EQ(client.Stats().calls, 0);
  runtime_.Start();
  EXPECT_THAT(client.Image("demo:1"), IsOk());
  EXPECT_THAT(client.Version(), IsOk());
  EXPECT_EQ(client.Stats().calls, 2);
  EXPECT_EQ(client.Stats().failures, 0);
}

TEST_F(CriClientTest, TellsWhichRuntimeItIs) {
  runtime_.SetVersion("containerd", "1.7.24~ds1");
  const auto version = CriClient(options_).Version();
  ASSERT_THAT(version, IsOk());
  EXPECT_EQ(version->runtime_name, "containerd");
  EXPECT_EQ(version->runtime_version, "1.7.24~ds1");
}

TEST_F(CriClientTest, LivesThroughARestartOfTheRuntime) {
  CriClient client(options_);
  ASSERT_THAT(client.Image("demo:1"), IsOk());
  runtime_.Stop();
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kUnavailable,
                                               HasSubstr("cannot connect to")));
  runtime_.Start();
  EXPECT_THAT(client.Image("demo:1"), IsOk());
  // Nor does it take a failure to find out that the connection is an old one.
  runtime_.Stop();
  runtime_.Start();
  EXPECT_THAT(client.Image("demo:1"), IsOk());
  EXPECT_EQ(client.Stats().failures, 1);
}

TEST_F(CriClientTest, GivesUpOnARuntimeThatHangs) {
  options_.deadline = kSoon;
  CriClient client(options_);
  runtime_.Hang();
  EXPECT_THAT(
      client.Image("demo:1"),
      StatusIs(absl::StatusCode::kDeadlineExceeded,
               AllOf(HasSubstr("no answer to ImageStatus"),
                     HasSubstr("within 50ms"), HasSubstr(runtime_.socket()))));
  EXPECT_THAT(client.Version(), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(CriClientTest, LeavesARuntimeThatGaveNoAnswerInPeaceForAWhile) {
  options_.deadline = kSoon;
  options_.rest = absl::InfiniteDuration();
  CriClient client(options_);
  runtime_.Hang();
  ASSERT_THAT(client.Image("demo:1"),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  runtime_.Resume();
  const auto resting = StatusIs(absl::StatusCode::kUnavailable,
                                AllOf(HasSubstr("not asked again so soon"),
                                      HasSubstr("no answer to ImageStatus")));
  EXPECT_THAT(client.Image("demo:1"), resting);
  EXPECT_THAT(client.CachedImage("demo:1"), resting);
  EXPECT_THAT(client.Version(), resting);
  EXPECT_EQ(client.Stats().calls, 1);
}

TEST_F(CriClientTest, DoesNotRestAfterAnAnswerThatIsAnError) {
  options_.rest = absl::InfiniteDuration();
  CriClient client(options_);
  runtime_.FailWith({grpc::StatusCode::UNKNOWN, "disk on fire"});
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kUnknown));
  runtime_.FailWith(grpc::Status::OK);
  EXPECT_THAT(client.Image("demo:1"), IsOk());
}

TEST_F(CriClientTest, AsksAgainAfterTheRest) {
  CriClient client(options_);
  runtime_.Stop();
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kUnavailable));
  runtime_.Start();
  EXPECT_THAT(client.Image("demo:1"), IsOk());
}

TEST_F(CriClientTest, RemembersWhatIsOnlyToBeShown) {
  CriClient client(options_);
  for (int i = 0; i < 3; ++i) {
    const auto image = client.CachedImage("demo:1");
    ASSERT_THAT(image, IsOk());
    ASSERT_TRUE(image->has_value());
    EXPECT_EQ((*image)->id, "sha256:aa");
  }
  EXPECT_EQ(runtime_.image_calls(), 1);
  // What is decided on is asked for each time.
  runtime_.RemoveImages();
  const auto now = client.Image("demo:1");
  ASSERT_THAT(now, IsOk());
  EXPECT_FALSE(now->has_value());
}

TEST_F(CriClientTest, RemembersNoFailure) {
  CriClient client(options_);
  runtime_.FailWith({grpc::StatusCode::UNKNOWN, "disk on fire"});
  EXPECT_THAT(client.CachedImage("demo:1"), Not(IsOk()));
  runtime_.FailWith(grpc::Status::OK);
  EXPECT_THAT(client.CachedImage("demo:1"), IsOk());
}

TEST_F(CriClientTest, ForgetsInTime) {
  options_.keep = absl::ZeroDuration();
  CriClient client(options_);
  EXPECT_THAT(client.CachedImage("demo:1"), IsOk());
  EXPECT_THAT(client.CachedImage("demo:1"), IsOk());
  EXPECT_EQ(runtime_.image_calls(), 2);
}

TEST_F(CriClientTest, QuotesWhatTheRuntimeSays) {
  CriClient client(options_);
  runtime_.FailWith(
      {grpc::StatusCode::UNKNOWN,
       "\x1b[2J\nlevel=info event=fine" + std::string(4000, 'x')});
  const absl::Status status = client.Image("demo:1").status();
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("ImageStatus on"), HasSubstr("\\x1b[2J\\n"),
                    Not(HasSubstr("\n")), Not(HasSubstr("\x1b"))));
  EXPECT_LT(status.message().size(), 512);
  EXPECT_EQ(client.Stats().last_error, status.message());
  EXPECT_EQ(client.Stats().failures, 1);
}

TEST_F(CriClientTest, TakesNoAnswerThatIsTooLargeOrNoText) {
  runtime_.AddImage(MakeCriImage("big", {std::string(5 << 20, 'a')}));
  runtime_.AddImage(MakeCriImage("long", {std::string(5000, 'a')}));
  runtime_.AddImage(MakeCriImage("bytes", {"a\xFF:1"}));
  CriClient client(options_);
  EXPECT_THAT(client.Image("big"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(client.Image("long"),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(client.Image("bytes"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(client.Stats().calls, 3);
  EXPECT_EQ(client.Stats().failures, 3);
}

TEST_F(CriClientTest, AsksForNothingThatCannotBeAName) {
  CriClient client(options_);
  for (const std::string& name :
       {std::string(), std::string("a\xFF"), std::string(5000, 'a')}) {
    EXPECT_THAT(client.Image(name),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(client.CachedImage(name),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_EQ(runtime_.calls(), 0);
}

TEST_F(CriClientTest, SaysWhatIsWrongWithItsSocket) {
  const struct {
    std::string socket;
    const char* want;
  } kCases[] = {
      {directory_ / "absent", "No such file"},
      {directory_.Write("file", "x"), "Connection refused"},
      {"", "is no socket path"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.socket);
    options_.socket = c.socket;
    EXPECT_THAT(CriClient(options_).Version(),
                StatusIs(absl::StatusCode::kUnavailable, HasSubstr(c.want)));
  }
}

TEST_F(CriClientTest, ServesManyThreadsThroughRestarts) {
  CriClient client(options_);
  std::vector<std::thread> threads;
  std::atomic<int> found = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50;) {
        const auto image =
            n % 2 ? client.Image("demo:1") : client.CachedImage("demo:2");
        if (!image.ok()) continue;
        found += image->has_value() ? 1 : 0;
        ++n;
      }
    });
  }
  for (int i = 0; i < 3; ++i) {
    runtime_.Stop();
    runtime_.Start();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, 200);
}

}  // namespace
}  // namespace pinwarden::testing
