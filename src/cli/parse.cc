// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/input.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

Json ToJsonObject(const std::string& input,
                  const absl::StatusOr<Reference>& parsed) {
  const Reference reference = parsed.ok() ? *parsed : Reference{};
  const bool is_name = reference.kind == ReferenceKind::kName;
  return Json{
      {"input", input},
      {"ok", parsed.ok()},
      {"kind", !parsed.ok() ? ""
               : is_name    ? "name"
                            : "id"},
      {"registry", reference.registry},
      {"repository", reference.repository},
      {"tag", reference.tag},
      {"digest", reference.digest},
      {"tag_defaulted", reference.tag_defaulted},
      {"error", std::string(parsed.status().message())},
      {"offset", ReferenceErrorOffset(parsed.status()).value_or(0)},
  };
}

void PrintText(const std::string& input,
               const absl::StatusOr<Reference>& parsed, std::ostream& out) {
  out << Quote(input) << '\n';
  if (!parsed.ok()) {
    out << "  not a reference: " << std::string(parsed.status().message())
        << '\n';
    return;
  }
  const Reference& reference = *parsed;
  if (reference.kind == ReferenceKind::kImageId) {
    out << "  image id    " << reference.digest << '\n';
    return;
  }
  out << "  registry    " << reference.registry << '\n'
      << "  repository  " << reference.repository << '\n';
  if (!reference.tag.empty()) {
    out << "  tag         " << reference.tag
        << (reference.tag_defaulted ? "  (none was named)" : "") << '\n';
  }
  if (!reference.digest.empty()) {
    out << "  digest      " << reference.digest << '\n';
  }
}

void RunParse(const std::vector<std::string>& references, CliContext& context) {
  const bool json =
      context.output == OutputFormat::kJson || ReadsStdin(references);
  ForEachItem(references, context.streams.in, [&](const std::string& input) {
    const absl::StatusOr<Reference> parsed = ParseReference(input);
    if (!parsed.ok()) context.exit = kExitFindings;
    if (json) {
      PrintJsonLine(context.streams.out, ToJsonObject(input, parsed));
    } else {
      PrintText(input, parsed, context.streams.out);
    }
  });
}

}  // namespace

void AddParseCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "parse", "Show the parts of image references, or where they go wrong");
  command->footer(
      "Exit code: 0, or 1 if any is not a reference.\n\n"
      "Examples:\n"
      "  pinwarden parse nginx ghcr.io/acme/app:1.2.3\n"
      "  kubectl get pods -o jsonpath='{..image}' | tr ' ' '\\n' |\n"
      "    pinwarden parse -");
  auto references = std::make_shared<std::vector<std::string>>();
  command
      ->add_option("REF", *references,
                   "A reference; - reads one a line from stdin and prints one "
                   "JSON object a line")
      ->required();
  AddOutputOption(*command, context);
  command->callback([references, &context] { RunParse(*references, context); });
}

}  // namespace pinwarden
