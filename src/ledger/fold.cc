// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/fold.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pinwarden {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;

// The length first, so that no two lists of texts look the same.
void AppendText(absl::string_view text, std::string* key) {
  absl::StrAppend(key, text.size(), ":", text);
}

std::string RowKey(const v1::Decision& decision) {
  std::string key = absl::StrCat(static_cast<int>(decision.outcome()), " ",
                                 static_cast<int>(decision.reason()), " ");
  AppendText(decision.namespace_(), &key);
  AppendText(decision.workload_kind(), &key);
  AppendText(decision.workload(), &key);
  AppendText(decision.container(), &key);
  AppendText(decision.image(), &key);
  AppendText(decision.rule(), &key);
  return key;
}

std::string HourKey(const FoldedHour& hour) {
  return absl::StrCat(hour.hour, " ", hour.outcome, " ", hour.reason, " ",
                      hour.name_space);
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

// Rounded down, before 1970 too.
int64_t HourOf(int64_t micros) {
  return micros / kMicrosPerHour - (micros % kMicrosPerHour < 0 ? 1 : 0);
}

}  // namespace

bool Fold::AddRow(const std::string& key, const FoldedRow& row) {
  auto it = rows_.find(key);
  if (it == rows_.end()) {
    if (rows_.size() >= max_rows_) return false;
    it = rows_.emplace(key, FoldedRow{}).first;
    it->second.first_us = row.first_us;
  }
  FoldedRow& sum = it->second;
  if (sum.count == 0 || row.last_us >= sum.last_us) {
    sum.latest = row.latest;
    sum.last_us = row.last_us;
  }
  sum.first_us = std::min(sum.first_us, row.first_us);
  sum.count += row.count;
  sum.break_glass += row.break_glass;
  return true;
}

bool Fold::Add(const DecisionPtr& decision) {
  const int64_t at = MicrosOf(decision->time());
  const FoldedRow row = {.latest = decision,
                         .first_us = at,
                         .last_us = at,
                         .count = 1,
                         .break_glass = decision->break_glass() ? 1u : 0u};
  FoldedHour hour = {.hour = HourOf(at),
                     .name_space = decision->namespace_(),
                     .outcome = decision->outcome(),
                     .reason = decision->reason(),
                     .count = 0};
  const std::string hour_key = HourKey(hour);
  if (hours_.size() >= max_rows_ && !hours_.contains(hour_key)) return false;
  if (!AddRow(RowKey(*decision), row)) return false;
  FoldedHour& sum = hours_[hour_key];
  if (sum.count == 0) sum = std::move(hour);
  ++sum.count;
  ++decisions_;
  return true;
}

uint64_t Fold::Merge(Fold other) {
  uint64_t lost = 0;
  for (const auto& [key, row] : other.rows_) {
    if (AddRow(key, row)) {
      decisions_ += row.count;
    } else {
      lost += row.count;
    }
  }
  for (auto& [key, hour] : other.hours_) {
    FoldedHour& sum = hours_[key];
    if (sum.count == 0) {
      sum = std::move(hour);
    } else {
      sum.count += hour.count;
    }
  }
  return lost;
}

Fold Fold::TakeSome(size_t most) {
  Fold taken(max_rows_);
  if (rows_.size() <= most) {
    std::swap(taken, *this);
    max_rows_ = taken.max_rows_;
    return taken;
  }
  while (taken.rows_.size() < most) {
    auto node = rows_.extract(rows_.begin());
    taken.decisions_ += node.mapped().count;
    taken.rows_.insert(std::move(node));
  }
  decisions_ -= taken.decisions_;
  return taken;
}

}  // namespace pinwarden
