// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "pinwarden/control_client.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

constexpr const char* kOutcomes[] = {"allowed",         "exempted",
                                     "would_reject",    "rejected",
                                     "slipped_allowed", "slipped_violation"};

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
      {"registration_timeout_ms", nri.registration_timeout_ms()},
      {"request_timeout_ms", nri.request_timeout_ms()},
  };
}

Json PolicyJson(const v1::PolicyStatus& policy) {
  Json expiring = Json::array();
  for (const v1::ExpiringExemption& exemption : policy.expiring_exemptions()) {
    expiring.push_back({{"name", exemption.name()},
                        {"owner", exemption.owner()},
                        {"expires", TimeText(exemption.expires())}});
  }
  Json included = Json::array();
  for (const std::string& file : policy.included_files()) {
    included.push_back(file);
  }
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
      {"ambiguous", policy.ambiguous()},
      {"on_slip", policy.on_slip()},
      {"expiring_exemptions", expiring},
      {"included_files", included},
  };
}

Json JudgingJson(const v1::JudgingStatus& judging) {
  return Json{
      {"gaps", judging.gaps()},
      {"unjudged_seconds", judging.unjudged_seconds()},
      {"last_gap_from",
       judging.has_last_gap_from() ? TimeText(judging.last_gap_from()) : ""},
      {"last_gap_until",
       judging.has_last_gap_until() ? TimeText(judging.last_gap_until()) : ""},
      {"last_gap_cause", judging.last_gap_cause()},
      {"slipped_allowed", judging.slipped_allowed()},
      {"slipped_violations", judging.slipped_violations()},
      {"slipped_stopped", judging.slipped_stopped()},
      {"slipped_stop_failures", judging.slipped_stop_failures()},
      {"problem", judging.problem()},
  };
}

Json BreakGlassJson(const v1::BreakGlassStatus& lever) {
  return Json{
      {"active", lever.active()},
      {"since", lever.has_since() ? TimeText(lever.since()) : ""},
      {"until", lever.has_until() ? TimeText(lever.until()) : ""},
      {"remaining_seconds", lever.remaining_seconds()},
      {"reason", lever.reason()},
      {"namespace", lever.namespace_()},
      {"who", lever.who()},
      {"let_in", lever.let_in()},
      {"problem", lever.problem()},
  };
}

Json CriJson(const v1::CriStatus& cri) {
  return Json{
      {"socket", cri.socket()},
      {"calls", cri.calls()},
      {"failures", cri.failures()},
      {"last_error", cri.last_error()},
  };
}

Json LedgerJson(const v1::LedgerStatus& ledger) {
  return Json{
      {"path", ledger.path()},
      {"rows", ledger.rows()},
      {"bytes", ledger.bytes()},
      {"written", ledger.written()},
      {"dropped", ledger.dropped()},
      {"problem", ledger.problem()},
      {"set_aside", ledger.set_aside()},
      {"oldest", ledger.has_oldest() ? TimeText(ledger.oldest()) : ""},
  };
}

Json RecordsJson(const v1::RecordStatus& records) {
  Json by_outcome = Json::object();
  for (const char* outcome : kOutcomes) {
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
      {"log_lines_folded", records.log_lines_folded()},
  };
}

Json ToJsonObject(const v1::GetStatusResponse& status) {
  return Json{{"version", status.version()},
              {"pid", status.pid()},
              {"started", TimeText(status.started())},
              {"nri", NriJson(status.nri())},
              {"policy", PolicyJson(status.policy())},
              {"records", RecordsJson(status.records())},
              {"judging", JudgingJson(status.judging())},
              {"cri", CriJson(status.cri())},
              {"ledger", LedgerJson(status.ledger())},
              {"break_glass", BreakGlassJson(status.break_glass())}};
}

// One line, "name  text", in a column that all lines share.
void Line(std::ostream& out, absl::string_view name, absl::string_view text) {
  out << "  " << std::string(name)
      << std::string(name.size() < 18 ? 18 - name.size() : 1, ' ')
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
  if (policy.included_files_size() > 0) {
    Line(out, "includes",
         absl::StrCat(policy.included_files_size(), " files: ",
                      Quote(absl::StrJoin(policy.included_files(), " "), 160)));
  }
  Line(out, "sha256", policy.sha256());
  Line(out, "holds",
       absl::StrCat("rules: ", policy.rules(),
                    ", exemptions: ", policy.exemptions(), " (",
                    policy.expired_exemptions(), " expired)"));
  Line(out, "reloads",
       absl::StrCat(policy.reloads(), " took effect, ", policy.failed_reloads(),
                    " failed"));
  for (const v1::ExpiringExemption& exemption : policy.expiring_exemptions()) {
    Line(out, "expires soon",
         absl::StrCat("exemption ", Quote(exemption.name()), " of ",
                      Quote(exemption.owner()), ", ",
                      TimeText(exemption.expires())));
  }
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

// When nobody judged, which an operator should not have to look for.
void PrintJudging(const v1::JudgingStatus& judging, const CliStreams& streams) {
  std::ostream& out = streams.out;
  if (judging.gaps() == 0) {
    out << "gaps: none since the daemon started\n";
  } else {
    out << "gaps: "
        << Paint(absl::StrCat(judging.gaps()), Colour::kYellow, streams.colour)
        << ", in all " << absl::StrFormat("%.3f", judging.unjudged_seconds())
        << " s in which no container was judged\n";
    Line(out, "the last",
         absl::StrCat(TimeText(judging.last_gap_from()), " to ",
                      TimeText(judging.last_gap_until()), " (",
                      judging.last_gap_cause(), ")"));
    Line(out, "slipped by",
         absl::StrCat(judging.slipped_allowed(), " allowed, ",
                      judging.slipped_violations(), " against the policy"));
    Line(out, "stopped",
         absl::StrCat(judging.slipped_stopped(),
                      ", failed: ", judging.slipped_stop_failures()));
  }
  if (!judging.problem().empty()) {
    Line(out, "WARNING",
         absl::StrCat("what slips by while the daemon is down will not be "
                      "known: ",
                      Quote(judging.problem(), 256)));
  }
}

// What is in force against the policy comes first.
void PrintBreakGlass(const v1::BreakGlassStatus& lever,
                     const CliStreams& streams) {
  if (!lever.active()) return;
  std::ostream& out = streams.out;
  out << Paint("break-glass", Colour::kRed, streams.colour) << " until "
      << TimeText(lever.until())
      << ": what would be refused is let in, and recorded\n";
  Line(out, "namespaces", Quote(lever.namespace_()));
  Line(out, "reason", Quote(lever.reason()));
  Line(out, "who", Quote(lever.who()));
  Line(out, "let in", absl::StrCat(lever.let_in()));
  Line(out, "to end it", "pinwarden break-glass --end");
  if (!lever.problem().empty()) {
    Line(out, "WARNING",
         absl::StrCat("not kept over a restart: ", Quote(lever.problem())));
  }
}

void PrintLedger(const v1::LedgerStatus& ledger, const CliStreams& streams) {
  std::ostream& out = streams.out;
  if (ledger.path().empty()) {
    out << "ledger: none is kept\n";
    return;
  }
  out << "ledger: " << ledger.rows() << " rows, "
      << absl::StrFormat("%.1f",
                         static_cast<double>(ledger.bytes()) / (1 << 20))
      << " MiB\n";
  Line(out, "file", ledger.path());
  if (ledger.has_oldest()) Line(out, "goes back to", TimeText(ledger.oldest()));
  Line(out, "decisions",
       absl::StrCat(ledger.written(), " written, ", ledger.dropped(),
                    " dropped"));
  if (!ledger.set_aside().empty()) {
    Line(out, "set aside",
         absl::StrCat("a file that was broken: ", Quote(ledger.set_aside())));
  }
  if (!ledger.problem().empty()) {
    Line(out, "WARNING",
         absl::StrCat("nothing is kept now: ", Quote(ledger.problem())));
  }
}

void PrintText(const v1::GetStatusResponse& status, const CliStreams& streams) {
  std::ostream& out = streams.out;
  out << "pinwardend " << status.version() << ", running since "
      << TimeText(status.started()) << ", process " << status.pid() << '\n';
  PrintBreakGlass(status.break_glass(), streams);
  PrintNri(status.nri(), streams);
  PrintPolicy(status.policy(), streams);
  PrintJudging(status.judging(), streams);
  const v1::RecordStatus& records = status.records();
  out << "decisions: " << records.recorded() << " recorded, "
      << records.dropped() << " dropped\n";
  for (const char* outcome : kOutcomes) {
    const auto found = records.by_outcome().find(outcome);
    Line(out, outcome,
         absl::StrCat(found == records.by_outcome().end() ? 0 : found->second));
  }
  Line(out, "watchers",
       absl::StrCat(records.watchers(), ", ", records.lost_by_watchers(),
                    " decisions lost by slow ones"));
  PrintLedger(status.ledger(), streams);
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
