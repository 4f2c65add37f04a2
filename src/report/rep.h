// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_REP_H_
#define PINWARDEN_REPORT_REP_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "pinwarden/report_data.h"
#include "report/string_pool.h"

namespace pinwarden {

// A row with every text as its number in the pool: about 100 bytes.
struct PackedRow {
  using Id = StringPool::Id;

  // The key, as the ledger has it.
  Id name_space, workload_kind, workload, container, image, rule;
  uint8_t reason, outcome;
  // What is as it was the last time.
  uint8_t mode, confidence;
  Id last_pod, node, policy_sha256, policy_file, message;
  Id labels;       // a PackTexts() of keys and values in turn
  Id other_names;  // a PackTexts()
  uint32_t policy_line, nodes;
  int64_t first_us, last_us;  // since 1970
  uint64_t count, break_glass;

  auto Key() const {
    return std::make_tuple(name_space, workload_kind, workload, container,
                           image, rule, reason, outcome);
  }
  auto Workload() const {
    return std::make_tuple(name_space, workload_kind, workload);
  }
};

// The rows' numbers, found by the key of what they stand for.
struct RowHash {
  using is_transparent = void;
  const std::deque<PackedRow>* rows;
  size_t operator()(const PackedRow& row) const;
  size_t operator()(uint32_t index) const { return (*this)((*rows)[index]); }
};
struct RowEqual {
  using is_transparent = void;
  const std::deque<PackedRow>* rows;
  const PackedRow& At(const PackedRow& row) const { return row; }
  const PackedRow& At(uint32_t index) const { return (*rows)[index]; }
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return At(a).Key() == At(b).Key();
  }
};

struct ReportData::Rep {
  // Start in seconds, namespace, outcome and reason.
  using HourKey = std::tuple<int64_t, StringPool::Id, uint8_t, uint8_t>;

  Rep() : index(0, RowHash{&rows}, RowEqual{&rows}) {}
  Rep(const Rep&) = delete;
  Rep& operator=(const Rep&) = delete;

  StringPool pool;
  absl::flat_hash_set<std::string> nodes;
  std::deque<PackedRow> rows;
  absl::flat_hash_set<uint32_t, RowHash, RowEqual> index;
  absl::flat_hash_map<HourKey, uint64_t> hours;
};

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_REP_H_
