// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "cli/command.h"

namespace pinwarden {

void AddOutputOption(CLI::App& command, CliContext& context) {
  static const std::map<std::string, OutputFormat> kFormats = {
      {"text", OutputFormat::kText}, {"json", OutputFormat::kJson}};
  command
      .add_option_function<std::string>(
          "-o,--output",
          [&context](const std::string& name) {
            context.output = kFormats.at(name);
          },
          "How to print: text for people, json for programs")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->type_name("text|json")
      ->default_str("text");
}

void PrintJsonLine(std::ostream& out, const Json& object) {
  out << object.dump(-1, ' ', /*ensure_ascii=*/false,
                     Json::error_handler_t::replace)
      << '\n';
}

int ReportDaemonError(const absl::Status& status, std::ostream& err) {
  err << "pinwarden: " << std::string(status.message()) << '\n';
  return absl::IsUnavailable(status) || absl::IsPermissionDenied(status) ||
                 absl::IsDeadlineExceeded(status)
             ? kExitUnreachable
             : kExitUsage;
}

std::string Paint(absl::string_view text, Colour colour, bool enabled) {
  if (!enabled) return std::string(text);
  absl::string_view code;
  switch (colour) {
    case Colour::kGreen:
      code = "32";
      break;
    case Colour::kYellow:
      code = "33";
      break;
    case Colour::kRed:
      code = "31";
      break;
    case Colour::kBold:
      code = "1";
      break;
  }
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

}  // namespace pinwarden
