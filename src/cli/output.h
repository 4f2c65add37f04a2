// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_OUTPUT_H_
#define PINWARDEN_CLI_OUTPUT_H_

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

struct CliContext;

enum class OutputFormat { kText, kJson };

using Json = nlohmann::ordered_json;

// Adds --output text|json to a subcommand.
void AddOutputOption(CLI::App& command, CliContext& context);

// Prints one JSON object on one line. Strings that are not UTF-8 come out with
// U+FFFD in place of what is not.
void PrintJsonLine(std::ostream& out, const Json& object);

// "pinwarden: <message>" on `err`, and the exit code for an error from the
// daemon's socket: 3 when it does not answer, 2 when it refuses the request.
int ReportDaemonError(const absl::Status& status, std::ostream& err);

enum class Colour { kGreen, kYellow, kRed, kBold };

// `text` in a colour when `enabled`, else as it is.
std::string Paint(absl::string_view text, Colour colour, bool enabled);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_OUTPUT_H_
