// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_trial.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "pinwarden/decide.h"
#include "pinwarden/workload.h"

namespace pinwarden {
namespace {

bool IsAgainst(Outcome outcome) {
  return outcome == Outcome::kRejected || outcome == Outcome::kWouldReject ||
         outcome == Outcome::kSlippedViolation;
}

// Whether a rule that enforces was against it; break-glass, and being there
// first, may have let it in all the same.
bool WasEnforced(const ReportRow& row) {
  return row.outcome == v1::OUTCOME_REJECTED ||
         (IsAgainstPolicy(row.outcome) && row.mode == v1::MODE_ENFORCE);
}

TrialChange ChangeOf(const ReportRow& row, Outcome now) {
  const bool was_against = IsAgainstPolicy(row.outcome);
  if (!was_against) {
    return IsAgainst(now) ? TrialChange::kNewlyRefused
                          : TrialChange::kUnchanged;
  }
  if (!IsAgainst(now)) return TrialChange::kNewlyAllowed;
  if (now == Outcome::kRejected) {
    return WasEnforced(row) ? TrialChange::kUnchanged
                            : TrialChange::kNewlyEnforced;
  }
  return WasEnforced(row) ? TrialChange::kNewlyAllowed
                          : TrialChange::kUnchanged;
}

Confidence FromProto(v1::Confidence confidence) {
  if (confidence == v1::CONFIDENCE_EXACT) return Confidence::kExact;
  if (confidence == v1::CONFIDENCE_ALIAS) return Confidence::kAlias;
  return Confidence::kUnknown;
}

TrialEntry Try(const Policy& policy, const ReportRow& row, size_t index,
               absl::Time now) {
  const Workload workload = WorkloadOf(row);
  const Verdict verdict = Decide(policy, workload, now);
  return {index,
          ChangeOf(row, verdict.outcome),
          verdict.outcome,
          verdict.reason,
          std::string(DecidedBy(policy, verdict)),
          VerdictMessage(policy, workload, verdict)};
}

std::vector<size_t> RowsToTry(const ReportData& data, TrialRows rows,
                              absl::Time now) {
  std::vector<size_t> indexes;
  if (rows == TrialRows::kAll) {
    indexes.resize(data.rows());
    for (size_t i = 0; i < indexes.size(); ++i) indexes[i] = i;
    return indexes;
  }
  for (const ReportEntry& entry :
       MakeReport(data, ReportBy::kWorkload, now).entries) {
    indexes.push_back(entry.row);
  }
  return indexes;
}

}  // namespace

Workload WorkloadOf(const ReportRow& row) {
  Workload workload;
  workload.image = row.image;
  workload.confidence = FromProto(row.confidence);
  workload.name_space = row.name_space;
  workload.labels = row.labels;
  if (workload.confidence == Confidence::kAlias &&
      row.reason != v1::REASON_AMBIGUOUS_IMAGE) {
    workload.other_names = row.other_names;
  }
  return workload;
}

absl::string_view TrialChangeName(TrialChange change) {
  switch (change) {
    case TrialChange::kNewlyRefused:
      return "newly_refused";
    case TrialChange::kNewlyEnforced:
      return "newly_enforced";
    case TrialChange::kNewlyAllowed:
      return "newly_allowed";
    case TrialChange::kUnchanged:
      return "unchanged";
  }
  return "";
}

PolicyTrial TryPolicy(const Policy& policy, const ReportData& data,
                      TrialRows rows, absl::Time now) {
  PolicyTrial trial;
  for (const size_t index : RowsToTry(data, rows, now)) {
    TrialEntry entry = Try(policy, data.row(index), index, now);
    ++trial.counts[static_cast<size_t>(entry.change)];
    if (entry.change != TrialChange::kUnchanged) {
      trial.entries.push_back(std::move(entry));
    }
  }
  std::sort(trial.entries.begin(), trial.entries.end(),
            [&data](const TrialEntry& a, const TrialEntry& b) {
              if (a.change != b.change) return a.change < b.change;
              const ReportRow x = data.row(a.row);
              const ReportRow y = data.row(b.row);
              return std::tie(x.name_space, x.workload, x.workload_kind,
                              x.container, x.image, a.row) <
                     std::tie(y.name_space, y.workload, y.workload_kind,
                              y.container, y.image, b.row);
            });
  return trial;
}

}  // namespace pinwarden
