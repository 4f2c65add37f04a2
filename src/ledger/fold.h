// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_FOLD_H_
#define PINWARDEN_SRC_LEDGER_FOLD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pinwarden/recorder.h"

namespace pinwarden {

// All decisions, of those that a Fold took, that go to one row.
struct FoldedRow {
  DecisionPtr latest;    // what the row is to say besides
  int64_t first_us = 0;  // since 1970
  int64_t last_us = 0;   // of `latest`
  uint64_t count = 0;    // 0 only of one that is still empty
  uint64_t break_glass = 0;
};

// And to one hour.
struct FoldedHour {
  int64_t hour = 0;  // since 1970
  std::string name_space;
  int outcome = 0;
  int reason = 0;
  uint64_t count = 0;
};

// Decisions that wait to be written, those that are equal in the row's key
// counted together. A value of bounded size; not thread-safe.
class Fold {
 public:
  explicit Fold(size_t max_rows) : max_rows_(max_rows) {}

  // False when it needs a row or an hour of its own and there is no room.
  bool Add(const DecisionPtr& decision);

  // What does not fit of `other`, counted in decisions.
  uint64_t Merge(Fold other);

  // Takes some rows and what belongs to them of the hours: at most `most` rows,
  // and all hours with the last of them.
  Fold TakeSome(size_t most);

  size_t rows() const { return rows_.size(); }
  bool empty() const { return rows_.empty() && hours_.empty(); }
  uint64_t decisions() const { return decisions_; }

  using Rows = absl::flat_hash_map<std::string, FoldedRow>;
  using Hours = absl::flat_hash_map<std::string, FoldedHour>;
  const Rows& row_map() const { return rows_; }
  const Hours& hour_map() const { return hours_; }

 private:
  bool AddRow(const std::string& key, const FoldedRow& row);

  size_t max_rows_;
  Rows rows_;    // by what makes a row one
  Hours hours_;  // likewise
  uint64_t decisions_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_FOLD_H_
