// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "pinwarden/file.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

void PrintProblemsJson(const PolicyLoad& load, const std::string& path,
                       std::ostream& out) {
  for (const Problem& problem : load.problems) {
    PrintJsonLine(
        out, Json{{"file", path},
                  {"line", problem.at.line},
                  {"column", problem.at.column},
                  {"severity",
                   problem.severity == Severity::kError ? "error" : "warning"},
                  {"message", problem.message}});
  }
}

void RunPolicyLint(const std::string& path, CliContext& context) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxYamlBytes);
  if (!text.ok()) {
    context.streams.err << "pinwarden: " << std::string(text.status().message())
                        << '\n';
    context.exit = kExitUsage;
    return;
  }
  const PolicyLoad load = LoadPolicy(*text, BaseName(path), absl::Now());
  if (context.output == OutputFormat::kJson) {
    PrintProblemsJson(load, path, context.streams.out);
  } else {
    context.streams.out << RenderProblems(load.problems, path, *text);
  }
  if (load.policy == nullptr) {
    context.streams.err << path << ": has errors; the daemon would refuse it\n";
    context.exit = kExitFindings;
    return;
  }
  context.streams.err << path << ": loads; mode "
                      << std::string(ModeName(load.policy->mode()))
                      << ", rules: " << load.policy->rules().size()
                      << ", exemptions: " << load.policy->exemptions().size()
                      << '\n';
}

}  // namespace

void AddPolicyLintCommand(CLI::App& policy, CliContext& context) {
  CLI::App* command = policy.add_subcommand(
      "lint", "Show every problem of a policy file, with place and hint");
  command->footer(
      "Reads the file with the daemon's own loader.\n\n"
      "Exit code: 0 if it loads (warnings included), 1 if it has errors, 2 if\n"
      "it cannot be read.");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "The policy file")->required();
  AddOutputOption(*command, context);
  command->callback([path, &context] { RunPolicyLint(*path, context); });
}

}  // namespace pinwarden
