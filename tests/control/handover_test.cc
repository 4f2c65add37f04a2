// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The API while one daemon hands over to another.
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_client.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(30);

class HandoverCallTest : public ControlServerTest {
 protected:
  void Restart() {
    server_.reset();
    auto server = StartAnother();
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }

  absl::StatusOr<v1::HandoverResponse> Call(const std::string& socket) {
    return ControlClient(socket).Handover(kPatience);
  }
};

TEST_F(HandoverCallTest, IsAnsweredWhenTheDaemonIsDoneFromAnyThread) {
  std::thread answering;
  hooks_.handover = [&answering](HandoverDone done) {
    answering = std::thread([done = std::move(done)] {
      v1::HandoverResponse response;
      response.set_old_pid(1);
      response.set_new_pid(2);
      response.set_new_version("1.2.4");
      done(response);
    });
  };
  ASSERT_NO_FATAL_FAILURE(Restart());
  const auto response = Call(options_.control_socket);
  answering.join();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->old_pid(), 1u);
  EXPECT_EQ(response->new_pid(), 2u);
  EXPECT_EQ(response->new_version(), "1.2.4");
}

TEST_F(HandoverCallTest, TellsWhyItDidNotHappen) {
  hooks_.handover = [](const HandoverDone& done) {
    done(absl::AbortedError("the new one did not start"));
  };
  ASSERT_NO_FATAL_FAILURE(Restart());
  EXPECT_THAT(
      Call(options_.control_socket),
      StatusIs(absl::StatusCode::kAborted, "the new one did not start"));
}

TEST_F(HandoverCallTest, IsOnlyForRootAndForDaemonsThatKnowIt) {
  EXPECT_THAT(Call(options_.read_socket),
              StatusIs(absl::StatusCode::kUnimplemented,
                       AllOf(HasSubstr("use the control socket"),
                             HasSubstr("systemctl restart pinwardend"))));
  EXPECT_THAT(Call(options_.control_socket),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(HandoverCallTest, StreamsEndWithAReasonThatClientsCanTell) {
  std::promise<void> subscribed;
  auto watch = std::async(std::launch::async, [&] {
    return ControlClient(options_.read_socket)
        .Watch(
            {}, [](const v1::WatchDecisionsResponse&) { return true; }, nullptr,
            [&subscribed] { subscribed.set_value(); });
  });
  subscribed.get_future().wait();
  server_->HandOverStreams("handed over to process 2");
  const absl::Status end = watch.get();
  EXPECT_THAT(end, StatusIs(absl::StatusCode::kUnavailable,
                            "handed over to process 2"));
  EXPECT_TRUE(IsHandedOver(end));
  // Those that are late, too.
  EXPECT_TRUE(IsHandedOver(ControlClient(options_.read_socket)
                               .Watch({}, nullptr, nullptr, nullptr)));
}

TEST_F(HandoverCallTest, AStopIsNoHandover) {
  std::promise<void> subscribed;
  auto watch = std::async(std::launch::async, [&] {
    return ControlClient(options_.read_socket)
        .Watch(
            {}, [](const v1::WatchDecisionsResponse&) { return true; }, nullptr,
            [&subscribed] { subscribed.set_value(); });
  });
  subscribed.get_future().wait();
  server_.reset();
  const absl::Status end = watch.get();
  EXPECT_FALSE(IsHandedOver(end));
  EXPECT_FALSE(IsHandedOver(absl::OkStatus()));
}

TEST_F(HandoverCallTest, TheNextServerTakesTheSocketsWithoutAGap) {
  options_.replace = true;
  EXPECT_THAT(StartAnother().status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  server_->LetGo();
  hooks_.status = [] {
    v1::GetStatusResponse response;
    response.set_version("1.2.4");
    return response;
  };
  const auto version = [this] {
    const auto status =
        ControlClient(options_.read_socket).GetStatus(kPatience);
    return status.ok() ? status->version() : status.status().ToString();
  };
  EXPECT_EQ(version(), "1.2.3");
  auto next = StartAnother();
  ASSERT_THAT(next, IsOk());
  EXPECT_EQ(version(), "1.2.4");
  server_.reset();
  EXPECT_EQ(version(), "1.2.4");
}

}  // namespace
}  // namespace pinwarden::testing
