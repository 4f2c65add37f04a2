// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/decision_log.h"

#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

// No field can pretend to be two: each has its length before it.
std::string KeyOf(const v1::Decision& decision) {
  std::string key =
      absl::StrCat(decision.outcome(), ",", decision.reason(), ",",
                   decision.mode(), ",", decision.trigger(), ",",
                   decision.policy_generation(), ",", decision.break_glass());
  for (const std::string* field :
       {&decision.namespace_(), &decision.pod(), &decision.container(),
        &decision.image(), &decision.rule()}) {
    absl::StrAppend(&key, ",", field->size(), ":", *field);
  }
  return key;
}

bool IsWanted(LogDecisions which, const v1::Decision& decision) {
  switch (which) {
    case LogDecisions::kAll:
      return true;
    case LogDecisions::kRefused:
      return decision.outcome() != v1::OUTCOME_ALLOWED &&
             decision.outcome() != v1::OUTCOME_EXEMPTED;
    case LogDecisions::kNone:
      return false;
  }
  return true;
}

}  // namespace

DecisionLog::DecisionLog(LogDecisions which, Write write, Clock clock)
    : which_(which), write_(std::move(write)), clock_(std::move(clock)) {}

DecisionLog::~DecisionLog() {
  MutexLock lock(mu_);
  for (const Kept& kept : order_) {
    if (kept.repeats > 0) write_(*kept.latest, kept.repeats - 1);
  }
}

absl::Duration DecisionLog::SteadyClock() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

void DecisionLog::Note(const DecisionPtr& decision) {
  if (!IsWanted(which_, *decision)) return;
  std::string key = KeyOf(*decision);
  const absl::Duration now = clock_();
  MutexLock lock(mu_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    const Order::iterator kept = found->second;
    if (now - kept->logged < kInterval) {
      ++kept->repeats;
      kept->latest = decision;
      ++folded_;
      return;
    }
    // What was folded comes with this one, which is logged anyhow.
    write_(*decision, kept->repeats);
    kept->repeats = 0;
    kept->latest.reset();
    kept->logged = now;
    order_.splice(order_.end(), order_, kept);
    return;
  }
  write_(*decision, 0);
  if (order_.size() >= kMaxKept) {
    if (order_.begin()->repeats > 0) Tell(order_.begin());
    Forget(order_.begin());
  }
  order_.push_back({std::move(key), now, 0, nullptr});
  by_key_.emplace(order_.back().key, std::prev(order_.end()));
}

void DecisionLog::Tell(Order::iterator kept) {
  // The line stands for itself too.
  write_(*kept->latest, kept->repeats - 1);
  kept->repeats = 0;
  kept->latest.reset();
}

void DecisionLog::Forget(Order::iterator kept) {
  by_key_.erase(kept->key);
  order_.erase(kept);
}

void DecisionLog::Tick() {
  const absl::Duration now = clock_();
  MutexLock lock(mu_);
  while (!order_.empty() && now - order_.front().logged >= kInterval) {
    const Order::iterator kept = order_.begin();
    if (kept->repeats == 0) {
      Forget(kept);
      continue;
    }
    Tell(kept);
    kept->logged = now;
    order_.splice(order_.end(), order_, kept);
  }
}

}  // namespace pinwarden
