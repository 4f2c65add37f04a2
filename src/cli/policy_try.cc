// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/ledger_source.h"
#include "pinwarden/policy_trial.h"

namespace pinwarden {
namespace {

struct TryArguments {
  std::string policy;
  LedgerSourceArguments source;
  bool all = false;
};

void RunTry(const TryArguments& arguments, CliContext& context) {
  const absl::Time now = absl::Now();
  const auto policy = LoadPolicyFile(arguments.policy, now, context);
  if (policy == nullptr) return;
  const auto data = ReadLedgerSource(arguments.source, now, context);
  if (!data.has_value()) return;
  const PolicyTrial trial =
      TryPolicy(*policy, *data,
                arguments.all ? TrialRows::kAll : TrialRows::kLatest, now);
  if (context.output == OutputFormat::kJson) {
    WriteTrialJson(trial, *policy, *data, context.streams.out);
  } else {
    WriteTrialText(trial, *policy, *data,
                   {context.streams.width, context.streams.colour},
                   context.streams.out);
  }
  SetFindings(trial.refuses_more(), context);
}

}  // namespace

void AddPolicyTryCommand(CLI::App& policy, CliContext& context) {
  CLI::App* command =
      policy.add_subcommand("try", "Judge what ran here with another policy");
  command->footer(
      "Judges the latest image of each container of a workload, as the ledger\n"
      "has it, with another policy: what would newly be refused, what would\n"
      "newly be enforced that was only observed, and what newly let in.\n\n"
      "Exit code: 0 if no more would be refused than is now, 1 if more would,\n"
      "2 if the policy or a report cannot be used, 3 if the daemon does not\n"
      "answer.\n\n"
      "Examples:\n"
      "  pinwarden policy try strict.yaml --since 14d\n"
      "  pinwarden policy try strict.yaml --merge reports/ --output json");
  auto arguments = std::make_shared<TryArguments>();
  command->add_option("file", arguments->policy, "The other policy")
      ->type_name("FILE")
      ->required();
  AddLedgerSourceOptions(*command, &arguments->source);
  command->add_flag("--all", arguments->all,
                    "Judge all that ran, not only the latest of each");
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunTry(*arguments, context); });
}

}  // namespace pinwarden
