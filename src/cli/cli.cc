// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/cli.h"

#include <string>
#include <vector>

#include "cli/command.h"
#include "pinwarden/version.h"

namespace pinwarden {

int RunCli(const std::vector<std::string>& args, const CliStreams& streams) {
  CliContext context{streams};
  CLI::App app(
      "Keeps container images that nobody pinned from running.\n\n"
      "pinwardend judges every container of a host by one policy file; this\n"
      "program asks that daemon, and judges by the same policy without it.",
      "pinwarden");
  app.footer(
      "Start here:\n"
      "  pinwarden check nginx           would this image run here?\n"
      "  pinwarden lint DIRECTORY        and what its files name?\n"
      "  pinwarden policy lint FILE      is this policy right?\n"
      "  pinwarden report                what breaks if all is enforced?\n"
      "  pinwarden watch                 what is being decided now?\n\n"
      "Exit codes: 0 fine; 1 refused, or findings; 2 bad usage or input;\n"
      "3 the daemon does not answer.");
  app.set_version_flag("--version", "pinwarden " + std::string(Version()));
  app.require_subcommand(1);

  AddParseCommand(app, context);
  AddCheckCommand(app, context);
  AddLintCommand(app, context);
  AddFixCommand(app, context);
  AddLockCommand(app, context);
  CLI::App* policy = app.add_subcommand("policy", "Look after policy files");
  policy->require_subcommand(1);
  AddPolicyLintCommand(*policy, context);
  AddPolicySchemaCommand(*policy, context);
  AddPolicyTestCommand(*policy, context);
  AddPolicyTryCommand(*policy, context);
  AddStatusCommand(app, context);
  AddWatchCommand(app, context);
  AddReportCommand(app, context);
  AddExemptCommand(app, context);
  AddReloadCommand(app, context);
  AddDoctorCommand(app, context);
  AddHandoverCommand(app, context);
  AddMetricsCommand(app, context);
  AddBreakGlassCommand(app, context);

  try {
    // The parser takes its arguments last first.
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::ParseError& error) {
    // --help and --version come this way too, with code 0.
    return app.exit(error, streams.out, streams.err) == 0 ? kExitOk
                                                          : kExitUsage;
  }
  streams.out.flush();
  return context.exit;
}

}  // namespace pinwarden
