// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_schema.h"

#include "cli/command.h"

namespace pinwarden {

void AddPolicySchemaCommand(CLI::App& policy, CliContext& context) {
  CLI::App* command = policy.add_subcommand(
      "schema", "Print the JSON schema of policy files, for editors");
  command->footer(
      "An editor that knows it completes keys and marks mistakes as you type.\n"
      "With the YAML language server, this is the first line of a policy:\n"
      "  # yaml-language-server: $schema=/usr/share/pinwarden/"
      "policy.schema.json\n"
      "What compares two entries, such as a rule that can never match, only\n"
      "pinwarden policy lint sees.");
  command->callback([&context] { context.streams.out << kPolicySchemaJson; });
}

}  // namespace pinwarden
