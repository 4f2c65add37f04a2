// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/stop_event.h"

#include <poll.h>

#include <csignal>
#include <thread>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

bool IsReadable(int fd) {
  pollfd ready = {fd, POLLIN, 0};
  return poll(&ready, 1, 0) == 1;
}

TEST(StopEventTest, StaysSet) {
  StopEvent stop;
  EXPECT_FALSE(stop.IsSet());
  EXPECT_FALSE(IsReadable(stop.fd()));
  stop.Set();
  stop.Set();
  EXPECT_TRUE(stop.IsSet());
  EXPECT_TRUE(stop.IsSet());
  EXPECT_TRUE(IsReadable(stop.fd()));
}

TEST(StopEventTest, WaitsNoLongerThanAsked) {
  StopEvent stop;
  EXPECT_FALSE(stop.WaitFor(absl::ZeroDuration()));
  EXPECT_FALSE(stop.WaitFor(-absl::InfiniteDuration()));
  EXPECT_FALSE(stop.WaitFor(absl::Milliseconds(1)));
  EXPECT_FALSE(stop.WaitFor(absl::Nanoseconds(1)));
}

TEST(StopEventTest, WakesEveryThreadThatWaits) {
  StopEvent stop;
  bool woken[2] = {false, false};
  std::thread first([&] { woken[0] = stop.WaitFor(absl::InfiniteDuration()); });
  std::thread second([&] { woken[1] = stop.WaitFor(absl::Hours(100)); });
  stop.Set();
  first.join();
  second.join();
  EXPECT_TRUE(woken[0]);
  EXPECT_TRUE(woken[1]);
  EXPECT_TRUE(stop.WaitFor(absl::InfiniteDuration()));
}

StopEvent* stop_in_handler = nullptr;

TEST(StopEventTest, CanBeSetByASignalHandler) {
  StopEvent stop;
  stop_in_handler = &stop;
  const auto before = std::signal(SIGUSR1, [](int) { stop_in_handler->Set(); });
  std::raise(SIGUSR1);
  EXPECT_TRUE(stop.IsSet());
  std::signal(SIGUSR1, before);
}

}  // namespace
}  // namespace pinwarden
