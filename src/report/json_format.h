// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_JSON_FORMAT_H_
#define PINWARDEN_REPORT_JSON_FORMAT_H_

#include <cstdint>

namespace pinwarden {

// What "format" and "version" of a report's JSON say.
inline constexpr char kReportFormat[] = "pinwarden-report";
inline constexpr uint64_t kReportVersion = 1;

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_JSON_FORMAT_H_
