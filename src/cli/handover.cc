// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "pinwarden/control_client.h"

namespace pinwarden {
namespace {

// The daemon gives its successor 30 s, and one before itself 10 s to end.
constexpr absl::Duration kHandoverTimeout = absl::Seconds(60);

// How long the old daemon has to leave, once the new one judges.
constexpr absl::Duration kLeaveTimeout = absl::Seconds(30);
constexpr absl::Duration kLookInterval = absl::Milliseconds(50);

// 1 for what the daemon refuses or fails at, and goes on; 3 where it does not
// answer, or is too old for the call and has to be restarted.
int ReportHandoverError(const absl::Status& status, std::ostream& err) {
  const int exit = ReportDaemonError(status, err);
  if (absl::IsUnimplemented(status)) return kExitUnreachable;
  return exit == kExitUnreachable ? kExitUnreachable : kExitFindings;
}

// Until the new daemon has the old one's sockets, which it gets last.
bool AwaitSuccessor(const std::string& socket, uint32_t pid) {
  const ControlClient client(socket);
  for (absl::Duration waited; waited < kLeaveTimeout; waited += kLookInterval) {
    const absl::StatusOr<v1::GetStatusResponse> status =
        client.GetStatus(absl::Seconds(1));
    if (status.ok() && status->pid() == pid) return true;
    absl::SleepFor(kLookInterval);
  }
  return false;
}

void Print(const v1::HandoverResponse& answer, const CliContext& context) {
  if (context.output == OutputFormat::kJson) {
    PrintJsonLine(context.streams.out,
                  Json{{"old_pid", answer.old_pid()},
                       {"old_version", answer.old_version()},
                       {"new_pid", answer.new_pid()},
                       {"new_version", answer.new_version()}});
    return;
  }
  context.streams.out << "handed over: pinwardend " << answer.old_version()
                      << " (process " << answer.old_pid() << ") -> "
                      << answer.new_version() << " (process "
                      << answer.new_pid() << ")\n";
}

void RunHandover(const std::string& socket, CliContext& context) {
  const absl::StatusOr<v1::HandoverResponse> answer =
      ControlClient(socket).Handover(kHandoverTimeout);
  if (!answer.ok()) {
    context.exit = ReportHandoverError(answer.status(), context.streams.err);
    return;
  }
  if (!AwaitSuccessor(socket, answer->new_pid())) {
    context.streams.err << "pinwarden: the new pinwardend, process "
                        << answer->new_pid()
                        << ", judges, but does not answer on the socket; see: "
                           "journalctl -u pinwardend\n";
    context.exit = kExitFindings;
    return;
  }
  Print(*answer, context);
}

}  // namespace

void AddHandoverCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "handover", "Have the daemon replaced by the program installed now");
  command->footer(
      "The daemon starts the new program with its own flags, and leaves once\n"
      "that judges: there is no moment in which nobody does. If the new one\n"
      "does not get so far, the old one goes on as if nobody had asked. The\n"
      "packages run this after an upgrade.\n\n"
      "Exit code: 0 if the new one has taken over; 1 if the old one goes on; "
      "3\n"
      "if the daemon does not answer, or is too old to hand over.");
  auto socket = std::make_shared<std::string>(kDefaultControlSocket);
  command->add_option("--socket", *socket, "The daemon's control socket")
      ->type_name("PATH")
      ->capture_default_str();
  AddOutputOption(*command, context);
  command->callback([socket, &context] { RunHandover(*socket, context); });
}

}  // namespace pinwarden
