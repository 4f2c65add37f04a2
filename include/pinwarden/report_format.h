// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_FORMAT_H_
#define PINWARDEN_REPORT_FORMAT_H_

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/report.h"
#include "pinwarden/report_data.h"

namespace pinwarden {

// A report as people and programs get it; docs/report.md describes each form.
// `report` was made from `data`. No form holds a byte from outside that a
// terminal, a spreadsheet or a browser would act on.

struct ReportTextOptions {
  // Columns of the terminal. 0: there is none, and nothing is shortened.
  size_t width = 0;
  bool colour = false;
};

void WriteReportText(const Report& report, const ReportData& data,
                     const ReportTextOptions& options, std::ostream& out);

// One object on one line, with all rows and hours: what MergeReport() reads.
void WriteReportJson(const Report& report, const ReportData& data,
                     std::ostream& out);

// RFC 4180, a line for each container of a workload.
void WriteReportCsv(const Report& report, const ReportData& data,
                    std::ostream& out);

// One page that needs nothing else. Of more than kMaxHtmlRows containers the
// findings come first, and the page says how many it does not have.
inline constexpr size_t kMaxHtmlRows = 100'000;
void WriteReportHtml(const Report& report, const ReportData& data,
                     std::ostream& out);

inline constexpr size_t kMaxReportBytes = size_t{1} << 30;

// One report's JSON, found to be right, and not yet added to anything: reports
// can be read on several threads, and are added on one.
class ParsedReport {
 public:
  // kInvalidArgument: not such a report; says at which byte, and what is wrong.
  static absl::StatusOr<ParsedReport> Parse(std::string json);

  ~ParsedReport();
  ParsedReport(ParsedReport&& other) noexcept;
  ParsedReport& operator=(ParsedReport&& other) noexcept;

  // Adds its rows and hours to `data`; all of them or, on an error, none.
  //
  // kAlreadyExists: a node of it is in `data` already.
  absl::Status AddTo(ReportData* data) const;

 private:
  struct Rep;
  explicit ParsedReport(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// Both: parses, and adds to `data`.
absl::Status MergeReport(absl::string_view json, ReportData* data);

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_FORMAT_H_
