// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// RFC 4180: every cell in quotes, lines end in CR LF.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pinwarden/record.h"
#include "pinwarden/report_format.h"
#include "pinwarden/verdict.h"
#include "report/shown.h"

namespace pinwarden {
namespace {

// A spreadsheet takes a cell that starts so for a formula, and would run it.
bool LooksLikeFormula(absl::string_view text) {
  constexpr absl::string_view kStarts = "=+-@";
  return !text.empty() && kStarts.find(text[0]) != absl::string_view::npos;
}

// Shown() leaves no tab and no line end, which might start a formula too.
std::string Cell(absl::string_view text) {
  const std::string shown = Shown(text);
  return absl::StrCat("\"", LooksLikeFormula(shown) ? "'" : "",
                      absl::StrReplaceAll(shown, {{"\"", "\"\""}}), "\"");
}

void WriteLine(std::initializer_list<absl::string_view> cells,
               std::ostream& out) {
  std::string line;
  for (const absl::string_view cell : cells) {
    absl::StrAppend(&line, line.empty() ? "" : ",", Cell(cell));
  }
  out << line << "\r\n";
}

}  // namespace

void WriteReportCsv(const Report& report, const ReportData& data,
                    std::ostream& out) {
  WriteLine({"standing", "namespace", "workload_kind", "workload", "container",
             "image", "reason", "rule", "outcome", "count", "nodes", "first",
             "last", "last_pod", "node", "why", "advice"},
            out);
  for (const ReportEntry& entry : report.entries) {
    const ReportRow row = data.row(entry.row);
    const VerdictText text = SplitVerdictMessage(row.message);
    WriteLine({StandingName(entry.standing), row.name_space, row.workload_kind,
               row.workload, row.container, row.image, NameOf(row.reason),
               row.rule, NameOf(row.outcome), absl::StrCat(row.count),
               absl::StrCat(row.nodes), Rfc3339(row.first), Rfc3339(row.last),
               row.last_pod, row.node, text.why, text.advice},
              out);
  }
}

}  // namespace pinwarden
