// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What was decided, how long it took, and what became of the records.
#include <cmath>
#include <map>
#include <tuple>

#include "metrics/families.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

// Outcome, reason and mode by name: values that have none here, as a newer
// daemon may send them, add up under one.
using Kind =
    std::tuple<absl::string_view, absl::string_view, absl::string_view>;
using Counts = std::map<Kind, uint64_t>;

Kind KindOf(v1::Outcome outcome, v1::Reason reason, v1::Mode mode) {
  return {NameOf(outcome), NameOf(reason), NameOf(mode)};
}

// What there is of at 0: a series that begins at 1 has no increase.
Counts Expected() {
  Counts counts;
  for (const v1::Mode mode : {v1::MODE_OBSERVE, v1::MODE_ENFORCE}) {
    counts[KindOf(v1::OUTCOME_ALLOWED, v1::REASON_PINNED, mode)] = 0;
    counts[KindOf(v1::OUTCOME_ALLOWED, v1::REASON_NOT_REQUIRED, mode)] = 0;
    counts[KindOf(v1::OUTCOME_EXEMPTED, v1::REASON_EXEMPTED, mode)] = 0;
  }
  // All reasons from the first that is one to refuse.
  for (int i = v1::REASON_NO_TAG; i <= v1::Reason_MAX; ++i) {
    const auto reason = static_cast<v1::Reason>(i);
    counts[KindOf(v1::OUTCOME_WOULD_REJECT, reason, v1::MODE_OBSERVE)] = 0;
    counts[KindOf(v1::OUTCOME_REJECTED, reason, v1::MODE_ENFORCE)] = 0;
  }
  return counts;
}

// A daemon of another version may have no histogram, or one of other buckets.
bool IsHistogram(const v1::LatencyHistogram& latency) {
  if (latency.upper_bounds_us().empty() ||
      latency.counts_size() != latency.upper_bounds_us_size() + 1) {
    return false;
  }
  double last = -1;
  for (const double bound : latency.upper_bounds_us()) {
    if (!(bound > last && std::isfinite(bound))) return false;
    last = bound;
  }
  return true;
}

void WriteLatency(const v1::LatencyHistogram& latency, MetricWriter* out) {
  if (!IsHistogram(latency)) return;
  out->Family("pinwarden_decision_duration_seconds", MetricType::kHistogram,
              "Time from a runtime's request being parsed to its verdict.");
  uint64_t total = 0;
  for (int i = 0; i < latency.counts_size(); ++i) {
    total += latency.counts(i);
    const bool last = i == latency.upper_bounds_us_size();
    const std::string bound =
        last ? "+Inf" : MetricNumber(latency.upper_bounds_us(i) / 1e6);
    out->AddPart("_bucket", {{"le", bound}}, total);
  }
  out->AddDouble("_sum", {}, latency.sum_us() / 1e6);
  out->AddPart("_count", {}, total);
}

}  // namespace

void WriteDecisionMetrics(const v1::RecordStatus& records, MetricWriter* out) {
  Counts counts = Expected();
  for (const v1::DecisionCount& kind : records.decisions()) {
    counts[KindOf(kind.outcome(), kind.reason(), kind.mode())] += kind.count();
  }
  out->Family("pinwarden_decisions_total", MetricType::kCounter,
              "Decisions since the daemon started, by outcome, reason and mode "
              "of the rule that decided.");
  for (const auto& [kind, count] : counts) {
    out->Add({{"outcome", std::get<0>(kind)},
              {"reason", std::get<1>(kind)},
              {"mode", std::get<2>(kind)}},
             count);
  }
  WriteLatency(records.latency(), out);
  out->Counter("pinwarden_records_total",
               "Decisions queued for log, ledger and watchers.",
               records.recorded());
  out->Counter(
      "pinwarden_records_dropped_total",
      "Decisions that are in no log and no ledger, since the queue was "
      "full.",
      records.dropped());
  out->Counter("pinwarden_log_lines_dropped_total",
               "Log lines lost since whatever reads the log was too slow.",
               records.log_lines_dropped());
  out->Counter("pinwarden_log_lines_folded_total",
               "Decisions not logged since an equal one was within a minute.",
               records.log_lines_folded());
  out->Gauge("pinwarden_watchers",
             "Readers of the stream of decisions (pinwarden watch).",
             records.watchers());
  out->Counter("pinwarden_watch_decisions_lost_total",
               "Decisions that readers of the stream were too slow for.",
               records.lost_by_watchers());
}

}  // namespace pinwarden
