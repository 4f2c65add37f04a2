// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/report.h"

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/ledger_source.h"
#include "pinwarden/report_format.h"

namespace pinwarden {
namespace {

struct ReportArguments {
  LedgerSourceArguments source;
  std::string by = "workload";
  std::string output = "text";
};

ReportBy ByName(const std::string& name) {
  for (const ReportBy by : {ReportBy::kWorkload, ReportBy::kImage,
                            ReportBy::kNamespace, ReportBy::kReason}) {
    if (ReportByName(by) == name) return by;
  }
  return ReportBy::kWorkload;
}

void RunReport(const ReportArguments& arguments, CliContext& context) {
  const absl::Time now = absl::Now();
  const auto data = ReadLedgerSource(arguments.source, now, context);
  if (!data.has_value()) return;
  const Report report = MakeReport(*data, ByName(arguments.by), now);
  std::ostream& out = context.streams.out;
  if (arguments.output == "json") {
    WriteReportJson(report, *data, out);
  } else if (arguments.output == "csv") {
    WriteReportCsv(report, *data, out);
  } else if (arguments.output == "html") {
    WriteReportHtml(report, *data, out);
  } else {
    WriteReportText(report, *data,
                    {context.streams.width, context.streams.colour}, out);
  }
  SetFindings(report.count(Standing::kFinding) > 0, context);
}

}  // namespace

void AddReportCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "report", "Show what would be refused if all of it were enforced");
  command->footer(
      "Reads what the daemon has kept of its decisions and tells, for each\n"
      "workload, whether enforce would refuse it, and what to write instead.\n"
      "What was fixed since is no finding any more.\n\n"
      "csv has a line for each container of a workload; html is one page that\n"
      "needs nothing else; json has everything, and is what --merge reads, "
      "for\n"
      "one report of many hosts.\n\n"
      "Exit code: 0 if nothing would be refused, 1 if something would, 2 if a\n"
      "file cannot be used, 3 if the daemon does not answer.\n\n"
      "Examples:\n"
      "  pinwarden report --since 14d --by namespace\n"
      "  pinwarden report --output html > report.html\n"
      "  pinwarden report --merge reports/ --output csv > fleet.csv");
  auto arguments = std::make_shared<ReportArguments>();
  AddLedgerSourceOptions(*command, &arguments->source);
  command
      ->add_option("--by", arguments->by,
                   "What to put together: workload, image, namespace, reason")
      ->check(CLI::IsMember({"workload", "image", "namespace", "reason"})
                  .description(""))
      ->type_name("NAME")
      ->capture_default_str();
  command
      ->add_option("-o,--output", arguments->output,
                   "How to print: text, json, csv or html")
      ->check(CLI::IsMember({"text", "json", "csv", "html"}).description(""))
      ->type_name("text|json|csv|html")
      ->capture_default_str();
  command->callback([arguments, &context] { RunReport(*arguments, context); });
}

}  // namespace pinwarden
