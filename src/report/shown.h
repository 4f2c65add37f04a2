// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_SHOWN_H_
#define PINWARDEN_REPORT_SHOWN_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/report.h"
#include "pinwarden/report_data.h"

namespace pinwarden {

// `text` as it is if it is printable ASCII, else escaped as Quote() does, but
// without quotes around it.
std::string Shown(absl::string_view text);

// Cut in the middle to at most `width` bytes: "registry.exa...eam/app:1.2".
std::string Fit(absl::string_view text, size_t width);

// "Deployment/web"; the kind is left out where it is not known.
std::string WorkloadName(const ReportRow& row);

std::string Rfc3339(absl::Time time);     // "2026-11-21T13:05:00.000000Z"
std::string DayAndTime(absl::Time time);  // "2026-11-21 13:05", UTC
std::string Day(absl::Time time);         // "2026-11-21", UTC

// "62.5 %", or "-" where there is no workload.
std::string Readiness(const Report& report);

// "3 workloads", "1 workload".
std::string Count(uint64_t count, absl::string_view noun);

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_SHOWN_H_
