// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The form for a terminal: how ready, then what would be refused, group by
// group, with what to write instead; then the exemptions.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pinwarden/record.h"
#include "pinwarden/report_format.h"
#include "pinwarden/verdict.h"
#include "report/shown.h"
#include "report/table.h"

namespace pinwarden {
namespace {

constexpr size_t kUnknownWidth = 80;
constexpr size_t kNarrow = 100;  // less, and a day has to do for a time
constexpr size_t kTiny = 76;
constexpr absl::string_view kIndent = "  ";

class TextWriter {
 public:
  TextWriter(const Report& report, const ReportData& data,
             const ReportTextOptions& options, std::ostream& out)
      : report_(report), data_(data), options_(options), out_(out) {}

  void Write() {
    WriteReadiness();
    if (!report_.groups.empty()) WriteFindings();
    if (!report_.exemptions.empty()) WriteExemptions();
  }

 private:
  std::string Paint(absl::string_view code, absl::string_view text) const {
    if (!options_.colour) return std::string(text);
    return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
  }
  std::string Bold(absl::string_view text) const { return Paint("1", text); }

  size_t width() const {
    return options_.width > 0 ? options_.width : kUnknownWidth;
  }

  void Line(absl::string_view name, absl::string_view text) {
    constexpr size_t kColumn = 13;
    std::string first(name);
    first.resize(kColumn, ' ');
    out_ << Wrap(text, first, width());
  }

  std::string Hosts() const {
    const auto& sources = data_.sources();
    std::string text = sources.size() == 1 ? Shown(sources[0].node)
                                           : Count(sources.size(), "host");
    absl::Time oldest = absl::InfiniteFuture();
    for (const ReportSource& source : sources) {
      oldest = std::min(oldest, source.oldest);
    }
    if (oldest != absl::InfiniteFuture()) {
      absl::StrAppend(&text, "; the ledger goes back to ", Day(oldest));
    }
    if (data_.scope().since != absl::InfinitePast()) {
      absl::StrAppend(&text, "; seen since ", DayAndTime(data_.scope().since));
    }
    return text;
  }

  void WriteReadiness() {
    if (report_.workloads == 0) {
      out_ << Bold("No decision was made in the time and namespaces asked for.")
           << '\n';
      return;
    }
    const bool ready = report_.ready == report_.workloads;
    out_ << Paint(ready ? "1;32" : "1;33", Readiness(report_)) << Bold(" ready")
         << ": " << report_.ready << " of "
         << Count(report_.workloads, "workload")
         << " would run unchanged under enforce\n\n";
    Line("hosts", Hosts());
    Line("containers",
         absl::StrCat(report_.count(Standing::kFinding),
                      " would be refused; exempted: ",
                      report_.count(Standing::kExempted),
                      ", fixed since: ", report_.count(Standing::kFixed),
                      ", clean: ", report_.count(Standing::kClean)));
    if (report_.break_glass > 0) {
      Line("break-glass", absl::StrCat("let in what is refused, ",
                                       Count(report_.break_glass, "time")));
    }
  }

  // Where it is too narrow for all, when it was seen last has to go.
  template <typename Cell>
  std::vector<Cell> Fitting(std::vector<Cell> cells) const {
    if (options_.width > 0 && options_.width < kTiny) cells.pop_back();
    return cells;
  }

  std::vector<TableColumn> AllColumns() const {
    const TableColumn workload = {"WORKLOAD", false, true};
    const TableColumn container = {"CONTAINER", false, true};
    const TableColumn image = {"IMAGE", false, true};
    const TableColumn reason = {"REASON"};
    const TableColumn times = {"TIMES", true};
    const TableColumn last = {"LAST SEEN"};
    switch (report_.by) {
      case ReportBy::kWorkload:
        return {container, image, reason, times, last};
      case ReportBy::kImage:
        return {workload, container, reason, times, last};
      case ReportBy::kNamespace:
        return {workload, container, image, reason, times, last};
      case ReportBy::kReason:
        return {workload, container, image, times, last};
    }
    return {};
  }

  std::vector<std::string> AllCells(const ReportRow& row) const {
    const std::string workload = Shown(WorkloadName(row));
    const std::string full = absl::StrCat(Shown(row.name_space), "/", workload);
    const std::string container = Shown(row.container);
    const std::string image = row.image.empty() ? "-" : Shown(row.image);
    const std::string reason(NameOf(row.reason));
    const std::string times = absl::StrCat(row.count);
    const bool narrow = options_.width > 0 && options_.width < kNarrow;
    const std::string last = narrow ? Day(row.last) : DayAndTime(row.last);
    switch (report_.by) {
      case ReportBy::kWorkload:
        return {container, image, reason, times, last};
      case ReportBy::kImage:
        return {full, container, reason, times, last};
      case ReportBy::kNamespace:
        return {workload, container, image, reason, times, last};
      case ReportBy::kReason:
        return {full, container, image, times, last};
    }
    return {};
  }

  std::string Heading(const ReportGroup& group) const {
    std::string name = group.name.empty() ? "(unknown)" : Shown(group.name);
    const std::string counts = absl::StrCat(
        "  ",
        report_.by == ReportBy::kWorkload
            ? ""
            : absl::StrCat(Count(group.workloads, "workload"), ", "),
        Count(group.decisions, "decision"));
    if (options_.width > counts.size()) {
      name = Fit(name, options_.width - counts.size());
    }
    return absl::StrCat(Bold(name), counts);
  }

  void WriteFindings() {
    TableLayout table(Fitting(AllColumns()));
    for (const ReportGroup& group : report_.groups) {
      for (const size_t row : group.findings)
        table.Learn(Fitting(AllCells(data_.row(row))));
    }
    if (options_.width > 0) table.FitInto(width() - kIndent.size());
    out_ << '\n'
         << Bold("WHAT ENFORCE WOULD REFUSE") << '\n'
         << kIndent << table.Titles() << '\n';
    for (const ReportGroup& group : report_.groups) {
      out_ << '\n' << Heading(group) << '\n';
      WriteGroup(group, table);
    }
  }

  // What to write instead stands once after all that it is said of.
  void WriteGroup(const ReportGroup& group, const TableLayout& table) {
    std::string advice;
    const auto write_advice = [&] {
      if (!advice.empty()) {
        out_ << Paint("36", Wrap(advice, "    -> ", width()));
      }
    };
    for (const size_t index : group.findings) {
      const ReportRow row = data_.row(index);
      std::string next = Shown(SplitVerdictMessage(row.message).advice);
      if (next != advice) {
        write_advice();
        advice = std::move(next);
      }
      out_ << kIndent << table.Line(Fitting(AllCells(row))) << '\n';
    }
    write_advice();
  }

  std::string EndsIn(const ReportExemption& exemption) const {
    if (!exemption.ends.has_value()) return "end not known";
    const absl::Duration left = *exemption.ends - report_.generated;
    if (left <= absl::ZeroDuration()) return "has ended";
    const auto days = static_cast<uint64_t>(absl::ToInt64Hours(left) / 24);
    return absl::StrCat("ends in ", Count(days, "day"));
  }

  void WriteExemptions() {
    constexpr absl::Duration kSoon = absl::Hours(14 * 24);
    out_ << '\n' << Bold("EXEMPTIONS IN USE") << '\n';
    for (const ReportExemption& exemption : report_.exemptions) {
      const bool soon = exemption.ends.has_value() &&
                        *exemption.ends - report_.generated <= kSoon;
      out_ << '\n'
           << Bold(Shown(exemption.name)) << "  "
           << Paint(soon ? "33" : "0", EndsIn(exemption)) << ", "
           << Count(exemption.workloads, "workload") << '\n'
           << Wrap(Shown(exemption.terms), kIndent, width());
    }
  }

  const Report& report_;
  const ReportData& data_;
  const ReportTextOptions options_;
  std::ostream& out_;
};

}  // namespace

void WriteReportText(const Report& report, const ReportData& data,
                     const ReportTextOptions& options, std::ostream& out) {
  TextWriter(report, data, options, out).Write();
}

}  // namespace pinwarden
