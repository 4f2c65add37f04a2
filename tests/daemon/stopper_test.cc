// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/stopper.h"

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;

v1::Decision Slipped(absl::string_view id) {
  v1::Decision decision;
  decision.set_container_id(std::string(id));
  return decision;
}

// A runtime that answers as it is told, and can be waited for.
class Runtime {
 public:
  absl::Status Stop(absl::string_view id) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    asked_.emplace_back(id);
    changed_.SignalAll();
    if (asked_.size() <= failures_) return failure_;
    return absl::OkStatus();
  }

  void FailFirst(size_t failures, absl::Status failure)
      ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    failures_ = failures;
    failure_ = std::move(failure);
  }

  std::vector<std::string> AwaitAsked(size_t count) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    while (asked_.size() < count) changed_.Wait(mu_);
    return asked_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mu_);
  size_t failures_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
};

Stopper::Stats Settled(const Stopper& stopper, uint64_t count) {
  Stopper::Stats stats = stopper.GetStats();
  while (stats.stopped + stats.failures < count) {
    absl::SleepFor(absl::Milliseconds(1));
    stats = stopper.GetStats();
  }
  return stats;
}

TEST(StopperTest, StopsEachContainerInTurn) {
  Runtime runtime;
  Stopper stopper([&](absl::string_view id) { return runtime.Stop(id); });
  stopper.Stop(Slipped("a"));
  stopper.Stop(Slipped("b"));
  EXPECT_THAT(runtime.AwaitAsked(2), ElementsAre("a", "b"));
  EXPECT_EQ(Settled(stopper, 2).stopped, 2u);
}

TEST(StopperTest, AsksAgainWhileTheRuntimeIsNotThere) {
  Runtime runtime;
  runtime.FailFirst(2, absl::UnavailableError("starting"));
  Stopper stopper([&](absl::string_view id) { return runtime.Stop(id); });
  stopper.Stop(Slipped("a"));
  EXPECT_THAT(runtime.AwaitAsked(3), ElementsAre("a", "a", "a"));
  EXPECT_EQ(Settled(stopper, 1).stopped, 1u);
}

TEST(StopperTest, GivesUpAndCountsIt) {
  Runtime runtime;
  runtime.FailFirst(1000, absl::UnavailableError("gone"));
  Stopper stopper([&](absl::string_view id) { return runtime.Stop(id); },
                  absl::ZeroDuration());
  stopper.Stop(Slipped("a"));
  EXPECT_EQ(Settled(stopper, 1).failures, 1u);

  // Nothing that time mends.
  Runtime refusing;
  refusing.FailFirst(1, absl::PermissionDeniedError("no"));
  Stopper once([&](absl::string_view id) { return refusing.Stop(id); });
  once.Stop(Slipped("a"));
  once.Stop(Slipped("b"));
  EXPECT_THAT(refusing.AwaitAsked(2), ElementsAre("a", "b"));
  const Stopper::Stats stats = Settled(once, 2);
  EXPECT_EQ(stats.failures, 1u);
  EXPECT_EQ(stats.stopped, 1u);
}

TEST(StopperTest, EndsInTheMiddleOfWaiting) {
  Runtime runtime;
  runtime.FailFirst(1'000'000, absl::UnavailableError("gone"));
  {
    Stopper stopper([&](absl::string_view id) { return runtime.Stop(id); },
                    absl::InfiniteDuration());
    stopper.Stop(Slipped("a"));
    stopper.Stop(Slipped("b"));
    runtime.AwaitAsked(1);
  }
  Stopper unused([](absl::string_view) { return absl::OkStatus(); });
}

}  // namespace
}  // namespace pinwarden
