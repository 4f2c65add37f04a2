// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/broadcast.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DecisionPtr Named(absl::string_view pod) {
  v1::Decision decision;
  decision.set_pod(std::string(pod));
  return std::make_shared<const v1::Decision>(std::move(decision));
}

// The pods of what can be taken now, and "lost N" where some are missing.
std::vector<std::string> TakeAll(Subscription& subscription) {
  std::vector<std::string> taken;
  while (const auto item = subscription.TryNext()) {
    if (const auto* lost = std::get_if<uint64_t>(&*item)) {
      taken.push_back(absl::StrCat("lost ", *lost));
    } else {
      taken.push_back(std::get<DecisionPtr>(*item)->pod());
    }
  }
  return taken;
}

void Fill(Broadcast& broadcast) {
  for (size_t i = 0; i < Broadcast::kSubscriptionCapacity; ++i) {
    broadcast.Publish(Named("filler"));
  }
}

TEST(BroadcastTest, HandsEachDecisionToEverySubscription) {
  Broadcast broadcast;
  broadcast.Publish(Named("before"));
  const auto first = broadcast.Subscribe(nullptr, nullptr);
  broadcast.Publish(Named("a"));
  const auto second = broadcast.Subscribe(nullptr, nullptr);
  broadcast.Publish(Named("b"));
  EXPECT_THAT(TakeAll(*first), ElementsAre("a", "b"));
  EXPECT_THAT(TakeAll(*second), ElementsAre("b"));
}

TEST(BroadcastTest, HandsOnOnlyWhatTheFilterWants) {
  Broadcast broadcast;
  const auto subscription = broadcast.Subscribe(
      [](const v1::Decision& decision) { return decision.pod() == "b"; },
      nullptr);
  for (const char* pod : {"a", "b", "c"}) broadcast.Publish(Named(pod));
  EXPECT_THAT(TakeAll(*subscription), ElementsAre("b"));
}

TEST(BroadcastTest, TellsASlowReaderHowManyAreMissingWhere) {
  Broadcast broadcast;
  const auto slow = broadcast.Subscribe(nullptr, nullptr);
  const auto quick = broadcast.Subscribe(nullptr, nullptr);
  Fill(broadcast);
  EXPECT_EQ(TakeAll(*quick).size(), Broadcast::kSubscriptionCapacity);
  broadcast.Publish(Named("x"));
  broadcast.Publish(Named("y"));
  EXPECT_THAT(TakeAll(*quick), ElementsAre("x", "y"));

  std::vector<std::string> got = TakeAll(*slow);
  ASSERT_EQ(got.size(), Broadcast::kSubscriptionCapacity + 1);
  EXPECT_EQ(got.back(), "lost 2");
  broadcast.Publish(Named("z"));
  EXPECT_THAT(TakeAll(*slow), ElementsAre("z"));
  EXPECT_EQ(slow->lost(), 2u);
  EXPECT_EQ(quick->lost(), 0u);
  EXPECT_EQ(broadcast.lost(), 2u);
}

TEST(BroadcastTest, CountsEachGapApart) {
  Broadcast broadcast;
  const auto slow = broadcast.Subscribe(nullptr, nullptr);
  Fill(broadcast);
  broadcast.Publish(Named("missing"));
  // The count takes a place of its own until it is read.
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(slow->TryNext().has_value());
  for (const char* pod : {"p", "q", "missing"}) broadcast.Publish(Named(pod));
  const std::vector<std::string> got = TakeAll(*slow);
  EXPECT_THAT(std::vector<std::string>(got.end() - 4, got.end()),
              ElementsAre("lost 1", "p", "q", "lost 1"));
}

TEST(BroadcastTest, LosesNothingThatTheFilterDoesNotWant) {
  Broadcast broadcast;
  const auto subscription = broadcast.Subscribe(
      [](const v1::Decision& decision) { return decision.pod() != "noise"; },
      nullptr);
  Fill(broadcast);
  for (int i = 0; i < 10; ++i) broadcast.Publish(Named("noise"));
  EXPECT_EQ(subscription->lost(), 0u);
}

TEST(BroadcastTest, CallsReadyWhenThereIsSomethingAfterNothing) {
  Broadcast broadcast;
  int calls = 0;
  const auto subscription = broadcast.Subscribe(nullptr, [&calls] { ++calls; });
  broadcast.Publish(Named("a"));
  broadcast.Publish(Named("b"));
  EXPECT_EQ(calls, 1);
  TakeAll(*subscription);
  broadcast.Publish(Named("c"));
  EXPECT_EQ(calls, 2);
}

TEST(BroadcastTest, ReadyMayTakeAtOnceAndSubscribe) {
  Broadcast broadcast;
  std::vector<std::string> got;
  std::shared_ptr<Subscription> subscription;
  std::shared_ptr<Subscription> another;
  subscription = broadcast.Subscribe(nullptr, [&] {
    got = TakeAll(*subscription);
    another = broadcast.Subscribe(nullptr, nullptr);
  });
  broadcast.Publish(Named("a"));
  EXPECT_THAT(got, ElementsAre("a"));
  EXPECT_EQ(broadcast.subscriptions(), 2u);
}

TEST(BroadcastTest, EndsASubscriptionWithItsLastPointer) {
  Broadcast broadcast;
  auto subscription = broadcast.Subscribe(nullptr, nullptr);
  EXPECT_EQ(broadcast.subscriptions(), 1u);
  Fill(broadcast);
  broadcast.Publish(Named("missing"));
  subscription.reset();
  EXPECT_EQ(broadcast.subscriptions(), 0u);
  EXPECT_EQ(broadcast.lost(), 1u);
  broadcast.Publish(Named("nobody is there"));
  EXPECT_EQ(broadcast.lost(), 1u);
}

TEST(BroadcastTest, RefusesTooManySubscriptionsUntilOneEnds) {
  Broadcast broadcast;
  std::vector<std::shared_ptr<Subscription>> held;
  for (size_t i = 0; i < Broadcast::kMaxSubscriptions; ++i) {
    held.push_back(broadcast.Subscribe(nullptr, nullptr));
    EXPECT_NE(held.back(), nullptr);
  }
  EXPECT_EQ(broadcast.Subscribe(nullptr, nullptr), nullptr);
  held.pop_back();
  EXPECT_NE(broadcast.Subscribe(nullptr, nullptr), nullptr);
}

// What a reader got and what it was told is missing add up, while readers come
// and go under two publishers.
TEST(BroadcastTest, AccountsForEveryDecisionUnderThreads) {
  constexpr uint64_t kEach = 3000;
  Broadcast broadcast;
  const auto reader = broadcast.Subscribe(nullptr, nullptr);
  std::atomic<int> publishing{2};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (uint64_t n = 0; n < kEach; ++n) broadcast.Publish(Named("a"));
      --publishing;
    });
  }
  threads.emplace_back([&] {
    while (publishing > 0) broadcast.Subscribe(nullptr, [] {});
  });
  uint64_t got = 0;
  uint64_t told = 0;
  while (true) {
    const bool last = publishing == 0;
    while (const auto item = reader->TryNext()) {
      const auto* lost = std::get_if<uint64_t>(&*item);
      (lost != nullptr ? told : got) += lost != nullptr ? *lost : 1;
    }
    if (last) break;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got + told, 2 * kEach);
  EXPECT_EQ(told, reader->lost());
}

}  // namespace
}  // namespace pinwarden
