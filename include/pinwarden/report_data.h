// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_DATA_H_
#define PINWARDEN_REPORT_DATA_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/glob.h"
#include "pinwarden/match.h"
#include "pinwarden/v1/ledger.pb.h"

namespace pinwarden {

// Which rows of a ledger are wanted. A row that was seen after `since` counts
// whole, with what it counted before.
struct ReportScope {
  absl::Time since = absl::InfinitePast();
  std::vector<Glob> namespaces = {};  // none: all

  bool Holds(absl::string_view name_space) const;
};

// One v1::LedgerRow, of one host or folded from many. The views live as long as
// the ReportData that they come from.
struct ReportRow {
  absl::string_view name_space;
  absl::string_view workload_kind;
  absl::string_view workload;
  absl::string_view container;
  absl::string_view image;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  absl::string_view rule;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  absl::Time first;
  absl::Time last;
  uint64_t count = 0;
  uint64_t break_glass = 0;
  uint32_t nodes = 1;  // how many hosts saw it
  // As it was the last time.
  absl::string_view last_pod;
  absl::string_view node;
  absl::string_view policy_sha256;
  absl::string_view policy_file;
  uint32_t policy_line = 0;
  v1::Mode mode = v1::MODE_UNSPECIFIED;
  v1::Confidence confidence = v1::CONFIDENCE_UNSPECIFIED;
  absl::string_view message;
  std::vector<Label> labels;
  std::vector<std::string> other_names;
};

struct ReportHour {
  absl::Time start;
  absl::string_view name_space;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  uint64_t count = 0;
};

// A host whose ledger is in a report.
struct ReportSource {
  std::string node;
  std::string version;                         // of pinwardend
  std::string policy_sha256;                   // in force
  v1::Mode mode = v1::MODE_UNSPECIFIED;        // of that policy
  absl::Time oldest = absl::InfiniteFuture();  // what its ledger goes back to
};

// Whether enforce refuses what had this outcome, or would have.
bool IsAgainstPolicy(v1::Outcome outcome);

// What one ledger holds, or many folded into one: rows that are equal in the
// ledger's key become one, whichever hosts they come from and in whatever
// order. Every text is kept once, so that 10,000 hosts fit into memory. Not
// thread-safe.
class ReportData {
 public:
  struct Rep;  // of module report itself

  explicit ReportData(ReportScope scope = {});
  ~ReportData();
  ReportData(ReportData&& other) noexcept;
  ReportData& operator=(ReportData&& other) noexcept;

  // False for a node that is there already: its rows would count twice.
  bool AddSource(ReportSource source);
  bool HasSource(absl::string_view node) const;

  // What is out of scope is left out.
  void Add(const v1::LedgerRow& row, uint32_t nodes = 1);
  void Add(const v1::LedgerHour& hour);

  const ReportScope& scope() const { return scope_; }
  const std::vector<ReportSource>& sources() const { return sources_; }
  size_t rows() const;
  ReportRow row(size_t index) const;      // index < rows()
  std::vector<ReportHour> hours() const;  // by time, namespace, outcome, reason
  const Rep& rep() const { return *rep_; }

 private:
  ReportScope scope_;
  std::vector<ReportSource> sources_;
  std::unique_ptr<Rep> rep_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_DATA_H_
