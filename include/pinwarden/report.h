// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_H_
#define PINWARDEN_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/report_data.h"

namespace pinwarden {

// What breaks if everything is enforced: what docs/report.md describes.
//
// A report judges containers of workloads: all that has the same namespace,
// workload kind, workload and container name. Each stands as its *latest* row
// says, so what was fixed since is not held against anybody:
//
//   kFinding   enforce would refuse it (would_reject, rejected or
//              slipped_violation)
//   kExempted  an exemption let it in
//   kFixed     it is let in now, and was against the policy before
//   kClean     it is let in, and always was
//
// Of rows that were last seen at the same instant a finding wins.
enum class Standing { kFinding, kExempted, kFixed, kClean };

absl::string_view StandingName(Standing standing);  // "finding", ...

enum class ReportBy { kWorkload, kImage, kNamespace, kReason };

absl::string_view ReportByName(ReportBy by);  // "workload", ...

struct ReportEntry {
  size_t row;  // the latest one, in ReportData
  Standing standing;
};

// Findings that have something in common.
struct ReportGroup {
  std::string name;  // "shop/Deployment/web", an image, a namespace, a reason
  std::vector<size_t> findings;  // rows in ReportData
  uint64_t workloads = 0;        // different ones among them
  uint64_t decisions = 0;        // that these rows count
};

// How a namespace stands.
struct ReportNamespace {
  std::string name;
  uint64_t workloads = 0;
  uint64_t ready = 0;  // without a finding
  uint64_t findings = 0;
};

// An exemption that let something in.
struct ReportExemption {
  std::string name;
  std::string terms;    // reason, owner and expiry, as the verdict tells them
  std::string expires;  // as written in the policy; empty: not known
  std::optional<absl::Time> ends;  // the same, as an instant
  uint64_t workloads = 0;
  uint64_t containers = 0;
};

struct Report {
  absl::Time generated;
  ReportBy by = ReportBy::kWorkload;
  uint64_t workloads = 0;            // with a decision in the time asked for
  uint64_t ready = 0;                // of these, without a finding
  uint64_t break_glass = 0;          // decisions of all rows that it let in
  uint64_t counts[4] = {};           // entries by Standing
  std::vector<ReportEntry> entries;  // by standing, then by name
  std::vector<ReportGroup> groups;   // the one with most workloads first
  std::vector<ReportNamespace> namespaces;  // by name
  std::vector<ReportExemption> exemptions;  // the one that ends first first

  uint64_t count(Standing standing) const {
    return counts[static_cast<size_t>(standing)];
  }

  // The share of workloads that are ready, in tenths of a percent, rounded
  // down: 1000 says that none would be refused. Nothing where there is none.
  std::optional<uint64_t> ReadinessPermille() const;
};

// Linear in the rows but for sorting. Uses no clock: `now` is the report's.
Report MakeReport(const ReportData& data, ReportBy by, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_H_
