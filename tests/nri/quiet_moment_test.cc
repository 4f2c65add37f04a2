// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/quiet_moment.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nri/plugin_fixture.h"
#include "testing/fake_host.h"
#include "testing/fake_runtime.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using namespace ::pinwarden::testing;  // NOLINT: the fakes, all of them
using ::testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(30);

class QuietMomentTest : public ::testing::Test {
 protected:
  TempDir directory_;
  const std::string path_ = directory_ / "nri.sock";
  RecordingHandler handler_;
};

// Two of a plugin, as at a handover.
class QuietMomentHostTest
    : public QuietMomentTest,
      public ::testing::WithParamInterface<FakeHost::Asks> {
 protected:
  QuietMomentHostTest() {
    leaving_ = std::make_unique<RunningPlugin>(OptionsFor(path_), handler_);
    EXPECT_TRUE(host_.AwaitRegistrations(1));
    staying_ = std::make_unique<RunningPlugin>(OptionsFor(path_), handler_);
    EXPECT_TRUE(host_.AwaitRegistrations(2));
  }

  FakeHost host_{path_, GetParam()};
  std::unique_ptr<RunningPlugin> leaving_;
  std::unique_ptr<RunningPlugin> staying_;
};

TEST_P(QuietMomentHostTest, LetsAPluginLeaveWithoutATrace) {
  std::atomic<bool> done{false};
  int asked = 0;
  int refused = 0;
  int unjudged = 0;
  std::thread asker([&] {
    while (!done) {
      const FakeHost::Answer answer = host_.CreateContainer("nginx:1.27");
      ++asked;
      if (answer.refused) ++refused;
      if (answer.judged == 0) ++unjudged;
    }
  });
  EXPECT_THAT(
      InQuietMoment(path_, kLong, [&] { leaving_->Stop().IgnoreError(); }),
      IsOk());
  EXPECT_EQ(host_.CreateContainer("nginx:1.27").judged, 1);
  done = true;
  asker.join();
  EXPECT_GT(asked, 0);
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(unjudged, 0);
}

TEST_P(QuietMomentHostTest, IsNotTakenForThePlugin) {
  ASSERT_THAT(InQuietMoment(path_, kLong,
                            [&] {
                              leaving_->Stop().IgnoreError();
                              staying_->Stop().IgnoreError();
                            }),
              IsOk());
  const FakeHost::Answer answer = host_.CreateContainer("nginx:1.27");
  EXPECT_EQ(answer.judged, 0);
  EXPECT_EQ(answer.refused, GetParam() == FakeHost::Asks::kValidate);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, QuietMomentHostTest,
                         ::testing::Values(FakeHost::Asks::kCreate,
                                           FakeHost::Asks::kValidate));

// Why it takes all that.
TEST_F(QuietMomentTest, AnyOtherMomentCostsAContainerWhereTheRuntimeValidates) {
  FakeHost host(path_, FakeHost::Asks::kValidate);
  RunningPlugin leaving(OptionsFor(path_), handler_);
  ASSERT_TRUE(host.AwaitRegistrations(1));
  RunningPlugin staying(OptionsFor(path_), handler_);
  ASSERT_TRUE(host.AwaitRegistrations(2));
  leaving.Stop().IgnoreError();
  EXPECT_TRUE(host.CreateContainer("nginx:1.27").refused);
  EXPECT_FALSE(host.CreateContainer("nginx:1.27").refused);
}

TEST_F(QuietMomentTest, DoesNothingWhenTheRuntimeIsAway) {
  bool acted = false;
  EXPECT_THAT(InQuietMoment(path_, kLong, [&] { acted = true; }),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(acted);
}

TEST_F(QuietMomentTest, DoesNothingWhenTheRuntimeDoesNotGetToIt) {
  FakeRuntime runtime(path_);
  bool acted = false;
  EXPECT_THAT(
      InQuietMoment(path_, absl::Milliseconds(20), [&] { acted = true; }),
      StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_FALSE(acted);
}

// Drives InQuietMoment() on a thread of its own.
class QuietMomentStepsTest : public QuietMomentTest {
 protected:
  void Start() {
    thread_ = std::thread([this] {
      result_ = InQuietMoment(path_, kLong, [this] { acted_ = true; });
    });
    connection_ = runtime_.Accept();
    ASSERT_NE(connection_, nullptr);
    const auto request = connection_->ReadRegister();
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->plugin_name(), kQuietMomentPlugin);
  }

  FakeRuntime runtime_{path_};
  std::unique_ptr<FakeConnection> connection_;
  std::atomic<bool> acted_{false};
  absl::Status result_;
  std::thread thread_;
};

TEST_F(QuietMomentStepsTest, SaysWhyItWasRefused) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(connection_->RefuseRegister(7, "not today"));
  thread_.join();
  EXPECT_THAT(result_, StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("not today")));
  EXPECT_FALSE(acted_);
}

TEST_F(QuietMomentStepsTest, ActsWithTheLastChunkAndOnce) {
  ASSERT_NO_FATAL_FAILURE(Start());
  ASSERT_TRUE(connection_->AnswerRegister());
  const auto mask = connection_->Configure("containerd", "v2.2.0");
  EXPECT_EQ(mask.value_or(0) & (kCreateMask | kValidateMask), 0);
  EXPECT_NE(mask.value_or(0), 0);  // which would be every event
  wire::nri::SynchronizeRequest chunk;
  chunk.set_more(true);
  auto answer = connection_->Synchronize(chunk);
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->more());
  EXPECT_FALSE(acted_);
  chunk.set_more(false);
  answer = connection_->Synchronize(chunk);
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->more());
  EXPECT_TRUE(acted_.exchange(false));
  EXPECT_TRUE(connection_->AwaitHangUp());
  thread_.join();
  EXPECT_THAT(result_, IsOk());
  EXPECT_FALSE(acted_);
}

}  // namespace
}  // namespace pinwarden
