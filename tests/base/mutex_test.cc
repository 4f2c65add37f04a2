// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/mutex.h"

#include <thread>

#include "gtest/gtest.h"

namespace pinwarden {
namespace {

struct Shared {
  Mutex mu;
  CondVar changed;
  int value ABSL_GUARDED_BY(mu) = 0;
};

TEST(MutexTest, LetsOneThreadInAtATime) {
  constexpr int kRounds = 10'000;
  Shared shared;
  const auto count = [&shared] {
    for (int i = 0; i < kRounds; ++i) {
      MutexLock lock(shared.mu);
      ++shared.value;
    }
  };
  std::thread other(count);
  count();
  other.join();
  MutexLock lock(shared.mu);
  EXPECT_EQ(shared.value, 2 * kRounds);
}

// Each side changes the value only when it is its turn, so both end only when
// every signal arrives and the lock is held again after every wait.
TEST(CondVarTest, HandsTurnsBetweenThreads) {
  constexpr int kTurns = 1000;
  Shared shared;
  const auto play = [&shared](int parity, bool timed) {
    MutexLock lock(shared.mu);
    while (shared.value < kTurns) {
      if (shared.value % 2 == parity) {
        ++shared.value;
        shared.changed.SignalAll();
      } else if (timed) {
        shared.changed.WaitFor(shared.mu, std::chrono::hours(1));
      } else {
        shared.changed.Wait(shared.mu);
      }
    }
  };
  std::thread other([&play] { play(1, /*timed=*/true); });
  play(0, /*timed=*/false);
  other.join();
  MutexLock lock(shared.mu);
  EXPECT_EQ(shared.value, kTurns);
}

TEST(CondVarTest, SaysWhenNoSignalCame) {
  Mutex mu;
  CondVar never;
  MutexLock lock(mu);
  // A wake may be spurious, so it can take more than one wait.
  while (never.WaitFor(mu, std::chrono::milliseconds(1))) {
  }
  EXPECT_FALSE(never.WaitFor(mu, std::chrono::milliseconds(-1)));
}

}  // namespace
}  // namespace pinwarden
