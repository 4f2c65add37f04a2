// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_RECORDER_H_
#define PINWARDEN_RECORDER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "pinwarden/bounded_queue.h"
#include "pinwarden/decision_counts.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

using DecisionPtr = std::shared_ptr<const v1::Decision>;

// Takes decisions from the thread that makes them and hands them to the sinks
// on a thread of its own. A full queue drops the decision and counts it: a slow
// disk or reader never delays a container.
class Recorder {
 public:
  using Sink = std::function<void(const DecisionPtr&)>;
  // Adds to a decision, before the sinks see it, what takes time to find out.
  using Complete = std::function<void(v1::Decision*)>;

  struct Stats {
    uint64_t recorded = 0;            // taken into the queue
    uint64_t dropped = 0;             // the queue was full
    DecisionCounts::Snapshot counts;  // of both
  };

  // Room for the containers of a large host at Synchronize.
  static constexpr size_t kDefaultCapacity = 16384;

  Recorder(size_t capacity, std::vector<Sink> sinks,
           Complete complete = nullptr);

  // Hands on what is queued, then ends the thread.
  ~Recorder();

  // Never waits. Thread-safe.
  void Record(v1::Decision decision);

  Stats GetStats() const;

 private:
  void Drain();

  const std::vector<Sink> sinks_;
  const Complete complete_;
  BoundedQueue<std::shared_ptr<v1::Decision>> queue_;
  std::atomic<uint64_t> recorded_{0};
  std::atomic<uint64_t> dropped_{0};
  DecisionCounts counts_;
  std::thread thread_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_RECORDER_H_
