// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/bounded_queue.h"

#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using std::chrono::milliseconds;

TEST(BoundedQueueTest, GivesItemsInOrder) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_TRUE(queue.TryPush(2));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.PopFor(milliseconds(0)), 2);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(BoundedQueueTest, RefusesRatherThanGrowsAndLeavesTheValue) {
  BoundedQueue<std::string> queue(1);
  std::string first = "first";
  std::string second = "second";
  EXPECT_TRUE(queue.TryPush(std::move(first)));
  EXPECT_FALSE(queue.TryPush(std::move(second)));
  EXPECT_EQ(second, "second");  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.Pop(), "first");
  EXPECT_TRUE(queue.TryPush(std::move(second)));
}

TEST(BoundedQueueTest, WithoutCapacityTakesNothing) {
  BoundedQueue<int> queue(0);
  EXPECT_FALSE(queue.TryPush(1));
}

TEST(BoundedQueueTest, HoldsWhatCanOnlyBeMoved) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.TryPush(std::make_unique<int>(7)));
  EXPECT_EQ(**queue.Pop(), 7);
}

TEST(BoundedQueueTest, OnceClosedTakesNothingAndGivesTheRest) {
  BoundedQueue<int> queue(3);
  EXPECT_TRUE(queue.TryPush(1));
  EXPECT_TRUE(queue.TryPush(2));
  queue.Close();
  EXPECT_FALSE(queue.TryPush(3));
  EXPECT_EQ(queue.Pop(), 1);
  EXPECT_EQ(queue.PopFor(milliseconds(0)), 2);
  EXPECT_EQ(queue.Pop(), std::nullopt);
  EXPECT_EQ(queue.PopFor(std::chrono::hours(1)), std::nullopt);
}

TEST(BoundedQueueTest, GivesNothingWhenTheTimeIsOver) {
  BoundedQueue<int> queue(1);
  EXPECT_EQ(queue.PopFor(milliseconds(0)), std::nullopt);
  EXPECT_EQ(queue.PopFor(milliseconds(1)), std::nullopt);
  EXPECT_EQ(queue.PopFor(milliseconds(-1)), std::nullopt);
}

TEST(BoundedQueueTest, CloseWakesEveryConsumer) {
  BoundedQueue<int> queue(1);
  std::thread patient([&] { EXPECT_EQ(queue.Pop(), std::nullopt); });
  std::thread timed(
      [&] { EXPECT_EQ(queue.PopFor(std::chrono::hours(1)), std::nullopt); });
  queue.Close();
  patient.join();
  timed.join();
}

TEST(BoundedQueueTest, LosesNothingBetweenThreads) {
  constexpr int kItems = 2000;
  constexpr int kProducers = 2;
  BoundedQueue<int> queue(16);
  std::vector<std::thread> producers;
  for (int p = 0; p < kProducers; ++p) {
    producers.emplace_back([&queue] {
      for (int i = 1; i <= kItems; ++i) {
        while (!queue.TryPush(int{i})) std::this_thread::yield();
      }
    });
  }
  long sums[2] = {0, 0};
  std::thread with_pop([&] {
    while (const std::optional<int> item = queue.Pop()) sums[0] += *item;
  });
  std::thread with_pop_for([&] {
    while (const std::optional<int> item =
               queue.PopFor(std::chrono::hours(1))) {
      sums[1] += *item;
    }
  });
  for (std::thread& producer : producers) producer.join();
  queue.Close();
  with_pop.join();
  with_pop_for.join();
  EXPECT_EQ(sums[0] + sums[1], kProducers * kItems * (kItems + 1L) / 2);
}

}  // namespace
}  // namespace pinwarden
