// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LEDGER_H_
#define PINWARDEN_LEDGER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "pinwarden/recorder.h"

namespace pinwarden {

struct LedgerOptions {
  std::string path;
  std::string node;    // this host's name, for the rows
  int days = 30;       // since it was last seen, a row is kept
  int megabytes = 64;  // on disk, the write-ahead log included

  // How long a decision may wait in memory: what a SIGKILL may lose.
  absl::Duration write_interval = absl::Milliseconds(900);
  std::function<absl::Time()> clock;  // null: absl::Now

  // Called on the ledger's thread when what Stats::problem says has changed.
  std::function<void(const std::string& problem)> problem_changed;
};

// What was decided on this host: one row for all decisions that are equal in
// namespace, workload, container, image, reason, rule and outcome, kept in an
// SQLite file (docs/ledger.md has its tables). Record() only takes a decision
// over; a thread of our own opens the file, folds what came, writes that in a
// transaction, and forgets what is too old or too much.
//
// Nothing that happens to the file stops anybody: while it cannot be written,
// rows wait in memory, up to a bound, and it is tried again. A file that is
// broken is set aside, one of a newer schema left alone. One process writes at
// a time; another one waits for it. ledger_reader.h reads.
class Ledger {
 public:
  // Rows that may wait in memory. Decisions that would need more are dropped.
  static constexpr size_t kMaxWaitingRows = 16'384;

  struct Stats {
    uint64_t rows = 0;      // in the file
    uint64_t bytes = 0;     // on disk
    uint64_t written = 0;   // decisions, since start
    uint64_t dropped = 0;   // decisions
    std::string problem;    // why nothing is kept now; or empty
    std::string set_aside;  // where a broken file lies now; or empty
    absl::Time oldest = absl::InfiniteFuture();  // decision in the file
  };

  // Returns at once: the file is opened by the thread.
  explicit Ledger(LedgerOptions options);

  // Writes what waits, if it can at once, then ends the thread.
  ~Ledger();

  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Never waits for the file. Thread-safe.
  void Record(const DecisionPtr& decision);

  // Waits until all that was recorded before is written or dropped. False when
  // `timeout` passes first. Thread-safe.
  bool Flush(absl::Duration timeout);

  Stats GetStats() const;  // thread-safe

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_LEDGER_H_
