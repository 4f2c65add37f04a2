// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "pinwarden/control_client.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);
constexpr size_t kMaxNameBytes = 64;

struct BreakGlassArguments {
  std::string socket = kDefaultControlSocket;
  std::string duration;
  std::string reason;
  std::string name_space;
  bool end = false;
};

// Who the person is, as far as the host can tell: a name, which whoever is root
// may set to anything, and the user id of the login, which the kernel keeps.
std::string Who() {
  std::string name = "root";
  for (const char* variable : {"SUDO_USER", "DOAS_USER", "LOGNAME", "USER"}) {
    const char* const value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    name = ToValidUtf8(value, kMaxNameBytes);
    break;
  }
  for (char& c : name) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) c = '?';
  }
  const std::string login(absl::StripAsciiWhitespace(
      ReadFile("/proc/self/loginuid", 32).value_or("")));
  // The kernel's word for nobody's login.
  if (login.empty() || login == "4294967295") {
    return absl::StrCat(name, " (uid ", getuid(), ")");
  }
  return absl::StrCat(name, " (login uid ", login, ")");
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

void Print(const v1::BreakGlassStatus& status, CliContext& context) {
  if (context.output == OutputFormat::kJson) {
    PrintJsonLine(
        context.streams.out,
        Json{{"active", status.active()},
             {"since", TimeText(status.since())},
             {"until", status.has_until() ? TimeText(status.until()) : ""},
             {"remaining_seconds", status.remaining_seconds()},
             {"namespace", status.namespace_()},
             {"reason", status.reason()},
             {"who", status.who()},
             {"let_in", status.let_in()},
             {"problem", status.problem()}});
  } else if (status.active()) {
    context.streams.out
        << "break-glass until " << TimeText(status.until())
        << ": on this host, what would be refused in namespaces "
        << Quote(status.namespace_())
        << " is let in, and recorded as break_glass\n"
           "to end it before: pinwarden break-glass --end\n";
  } else {
    context.streams.out << "break-glass has ended: the policy holds again\n"
                           "containers let in since the daemon started: "
                        << status.let_in()
                        << "\nto see them: pinwarden report, or journalctl -u "
                           "pinwardend -g break_glass=true\n";
  }
  if (!status.problem().empty()) {
    context.streams.err << "pinwarden: WARNING: " << Quote(status.problem())
                        << "\n";
  }
}

void Run(const BreakGlassArguments& arguments, CliContext& context) {
  const ControlClient client(arguments.socket);
  absl::StatusOr<v1::BreakGlassStatus> status;
  if (arguments.end) {
    v1::EndBreakGlassRequest request;
    request.set_who(Who());
    status = client.EndBreakGlass(request, kTimeout);
  } else {
    absl::Duration duration;
    if (!absl::ParseDuration(arguments.duration, &duration)) {
      context.streams.err << "pinwarden: --for " << Quote(arguments.duration)
                          << " is no duration; write it as 30m or 2h\n";
      context.exit = kExitUsage;
      return;
    }
    v1::BreakGlassRequest request;
    request.set_duration_seconds(absl::ToInt64Seconds(duration));
    request.set_reason(arguments.reason);
    request.set_namespace_(arguments.name_space);
    request.set_who(Who());
    status = client.BreakGlass(request, kTimeout);
  }
  if (!status.ok()) {
    context.exit = ReportDaemonError(status.status(), context.streams.err);
    return;
  }
  Print(*status, context);
}

}  // namespace

void AddBreakGlassCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "break-glass", "For a time, let in on this host what would be refused");
  command->footer(
      "For emergencies. What would be refused is let in and recorded, with "
      "who\n"
      "asked and why in log, status, report and metrics. It outlives a "
      "restart\n"
      "of the daemon and of the host, ends by itself whatever is done to the\n"
      "clock, and can be ended before. Another call replaces the one before "
      "it.\n"
      "Only root can do this.\n\n"
      "Exit code: 0; 2 if the daemon refuses it, as when there is none to "
      "end;\n"
      "3 if the daemon does not answer.\n\n"
      "Examples:\n"
      "  pinwarden break-glass --for 30m --reason 'OPS-7: registry moved'\n"
      "  pinwarden break-glass --for 2h --reason OPS-8 --namespace 'shop-*'\n"
      "  pinwarden break-glass --end");
  auto arguments = std::make_shared<BreakGlassArguments>();
  CLI::Option* const duration =
      command
          ->add_option("--for", arguments->duration, "How long, from 1m to 24h")
          ->type_name("DURATION");
  CLI::Option* const reason =
      command
          ->add_option("--reason", arguments->reason,
                       "Why, for whoever reads it later")
          ->type_name("TEXT");
  CLI::Option* const name_space =
      command
          ->add_option("-n,--namespace", arguments->name_space,
                       "Only in namespaces that match")
          ->type_name("GLOB");
  command->add_flag("--end", arguments->end, "End it now")
      ->excludes(duration)
      ->excludes(reason)
      ->excludes(name_space);
  duration->needs(reason);
  reason->needs(duration);
  command
      ->add_option("--socket", arguments->socket, "The daemon's control socket")
      ->type_name("PATH")
      ->capture_default_str();
  AddOutputOption(*command, context);
  command->callback([arguments, duration, &context] {
    if (!arguments->end && duration->count() == 0) {
      throw CLI::RequiredError("--for and --reason, or --end");
    }
    Run(*arguments, context);
  });
}

}  // namespace pinwarden
