// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/recorder.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;

v1::Decision Named(absl::string_view pod,
                   v1::Outcome outcome = v1::OUTCOME_ALLOWED) {
  v1::Decision decision;
  decision.set_pod(std::string(pod));
  decision.set_outcome(outcome);
  return decision;
}

uint64_t Total(const Recorder::Stats& stats) {
  return std::accumulate(stats.counts.by_outcome.begin(),
                         stats.counts.by_outcome.end(), uint64_t{0});
}

TEST(RecorderTest, HandsEachDecisionToEverySinkInOrder) {
  std::vector<std::string> first;
  std::vector<std::string> second;
  {
    Recorder recorder(
        10, {[&](const DecisionPtr& d) { first.push_back(d->pod()); },
             [&](const DecisionPtr& d) { second.push_back(d->pod()); }});
    for (const char* pod : {"a", "b", "c"}) recorder.Record(Named(pod));
  }
  EXPECT_THAT(first, ElementsAre("a", "b", "c"));
  EXPECT_EQ(second, first);
}

TEST(RecorderTest, WorksWithoutSinks) {
  Recorder recorder(1, {});
  recorder.Record(Named("a"));
  EXPECT_EQ(Total(recorder.GetStats()), 1u);
}

TEST(RecorderTest, CountsByOutcome) {
  Recorder recorder(10, {});
  recorder.Record(Named("a", v1::OUTCOME_REJECTED));
  recorder.Record(Named("b", v1::OUTCOME_REJECTED));
  recorder.Record(Named("c", v1::OUTCOME_WOULD_REJECT));
  recorder.Record(Named("d", static_cast<v1::Outcome>(77)));
  EXPECT_THAT(recorder.GetStats().counts.by_outcome,
              ElementsAre(1, 0, 0, 1, 2, 0, 0));
}

// A sink that is stuck until told otherwise.
class StuckSink {
 public:
  Recorder::Sink AsSink() {
    return [this](const DecisionPtr&) {
      ++seen_;
      if (!entered_) {
        entered_ = true;
        stuck_.set_value();
      }
      released_.wait();
    };
  }
  void WaitUntilStuck() { stuck_.get_future().wait(); }
  void Release() { release_.set_value(); }
  uint64_t seen() const { return seen_; }

 private:
  std::atomic<uint64_t> seen_{0};
  bool entered_ = false;  // of the recorder's thread
  std::promise<void> stuck_;
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

TEST(RecorderTest, DropsAndCountsWhileASinkIsStuck) {
  StuckSink sink;
  {
    Recorder recorder(4, {sink.AsSink()});
    recorder.Record(Named("first"));
    sink.WaitUntilStuck();
    // Would never return if a stuck sink could hold it up.
    for (int i = 0; i < 10; ++i) {
      recorder.Record(Named("more", v1::OUTCOME_REJECTED));
    }
    const Recorder::Stats stats = recorder.GetStats();
    EXPECT_EQ(stats.recorded, 5u);
    EXPECT_EQ(stats.dropped, 6u);
    EXPECT_THAT(stats.counts.by_outcome, ElementsAre(0, 1, 0, 0, 10, 0, 0));
    sink.Release();
  }
  EXPECT_EQ(sink.seen(), 5u);
}

TEST(RecorderTest, LosesNothingUncountedWithManyProducers) {
  constexpr int kThreads = 4;
  constexpr uint64_t kEach = 2000;
  std::atomic<uint64_t> seen{0};
  Recorder::Stats stats;
  {
    Recorder recorder(64, {[&seen](const DecisionPtr&) { ++seen; }});
    std::vector<std::thread> producers;
    for (int i = 0; i < kThreads; ++i) {
      producers.emplace_back([&recorder] {
        for (uint64_t n = 0; n < kEach; ++n) recorder.Record(Named("a"));
      });
    }
    for (std::thread& producer : producers) producer.join();
    stats = recorder.GetStats();
  }
  EXPECT_EQ(seen, stats.recorded);
  EXPECT_EQ(stats.recorded + stats.dropped, kThreads * kEach);
  EXPECT_EQ(Total(stats), kThreads * kEach);
}

TEST(RecorderTest, CompletesADecisionBeforeAnySinkSeesIt) {
  std::vector<std::string> seen;
  {
    Recorder recorder(
        10,
        {[&](const DecisionPtr& decision) { seen.push_back(decision->pod()); }},
        [](v1::Decision* decision) {
          decision->set_pod(absl::StrCat(decision->pod(), ", completed"));
        });
    recorder.Record(Named("a"));
    recorder.Record(Named("b"));
  }
  EXPECT_THAT(seen, ElementsAre("a, completed", "b, completed"));
}

}  // namespace
}  // namespace pinwarden
