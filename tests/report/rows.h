// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_REPORT_ROWS_H_
#define PINWARDEN_TESTS_REPORT_ROWS_H_

#include <string>

#include "absl/time/time.h"
#include "pinwarden/report_data.h"
#include "pinwarden/v1/ledger.pb.h"

namespace pinwarden::testing {

// Hand-made rows of a ledger. Times count in hours from kStart.
inline constexpr char kStart[] = "2026-11-01T00:00:00Z";
absl::Time At(int hours);

struct RowSpec {
  std::string workload = "shop/Deployment/web/app";  // with the container
  std::string image = "nginx";
  v1::Outcome outcome = v1::OUTCOME_WOULD_REJECT;
  v1::Reason reason = v1::REASON_NO_TAG;
  int last = 0;
  int first = 0;
  uint64_t count = 1;
  std::string node = "node-a";
  std::string rule = "default";
};

v1::LedgerRow Row(const RowSpec& spec);
v1::LedgerHour Hour(int start, const std::string& name_space,
                    v1::Outcome outcome, v1::Reason reason, uint64_t count);
ReportSource Source(const std::string& node);

// A small cluster with something of everything.
ReportData SampleData(ReportScope scope = {});

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_REPORT_ROWS_H_
