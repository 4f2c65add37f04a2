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

// protobuf's enums are open; what is none of them counts as unspecified.
size_t IndexOf(v1::Outcome outcome) {
  return v1::Outcome_IsValid(outcome) ? static_cast<size_t>(outcome) : 0;
}

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
  const size_t outcome = IndexOf(decision.outcome());
  auto taken = std::make_shared<v1::Decision>(std::move(decision));
  const bool fits = queue_.TryPush(std::move(taken));
  (fits ? recorded_ : dropped_).fetch_add(1, std::memory_order_relaxed);
  by_outcome_[outcome].fetch_add(1, std::memory_order_relaxed);
}

Recorder::Stats Recorder::GetStats() const {
  Stats stats;
  stats.recorded = recorded_.load(std::memory_order_relaxed);
  stats.dropped = dropped_.load(std::memory_order_relaxed);
  for (size_t i = 0; i < by_outcome_.size(); ++i) {
    stats.by_outcome[i] = by_outcome_[i].load(std::memory_order_relaxed);
  }
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
