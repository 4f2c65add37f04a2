// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/shown.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pinwarden/quote.h"

namespace pinwarden {

std::string Shown(absl::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c));
  });
  if (plain) return std::string(text);
  const std::string quoted = Quote(text, 4 * text.size() + 8);
  return quoted.substr(1, quoted.size() - 2);
}

std::string Fit(absl::string_view text, size_t width) {
  constexpr absl::string_view kGap = "...";
  if (text.size() <= width) return std::string(text);
  if (width <= kGap.size()) return std::string(text.substr(0, width));
  const size_t kept = width - kGap.size();
  // The end, where the tag is, says more.
  const size_t head = kept / 2;
  return absl::StrCat(text.substr(0, head), kGap,
                      text.substr(text.size() - (kept - head)));
}

std::string WorkloadName(const ReportRow& row) {
  if (row.workload_kind.empty()) return std::string(row.workload);
  return absl::StrCat(row.workload_kind, "/", row.workload);
}

std::string Rfc3339(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::string DayAndTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M", time, absl::UTCTimeZone());
}

std::string Day(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
}

std::string Readiness(const Report& report) {
  const auto permille = report.ReadinessPermille();
  if (!permille.has_value()) return "-";
  return absl::StrCat(*permille / 10, ".", *permille % 10, " %");
}

std::string Count(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace pinwarden
