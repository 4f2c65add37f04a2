// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DECISION_COUNTS_H_
#define PINWARDEN_DECISION_COUNTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// How many decisions there were of each kind, and how long those took that a
// container waited for. Counting is three additions at most, with no lock and
// no memory taken, so that it can stand on the way of a verdict. Thread-safe;
// a snapshot taken meanwhile may have a decision in one figure and not yet in
// another.
class DecisionCounts {
 public:
  struct Kind {
    v1::Outcome outcome;
    v1::Reason reason;
    v1::Mode mode;
    uint64_t count;
  };

  // Upper bounds of the buckets; one more bucket has none.
  static constexpr std::array<uint32_t, 12> kLatencyBoundsUs = {
      1, 2, 5, 10, 25, 50, 100, 250, 500, 1'000, 10'000, 100'000};
  static constexpr size_t kLatencyBuckets = kLatencyBoundsUs.size() + 1;

  struct Snapshot {
    std::vector<Kind> kinds;  // those that are not 0
    std::array<uint64_t, v1::Outcome_ARRAYSIZE> by_outcome = {};
    // Of decisions at creation; each bucket by itself.
    std::array<uint64_t, kLatencyBuckets> latency = {};
    double latency_sum_us = 0;
  };

  // A value that no enum has counts as unspecified.
  void Count(const v1::Decision& decision);

  Snapshot Take() const;

 private:
  static constexpr size_t kOutcomes = v1::Outcome_ARRAYSIZE;
  static constexpr size_t kReasons = v1::Reason_ARRAYSIZE;
  static constexpr size_t kModes = v1::Mode_ARRAYSIZE;

  std::array<std::atomic<uint64_t>, kOutcomes* kReasons* kModes> kinds_ = {};
  std::array<std::atomic<uint64_t>, kLatencyBuckets> latency_ = {};
  std::atomic<uint64_t> latency_sum_us_{0};
};

}  // namespace pinwarden

#endif  // PINWARDEN_DECISION_COUNTS_H_
