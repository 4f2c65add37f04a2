// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_COMMAND_H_
#define PINWARDEN_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>

#include "cli/output.h"
#include "pinwarden/cli.h"

namespace pinwarden {

// What a subcommand works with. Its callback, run by the parser once the whole
// command line is known to be right, sets `exit`.
struct CliContext {
  const CliStreams& streams;
  OutputFormat output = OutputFormat::kText;
  int exit = kExitOk;
};

// Each adds one subcommand. `context` must outlive `app`.
void AddParseCommand(CLI::App& app, CliContext& context);
void AddCheckCommand(CLI::App& app, CliContext& context);
void AddLintCommand(CLI::App& app, CliContext& context);
void AddFixCommand(CLI::App& app, CliContext& context);
void AddLockCommand(CLI::App& app, CliContext& context);
void AddPolicyLintCommand(CLI::App& policy, CliContext& context);
void AddPolicySchemaCommand(CLI::App& policy, CliContext& context);
void AddPolicyTestCommand(CLI::App& policy, CliContext& context);
void AddPolicyTryCommand(CLI::App& policy, CliContext& context);
void AddStatusCommand(CLI::App& app, CliContext& context);
void AddWatchCommand(CLI::App& app, CliContext& context);
void AddReportCommand(CLI::App& app, CliContext& context);
void AddExemptCommand(CLI::App& app, CliContext& context);
void AddReloadCommand(CLI::App& app, CliContext& context);
void AddDoctorCommand(CLI::App& app, CliContext& context);
void AddHandoverCommand(CLI::App& app, CliContext& context);
void AddMetricsCommand(CLI::App& app, CliContext& context);
void AddBreakGlassCommand(CLI::App& app, CliContext& context);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_COMMAND_H_
