// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "cli/command.h"
#include "pinwarden/control_client.h"

namespace pinwarden {
namespace {

void PrintJson(const v1::ReloadResponse& answer, std::ostream& out) {
  Json problems = Json::array();
  for (const std::string& problem : answer.problems()) {
    problems.push_back(problem);
  }
  PrintJsonLine(out, Json{{"changed", answer.changed()},
                          {"generation", answer.generation()},
                          {"failed", answer.failed()},
                          {"problems", problems}});
}

void PrintText(const v1::ReloadResponse& answer, const CliStreams& streams) {
  for (const std::string& problem : answer.problems()) {
    streams.err << problem;
  }
  if (answer.failed()) {
    streams.err << "pinwarden: the file cannot be used; policy generation "
                << answer.generation() << " stays in force\n";
  } else if (answer.changed()) {
    streams.out << "policy generation " << answer.generation()
                << " is in force\n";
  } else {
    streams.out << "nothing changed; policy generation " << answer.generation()
                << " is in force\n";
  }
}

void RunReload(const std::string& socket, CliContext& context) {
  const absl::StatusOr<v1::ReloadResponse> answer =
      ControlClient(socket).Reload(absl::Seconds(30));
  if (!answer.ok()) {
    context.exit = ReportDaemonError(answer.status(), context.streams.err);
    return;
  }
  if (answer->failed()) context.exit = kExitFindings;
  if (context.output == OutputFormat::kJson) {
    PrintJson(*answer, context.streams.out);
  } else {
    PrintText(*answer, context.streams);
  }
}

}  // namespace

void AddReloadCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "reload", "Have the daemon read its policy file again");
  command->footer(
      "The daemon also does this by itself when the file changes, and on\n"
      "SIGHUP. A file with errors leaves the policy in force as it is.\n\n"
      "Exit code: 0 if the file is in force, 1 if it has errors, 3 if the\n"
      "daemon does not answer.");
  auto socket = std::make_shared<std::string>(kDefaultControlSocket);
  command->add_option("--socket", *socket, "The daemon's control socket")
      ->type_name("PATH")
      ->capture_default_str();
  AddOutputOption(*command, context);
  command->callback([socket, &context] { RunReload(*socket, context); });
}

}  // namespace pinwarden
