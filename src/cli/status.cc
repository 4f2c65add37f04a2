// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "pinwarden/control_client.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::UTCTimeZone());
}

Json NriJson(const v1::NriStatus& nri) {
  Json events = Json::array();
  for (const std::string& event : nri.events()) events.push_back(event);
  return Json{
      {"registered", nri.registered()},
      {"registered_since",
       nri.has_registered_since() ? TimeText(nri.registered_since()) : ""},
      {"runtime_name", nri.runtime_name()},
      {"runtime_version", nri.runtime_version()},
      {"events", events},
      {"confidence", std::string(NameOf(nri.confidence()))},
      {"socket", nri.socket()},
      {"connections", nri.connections()},
      {"requests", nri.requests()},
      {"synchronized_containers", nri.synchronized_containers()},
      {"protocol_errors", nri.protocol_errors()},
      {"last_error", nri.last_error()},
  };
}

Json PolicyJson(const v1::PolicyStatus& policy) {
  return Json{
      {"path", policy.path()},
      {"generation", policy.generation()},
      {"sha256", policy.sha256()},
      {"loaded", TimeText(policy.loaded())},
      {"mode", std::string(NameOf(policy.mode()))},
      {"rules", policy.rules()},
      {"exemptions", policy.exemptions()},
      {"expired_exemptions", policy.expired_exemptions()},
      {"from_last_good", policy.from_last_good()},
      {"reloads", policy.reloads()},
      {"failed_reloads", policy.failed_reloads()},
      {"last_problem", policy.last_problem()},
  };
}

Json RecordsJson(const v1::RecordStatus& records) {
  Json by_outcome = Json::object();
  for (const char* outcome :
       {"allowed", "exempted", "would_reject", "rejected"}) {
    const auto found = records.by_outcome().find(outcome);
    by_outcome[outcome] =
        found == records.by_outcome().end() ? 0 : found->second;
  }
  return Json{
      {"recorded", records.recorded()},
      {"dropped", records.dropped()},
      {"by_outcome", by_outcome},
      {"watchers", records.watchers()},
      {"lost_by_watchers", records.lost_by_watchers()},
      {"log_lines_dropped", records.log_lines_dropped()},
  };
}

Json ToJsonObject(const v1::GetStatusResponse& status) {
  return Json{{"version", status.version()},
              {"started", TimeText(status.started())},
              {"nri", NriJson(status.nri())},
              {"policy", PolicyJson(status.policy())},
              {"records", RecordsJson(status.records())}};
}

// One line, "name  text", in a column that all lines share.
void Line(std::ostream& out, absl::string_view name, absl::string_view text) {
  out << "  " << std::string(name)
      << std::string(name.size() < 14 ? 14 - name.size() : 1, ' ')
      << std::string(text) << '\n';
}

void PrintNri(const v1::NriStatus& nri, const CliStreams& streams) {
  std::ostream& out = streams.out;
  if (nri.registered()) {
    out << "runtime: " << Paint("registered", Colour::kGreen, streams.colour)
        << " since " << TimeText(nri.registered_since()) << '\n';
  } else {
    out << "runtime: " << Paint("not registered", Colour::kRed, streams.colour)
        << ", so no container is judged; the daemon goes on trying\n";
  }
  if (!nri.runtime_name().empty()) {
    Line(out, "runtime",
         absl::StrCat(nri.runtime_name(), " ", nri.runtime_version()));
    Line(out, "asked on", absl::StrJoin(nri.events(), ", "));
    Line(out, "image names", NameOf(nri.confidence()));
  }
  Line(out, "socket", nri.socket());
  Line(out, "judged",
       absl::StrCat(nri.requests(), " at creation, ",
                    nri.synchronized_containers(), " found running"));
  Line(out, "connections",
       absl::StrCat(nri.connections(), ", ", nri.protocol_errors(),
                    " dropped for bad bytes"));
  if (!nri.last_error().empty()) {
    Line(out, "last error", Quote(nri.last_error()));
  }
}

void PrintPolicy(const v1::PolicyStatus& policy, const CliStreams& streams) {
  std::ostream& out = streams.out;
  out << "policy: "
      << Paint(NameOf(policy.mode()), Colour::kBold, streams.colour)
      << " mode, generation " << policy.generation() << ", loaded "
      << TimeText(policy.loaded()) << '\n';
  Line(out, "file", policy.path());
  Line(out, "sha256", policy.sha256());
  Line(out, "holds",
       absl::StrCat("rules: ", policy.rules(),
                    ", exemptions: ", policy.exemptions(), " (",
                    policy.expired_exemptions(), " expired)"));
  Line(out, "reloads",
       absl::StrCat(policy.reloads(), " took effect, ", policy.failed_reloads(),
                    " failed"));
  if (policy.from_last_good()) {
    Line(out, "WARNING",
         "the file was unusable at start; the last good policy is in force");
  }
  if (!policy.last_problem().empty()) {
    out << Paint("  the file is not what is in force:", Colour::kRed,
                 streams.colour)
        << '\n'
        << policy.last_problem();
    if (policy.last_problem().back() != '\n') out << '\n';
  }
}

void PrintText(const v1::GetStatusResponse& status, const CliStreams& streams) {
  std::ostream& out = streams.out;
  out << "pinwardend " << status.version() << ", running since "
      << TimeText(status.started()) << '\n';
  PrintNri(status.nri(), streams);
  PrintPolicy(status.policy(), streams);
  const v1::RecordStatus& records = status.records();
  out << "decisions: " << records.recorded() << " recorded, "
      << records.dropped() << " dropped\n";
  for (const char* outcome :
       {"allowed", "exempted", "would_reject", "rejected"}) {
    const auto found = records.by_outcome().find(outcome);
    Line(out, outcome,
         absl::StrCat(found == records.by_outcome().end() ? 0 : found->second));
  }
  Line(out, "watchers",
       absl::StrCat(records.watchers(), ", ", records.lost_by_watchers(),
                    " decisions lost by slow ones"));
}

void RunStatus(const std::string& socket, CliContext& context) {
  const absl::StatusOr<v1::GetStatusResponse> status =
      ControlClient(socket).GetStatus(absl::Seconds(5));
  if (!status.ok()) {
    context.exit = ReportDaemonError(status.status(), context.streams.err);
    return;
  }
  if (context.output == OutputFormat::kJson) {
    PrintJsonLine(context.streams.out, ToJsonObject(*status));
  } else {
    PrintText(*status, context.streams);
  }
}

}  // namespace

void AddStatusCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "status", "Show whether the daemon judges, by which policy, what came");
  command->footer(
      "Exit code: 0 when the daemon answers, registered or not; 3 when it "
      "does not.");
  auto socket = std::make_shared<std::string>(kDefaultReadSocket);
  command
      ->add_option("--socket", *socket,
                   "The daemon's read socket (root and group pinwarden)")
      ->type_name("PATH")
      ->capture_default_str();
  AddOutputOption(*command, context);
  command->callback([socket, &context] { RunStatus(*socket, context); });
}

}  // namespace pinwarden
