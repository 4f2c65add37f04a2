// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "pinwarden/policy_files.h"

namespace pinwarden {
namespace {

void PrintProblemsJson(const PolicyOnDisk& policy, const std::string& path,
                       std::ostream& out) {
  for (const Problem& problem : policy.load.problems) {
    PrintJsonLine(
        out, Json{{"file", std::string(DirectoryPrefix(path)) +
                               policy.source.files[problem.file].name},
                  {"line", problem.at.line},
                  {"column", problem.at.column},
                  {"severity",
                   problem.severity == Severity::kError ? "error" : "warning"},
                  {"message", problem.message}});
  }
}

void RunPolicyLint(const std::string& path, CliContext& context) {
  const absl::StatusOr<PolicyOnDisk> read = ReadPolicyOnDisk(path, absl::Now());
  if (!read.ok()) {
    context.streams.err << "pinwarden: " << std::string(read.status().message())
                        << '\n';
    context.exit = kExitUsage;
    return;
  }
  if (context.output == OutputFormat::kJson) {
    PrintProblemsJson(*read, path, context.streams.out);
  } else {
    context.streams.out << RenderAll(*read, path);
  }
  if (read->load.policy == nullptr) {
    context.streams.err << path << ": has errors; the daemon would refuse it\n";
    context.exit = kExitFindings;
    return;
  }
  const Policy& policy = *read->load.policy;
  context.streams.err << path << ": loads; mode "
                      << std::string(ModeName(policy.mode()))
                      << ", rules: " << policy.rules().size()
                      << ", exemptions: " << policy.exemptions().size();
  if (!policy.included().empty()) {
    context.streams.err << ", included files: " << policy.included().size();
  }
  context.streams.err << '\n';
}

}  // namespace

void AddPolicyLintCommand(CLI::App& policy, CliContext& context) {
  CLI::App* command = policy.add_subcommand(
      "lint", "Show every problem of a policy file, with place and hint");
  command->footer(
      "Reads the file, and those that it includes, with the daemon's own\n"
      "loader.\n\n"
      "Exit code: 0 if it loads (warnings included), 1 if it has errors, 2 if\n"
      "it cannot be read.");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "The policy file")->required();
  AddOutputOption(*command, context);
  command->callback([path, &context] { RunPolicyLint(*path, context); });
}

}  // namespace pinwarden
