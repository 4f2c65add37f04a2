// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/watchdog.h"

#include <memory>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/stop_event.h"
#include "testing/fake_runtime.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using namespace ::pinwarden::testing;  // NOLINT: the fakes, all of them

TEST(WatchdogTest, IsFedOnceForEachProgressThatItSees) {
  Heartbeat heartbeat;
  int fed = 0;
  Watchdog watchdog(heartbeat, [&fed] { ++fed; });
  EXPECT_FALSE(watchdog.Tick());
  heartbeat.Beat();
  EXPECT_TRUE(watchdog.Tick());
  EXPECT_FALSE(watchdog.Tick());
  heartbeat.Beat();
  heartbeat.Beat();
  EXPECT_TRUE(watchdog.Tick());
  EXPECT_FALSE(watchdog.Tick());
  EXPECT_EQ(fed, 2);
}

TEST(WatchdogTest, IsFedAgainAndAgainByItsThread) {
  Heartbeat heartbeat;
  std::atomic<int> fed{0};
  Watchdog watchdog(heartbeat, [&fed] { ++fed; });
  watchdog.Start(absl::Milliseconds(4));
  while (fed < 10) {
    heartbeat.Beat();
    std::this_thread::yield();
  }
  watchdog.Stop();
  const int at_the_end = fed;
  heartbeat.Beat();
  EXPECT_EQ(fed, at_the_end);
}

// Hangs in a request until it is let go.
class HangingHandler : public NriHandler {
 public:
  NriAnswer Admit(const NriContainer&, NriEvents) override {
    asked_.Set();
    go_on_.WaitFor(absl::Seconds(30));
    return {.admit = true, .refusal = ""};
  }
  void Existing(const NriContainer&) override {}
  void StateChanged(const NriStats&) override {}

  StopEvent asked_;
  StopEvent go_on_;
};

TEST(WatchdogTest, StarvesWhileARequestHangs) {
  const TempDir directory;
  FakeRuntime runtime(directory / "nri.sock");
  Heartbeat heartbeat;
  HangingHandler handler;
  NriOptions options;
  options.socket_path = directory / "nri.sock";
  options.heartbeat = &heartbeat;
  NriPlugin plugin(std::move(options), handler);
  StopEvent stop;
  std::thread judging([&] { plugin.Run(stop).IgnoreError(); });
  const auto connection = runtime.Accept();
  ASSERT_NE(connection, nullptr);
  ASSERT_TRUE(connection->Establish("containerd", "v2.1.0").has_value());

  Watchdog watchdog(heartbeat, [] {});
  const uint32_t stream =
      connection->StartCall("nri.pkg.api.v1alpha1.Plugin", "CreateContainer",
                            CreateRequest("nginx").SerializeAsString());
  ASSERT_TRUE(handler.asked_.WaitFor(absl::Seconds(30)));
  watchdog.Tick();  // what was before
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(watchdog.Tick());
  handler.go_on_.Set();
  ASSERT_TRUE(connection->ReadAnswer(stream).has_value());
  while (!watchdog.Tick()) std::this_thread::yield();  // or no time is left
  stop.Set();
  judging.join();
}

}  // namespace
}  // namespace pinwarden
