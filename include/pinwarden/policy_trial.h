// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_TRIAL_H_
#define PINWARDEN_POLICY_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"
#include "pinwarden/report.h"
#include "pinwarden/report_data.h"
#include "pinwarden/report_format.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

// What another policy makes of something that ran.
//
//   was                              is now              change
//   let in without complaint         against the policy  kNewlyRefused
//   against the policy, and let in   refused             kNewlyEnforced
//   against the policy               fine                kNewlyAllowed
//   refused                          let in, against it  kNewlyAllowed
//   anything else                                        kUnchanged
//
// So kNewlyRefused is what the policy newly finds fault with, even where its
// rule only observes; kNewlyEnforced was a finding before.
enum class TrialChange {
  kNewlyRefused,
  kNewlyEnforced,
  kNewlyAllowed,
  kUnchanged,
};

absl::string_view TrialChangeName(TrialChange change);  // "newly_refused", ...

// What a row says of a container, to be judged again: views into `row`.
Workload WorkloadOf(const ReportRow& row);

struct TrialEntry {
  size_t row;  // in ReportData
  TrialChange change;
  Outcome outcome;  // under the other policy, as at creation
  Reason reason;
  std::string rule;
  std::string message;
};

struct PolicyTrial {
  std::vector<TrialEntry> entries;  // but the unchanged, by change, then name
  uint64_t counts[4] = {};          // by TrialChange

  uint64_t count(TrialChange change) const {
    return counts[static_cast<size_t>(change)];
  }
  // Whether something would be refused, or complained about, that is not now.
  bool refuses_more() const {
    return count(TrialChange::kNewlyRefused) > 0 ||
           count(TrialChange::kNewlyEnforced) > 0;
  }
};

enum class TrialRows {
  kLatest,  // of each container of a workload, as in a report
  kAll,
};

// Judges what ran with `policy`, exemptions as at `now`. An image whose other
// names the runtime did not tell is judged as if it had none, unless that was
// the reason before.
PolicyTrial TryPolicy(const Policy& policy, const ReportData& data,
                      TrialRows rows, absl::Time now);

void WriteTrialText(const PolicyTrial& trial, const Policy& policy,
                    const ReportData& data, const ReportTextOptions& options,
                    std::ostream& out);

// One object on one line; see docs/report.md.
void WriteTrialJson(const PolicyTrial& trial, const Policy& policy,
                    const ReportData& data, std::ostream& out);

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_TRIAL_H_
