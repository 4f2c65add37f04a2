// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/metrics.h"

#include "metrics/families.h"
#include "metrics/metric_writer.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

void WriteUp(bool up, MetricWriter* out) {
  out->Gauge("pinwarden_up", "1 if the daemon answered this time.", up ? 1 : 0);
  out->Family("pinwarden_exporter_build_info", MetricType::kGauge,
              "The version of the program that asks the daemon.");
  out->Add({{"version", Version()}}, 1);
}

}  // namespace

void WriteLedgerMetrics(const v1::LedgerStatus& ledger, MetricWriter* out) {
  if (ledger.path().empty()) return;  // there is to be none
  out->Gauge("pinwarden_ledger_usable",
             "1 while decisions are being kept in the ledger.",
             ledger.problem().empty() ? 1 : 0);
  out->Gauge("pinwarden_ledger_rows", "Rows in the ledger.", ledger.rows());
  out->Gauge("pinwarden_ledger_size_bytes",
             "Size of the ledger on disk, its write-ahead log included.",
             ledger.bytes());
  out->Counter("pinwarden_ledger_written_total",
               "Decisions written to the ledger.", ledger.written());
  out->Counter(
      "pinwarden_ledger_dropped_total",
      "Decisions that are not in the ledger: the queue or the disk was "
      "full.",
      ledger.dropped());
  if (!ledger.has_oldest()) return;
  out->GaugeDouble("pinwarden_ledger_oldest_timestamp_seconds",
                   "The oldest decision that the ledger has.",
                   MetricTime(ledger.oldest()));
}

void WriteBreakGlassMetrics(const v1::BreakGlassStatus& status,
                            MetricWriter* out) {
  out->Gauge("pinwarden_break_glass_active",
             "1 while break-glass lets in what would be refused.",
             status.active() ? 1 : 0);
  const bool lasts = status.active() && status.remaining_seconds() > 0;
  out->Gauge("pinwarden_break_glass_remaining_seconds",
             "How long break-glass still lasts; 0 when it is not active.",
             lasts ? static_cast<uint64_t>(status.remaining_seconds()) : 0);
  out->Counter("pinwarden_break_glass_let_in_total",
               "Containers that would have been refused and that break-glass "
               "let in.",
               status.let_in());
}

std::string RenderMetrics(const v1::GetStatusResponse& status) {
  MetricWriter out;
  WriteUp(true, &out);
  out.Family("pinwarden_build_info", MetricType::kGauge,
             "The version of the daemon.");
  out.Add({{"version", status.version()}}, 1);
  out.GaugeDouble("pinwarden_start_timestamp_seconds",
                  "When the daemon started.", MetricTime(status.started()));
  WriteNriMetrics(status.nri(), &out);
  WriteDecisionMetrics(status.records(), &out);
  WriteJudgingMetrics(status.judging(), &out);
  WritePolicyMetrics(status.policy(), &out);
  WriteLedgerMetrics(status.ledger(), &out);
  WriteBreakGlassMetrics(status.break_glass(), &out);
  WriteCriMetrics(status.cri(), &out);
  return out.Take();
}

std::string RenderMetricsWithoutDaemon() {
  MetricWriter out;
  WriteUp(false, &out);
  return out.Take();
}

}  // namespace pinwarden
