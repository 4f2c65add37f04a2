// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a report to merge. What is taken is written again and read
// again, and says the same; of what is not, nothing is left.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "pinwarden/report_format.h"

namespace pinwarden {
namespace {

std::string JsonOf(const ReportData& data) {
  std::ostringstream out;
  WriteReportJson(MakeReport(data, ReportBy::kImage, absl::UnixEpoch()), data,
                  out);
  return out.str();
}

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckReport(absl::string_view text) {
  ReportData data;
  if (!MergeReport(text, &data).ok()) {
    Check(data.rows() == 0 && data.sources().empty() && data.hours().empty());
    return;
  }
  const std::string once = JsonOf(data);
  ReportData again;
  Check(MergeReport(once, &again).ok());
  Check(JsonOf(again) == once);
  std::ostringstream out;
  const Report report =
      MakeReport(data, ReportBy::kWorkload, absl::UnixEpoch());
  WriteReportText(report, data, {.width = 80}, out);
  WriteReportCsv(report, data, out);
  for (const char c : out.str()) {
    Check(c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f));
  }
}

}  // namespace
}  // namespace pinwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pinwarden::CheckReport({reinterpret_cast<const char*>(data), size});
  return 0;
}
