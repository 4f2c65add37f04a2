// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/recorder.h"

#include <malloc.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace pinwarden {
namespace {

// A backlog of this many, such as a host's containers at Synchronize, leaves
// memory behind that is worth giving back. Everyday traffic never gets there.
constexpr size_t kLargeBacklog = 1024;

}  // namespace

Recorder::Recorder(size_t capacity, std::vector<Sink> sinks, Complete complete)
    : sinks_(std::move(sinks)),
      complete_(std::move(complete)),
      queue_(capacity),
      thread_([this] { Drain(); }) {}

Recorder::~Recorder() {
  queue_.Close();
  thread_.join();
}

void Recorder::Record(v1::Decision decision) {
  counts_.Count(decision);
  auto taken = std::make_shared<v1::Decision>(std::move(decision));
  const bool fits = queue_.TryPush(std::move(taken));
  (fits ? recorded_ : dropped_).fetch_add(1, std::memory_order_relaxed);
}

Recorder::Stats Recorder::GetStats() const {
  Stats stats;
  stats.recorded = recorded_.load(std::memory_order_relaxed);
  stats.dropped = dropped_.load(std::memory_order_relaxed);
  stats.counts = counts_.Take();
  return stats;
}

void Recorder::Drain() {
  size_t backlog = 0;
  while (auto popped = queue_.Pop()) {
    if (complete_) complete_(popped->get());
    const DecisionPtr decision = *std::move(popped);
    for (const Sink& sink : sinks_) sink(decision);
    const size_t left = queue_.size();
    backlog = std::max(backlog, left);
    if (left == 0 && backlog >= kLargeBacklog) {
      malloc_trim(0);
      backlog = 0;
    }
  }
}

}  // namespace pinwarden
