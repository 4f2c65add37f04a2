// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/decision_counts.h"

#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

v1::Decision Of(v1::Outcome outcome, v1::Reason reason, v1::Mode mode) {
  v1::Decision decision;
  decision.set_trigger(v1::TRIGGER_CREATE);
  decision.set_outcome(outcome);
  decision.set_reason(reason);
  decision.set_mode(mode);
  return decision;
}

v1::Decision Taking(uint32_t us, v1::Trigger trigger) {
  v1::Decision decision;
  decision.set_trigger(trigger);
  decision.set_latency_us(us);
  return decision;
}

// "4/3/1:2": two of outcome 4, reason 3 and mode 1.
std::string Shown(const DecisionCounts::Snapshot& snapshot) {
  return absl::StrJoin(snapshot.kinds, " ",
                       [](std::string* out, const DecisionCounts::Kind& kind) {
                         absl::StrAppend(out, static_cast<int>(kind.outcome),
                                         "/", static_cast<int>(kind.reason),
                                         "/", static_cast<int>(kind.mode), ":",
                                         kind.count);
                       });
}

TEST(DecisionCountsTest, HasNothingBeforeTheFirstDecision) {
  const DecisionCounts::Snapshot snapshot = DecisionCounts().Take();
  EXPECT_EQ(Shown(snapshot), "");
  EXPECT_THAT(snapshot.by_outcome, Each(0));
  EXPECT_THAT(snapshot.latency, Each(0));
  EXPECT_EQ(snapshot.latency_sum_us, 0);
}

TEST(DecisionCountsTest, CountsEveryKindByItself) {
  DecisionCounts counts;
  counts.Count(Of(v1::OUTCOME_ALLOWED, v1::REASON_PINNED, v1::MODE_OBSERVE));
  counts.Count(Of(v1::OUTCOME_REJECTED, v1::REASON_NO_TAG, v1::MODE_ENFORCE));
  counts.Count(Of(v1::OUTCOME_REJECTED, v1::REASON_NO_TAG, v1::MODE_ENFORCE));
  counts.Count(
      Of(v1::OUTCOME_REJECTED, v1::REASON_NO_DIGEST, v1::MODE_ENFORCE));
  counts.Count(Of(v1::Outcome_MAX, v1::Reason_MAX, v1::Mode_MAX));
  const DecisionCounts::Snapshot snapshot = counts.Take();
  EXPECT_EQ(Shown(snapshot), "1/1/1:1 4/4/2:2 4/7/2:1 6/12/2:1");
  EXPECT_THAT(snapshot.by_outcome, ElementsAre(0, 1, 0, 0, 3, 0, 1));
}

TEST(DecisionCountsTest, CountsWhatNoEnumHasAsUnspecified) {
  for (const int value : {-1, 77, v1::Reason_MAX + 1}) {
    SCOPED_TRACE(value);
    DecisionCounts counts;
    counts.Count(Of(static_cast<v1::Outcome>(value),
                    static_cast<v1::Reason>(value),
                    static_cast<v1::Mode>(value)));
    EXPECT_EQ(Shown(counts.Take()), "0/0/0:1");
  }
}

// The bucket whose bound is the first that the whole time, of which a record
// has the microseconds that were over, cannot exceed.
TEST(DecisionCountsTest, PutsEachLatencyUnderTheNextBound) {
  const struct {
    uint32_t us;
    size_t bucket;
  } kCases[] = {{0, 0},          {1, 1},      {2, 2},      {4, 2},
                {5, 3},          {9, 3},      {10, 4},     {24, 4},
                {25, 5},         {49, 5},     {99, 6},     {100, 7},
                {249, 7},        {499, 8},    {999, 9},    {1000, 10},
                {9999, 10},      {10000, 11}, {99999, 11}, {100000, 12},
                {UINT32_MAX, 12}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.us);
    DecisionCounts counts;
    counts.Count(Taking(c.us, v1::TRIGGER_CREATE));
    EXPECT_EQ(counts.Take().latency[c.bucket], 1u);
  }
}

TEST(DecisionCountsTest, SumsUpWithWhatCuttingOffLostOnAverage) {
  DecisionCounts counts;
  counts.Count(Taking(3, v1::TRIGGER_CREATE));
  counts.Count(Taking(4, v1::TRIGGER_VALIDATE));
  EXPECT_EQ(counts.Take().latency_sum_us, 8.0);
}

TEST(DecisionCountsTest, TimesOnlyWhatAContainerWaitedFor) {
  DecisionCounts counts;
  counts.Count(Taking(3, v1::TRIGGER_SYNCHRONIZE));
  counts.Count(Taking(3, v1::TRIGGER_UNSPECIFIED));
  EXPECT_THAT(counts.Take().latency, Each(0));
}

TEST(DecisionCountsTest, LosesNothingWithManyThreads) {
  constexpr int kThreads = 4;
  constexpr uint64_t kEach = 5000;
  DecisionCounts counts;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&counts] {
      v1::Decision decision = Taking(7, v1::TRIGGER_CREATE);
      decision.set_outcome(v1::OUTCOME_ALLOWED);
      for (uint64_t n = 0; n < kEach; ++n) counts.Count(decision);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const DecisionCounts::Snapshot snapshot = counts.Take();
  EXPECT_EQ(snapshot.by_outcome[v1::OUTCOME_ALLOWED], kThreads * kEach);
  EXPECT_EQ(std::accumulate(snapshot.latency.begin(), snapshot.latency.end(),
                            uint64_t{0}),
            kThreads * kEach);
  EXPECT_EQ(snapshot.latency_sum_us, 7.5 * kThreads * kEach);
}

}  // namespace
}  // namespace pinwarden
