// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Stopping a container, and not waiting for it.
#include <string>
#include <thread>

#include "cri/cri_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/cri.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

TEST_F(CriClientTest, StopsAContainer) {
  CriClient client(options_);
  EXPECT_THAT(client.StopContainer("c0", absl::Seconds(30)), IsOk());
  ASSERT_EQ(runtime_.stops().size(), 1);
  EXPECT_EQ(runtime_.stops()[0].container_id(), "c0");
  EXPECT_EQ(runtime_.stops()[0].timeout(), 30);
}

TEST_F(CriClientTest, GivesAContainerItsGraceInWholeSeconds) {
  const struct {
    absl::Duration grace;
    int64_t want;
  } kCases[] = {
      {absl::ZeroDuration(), 0},  {-absl::Seconds(5), 0},
      {absl::Milliseconds(1), 1}, {absl::Milliseconds(1500), 2},
      {absl::Seconds(30), 30},    {absl::InfiniteDuration(), 24 * 60 * 60},
  };
  CriClient client(options_);
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::FormatDuration(c.grace));
    ASSERT_THAT(client.StopContainer("c0", c.grace), IsOk());
    EXPECT_EQ(runtime_.stops().back().timeout(), c.want);
  }
}

TEST_F(CriClientTest, IsContentWithAContainerThatIsGone) {
  CriClient client(options_);
  runtime_.FailStopsWith({grpc::StatusCode::NOT_FOUND, "no such container"});
  EXPECT_THAT(client.StopContainer("c0", absl::ZeroDuration()), IsOk());
  EXPECT_EQ(client.Stats().failures, 0);
}

TEST_F(CriClientTest, SaysWhyAContainerWasNotStopped) {
  CriClient client(options_);
  runtime_.FailStopsWith({grpc::StatusCode::UNKNOWN, "shim is gone"});
  EXPECT_THAT(
      client.StopContainer("c0", absl::ZeroDuration()),
      StatusIs(absl::StatusCode::kUnknown, HasSubstr("\"shim is gone\"")));
  EXPECT_EQ(client.Stats().failures, 1);
  EXPECT_THAT(
      client.StopContainer("", absl::ZeroDuration()),
      StatusIs(absl::StatusCode::kInvalidArgument, "an empty container id"));
}

// Its failures say little of the runtime, and a container that has to be
// stopped cannot wait for a rest.
TEST_F(CriClientTest, StopsContainersWhileItRests) {
  options_.rest = absl::InfiniteDuration();
  CriClient client(options_);
  runtime_.FailStopsWith({grpc::StatusCode::DEADLINE_EXCEEDED, "too slow"});
  EXPECT_THAT(client.StopContainer("c0", absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(client.Image("demo:1"), IsOk());
  runtime_.FailStopsWith(grpc::Status::OK);
  runtime_.Stop();
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kUnavailable));
  runtime_.Start();
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(client.StopContainer("c0", absl::ZeroDuration()), IsOk());
}

TEST_F(CriClientTest, EndsCallsUnderWayAndThoseToComeWhenCancelled) {
  CriClient client(options_);
  runtime_.Hang();
  absl::Status stopped;
  absl::Status asked;
  std::thread stops(
      [&] { stopped = client.StopContainer("c0", absl::Hours(1)); });
  std::thread asks([&] { asked = client.Image("demo:1").status(); });
  EXPECT_TRUE(runtime_.AwaitCalls(2));
  EXPECT_TRUE(runtime_.AwaitStops(1));
  client.Cancel();
  stops.join();
  asks.join();
  EXPECT_THAT(stopped, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(asked, StatusIs(absl::StatusCode::kCancelled));
  runtime_.Resume();
  EXPECT_THAT(client.Image("demo:1"), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(runtime_.calls(), 2);
}

}  // namespace
}  // namespace pinwarden::testing
