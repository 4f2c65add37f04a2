// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// How many decisions a second the ledger takes, and how much room their rows.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "ledger/example.h"
#include "pinwarden/ledger.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

constexpr int kRows = 100'000;
constexpr int kAtOnce = 8'192;  // half of what may wait

void Require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << what << "\n";
  std::abort();
}

// New rows, as quickly as they are written.
void BM_LedgerRows(benchmark::State& state) {
  std::vector<DecisionPtr> decisions;
  for (int i = 0; i < kRows; ++i) {
    decisions.push_back(testing::Shared(testing::RealisticDecision(i)));
  }
  double bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const testing::TempDir dir;
    LedgerOptions options;
    options.path = dir / "ledger.db";
    options.clock = [] { return testing::kExampleTime; };
    Ledger ledger(options);
    state.ResumeTiming();
    for (int i = 0; i < kRows; ++i) {
      ledger.Record(decisions[static_cast<size_t>(i)]);
      if (i % kAtOnce == kAtOnce - 1) {
        Require(ledger.Flush(absl::Minutes(1)), "the ledger does not write");
      }
    }
    Require(ledger.Flush(absl::Minutes(1)), "the ledger does not write");
    state.PauseTiming();
    const Ledger::Stats stats = ledger.GetStats();
    Require(stats.dropped == 0 && stats.rows == kRows, "rows are missing");
    bytes = static_cast<double>(stats.bytes);
    state.ResumeTiming();
  }
  state.counters["rows_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * kRows,
                         benchmark::Counter::kIsRate);
  state.counters["mib"] = bytes / (1 << 20);
}
BENCHMARK(BM_LedgerRows)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// What the recorder's thread spends on a decision.
void BM_LedgerRecord(benchmark::State& state) {
  const testing::TempDir dir;
  LedgerOptions options;
  options.path = dir / "ledger.db";
  options.clock = [] { return testing::kExampleTime; };
  Ledger ledger(options);
  std::vector<DecisionPtr> decisions;
  for (int i = 0; i < 200; ++i) {
    decisions.push_back(testing::Shared(testing::RealisticDecision(i)));
  }
  size_t next = 0;
  for (auto _ : state) {
    ledger.Record(decisions[next]);
    next = (next + 1) % decisions.size();
  }
}
BENCHMARK(BM_LedgerRecord);

}  // namespace
}  // namespace pinwarden
