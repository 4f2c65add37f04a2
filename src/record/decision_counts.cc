// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/decision_counts.h"

#include <algorithm>

namespace pinwarden {
namespace {

// protobuf's enums are open; what is none of them counts as unspecified.
size_t IndexOf(int value, size_t size) {
  return value >= 0 && static_cast<size_t>(value) < size
             ? static_cast<size_t>(value)
             : 0;
}

// A record has whole microseconds, cut off: what took at least `us` is in the
// bucket whose bound is above that.
size_t BucketOf(uint32_t us) {
  const auto& bounds = DecisionCounts::kLatencyBoundsUs;
  return static_cast<size_t>(
      std::upper_bound(bounds.begin(), bounds.end(), us) - bounds.begin());
}

bool IsWaitedFor(v1::Trigger trigger) {
  return trigger == v1::TRIGGER_CREATE || trigger == v1::TRIGGER_VALIDATE;
}

}  // namespace

void DecisionCounts::Count(const v1::Decision& decision) {
  const size_t outcome = IndexOf(decision.outcome(), kOutcomes);
  const size_t reason = IndexOf(decision.reason(), kReasons);
  const size_t mode = IndexOf(decision.mode(), kModes);
  kinds_[(outcome * kReasons + reason) * kModes + mode].fetch_add(
      1, std::memory_order_relaxed);
  if (!IsWaitedFor(decision.trigger())) return;
  const uint32_t us = decision.latency_us();
  latency_[BucketOf(us)].fetch_add(1, std::memory_order_relaxed);
  latency_sum_us_.fetch_add(us, std::memory_order_relaxed);
}

DecisionCounts::Snapshot DecisionCounts::Take() const {
  Snapshot snapshot;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    const uint64_t count = kinds_[i].load(std::memory_order_relaxed);
    if (count == 0) continue;
    const size_t outcome = i / kModes / kReasons;
    snapshot.by_outcome[outcome] += count;
    snapshot.kinds.push_back({static_cast<v1::Outcome>(outcome),
                              static_cast<v1::Reason>(i / kModes % kReasons),
                              static_cast<v1::Mode>(i % kModes), count});
  }
  uint64_t timed = 0;
  for (size_t i = 0; i < latency_.size(); ++i) {
    snapshot.latency[i] = latency_[i].load(std::memory_order_relaxed);
    timed += snapshot.latency[i];
  }
  // Half a microsecond is what cutting off loses on average, and verdicts take
  // few of them.
  snapshot.latency_sum_us =
      static_cast<double>(latency_sum_us_.load(std::memory_order_relaxed)) +
      0.5 * static_cast<double>(timed);
  return snapshot;
}

}  // namespace pinwarden
