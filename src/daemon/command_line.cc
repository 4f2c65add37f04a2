// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/command_line.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "pinwarden/daemon.h"
#include "pinwarden/file.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/problem.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

constexpr char kDescription[] =
    "pinwardend: refuses containers whose image is not pinned.\n\n"
    "Attaches to the container runtime of this host through NRI and judges the "
    "image of\n"
    "every container that is about to be created against the policy. With "
    "`mode: observe`\n"
    "in the policy it only records what it would refuse.";

constexpr char kFooter[] = R"(
Examples:
  pinwardend --check                      is what I wrote valid?
  pinwardend --check --policy new.yaml    and this policy, before I install it?
  pinwardend --log-format json            lines for a collector

Files:
  /etc/pinwarden/policy.yaml       what may run; read again when it changes
  /etc/pinwarden/pinwardend.yaml   settings: version: 1 and the flags below as
                                   keys, such as nri_socket; a flag wins
  /run/pinwarden/judged            which containers were judged: the others
                                   that it finds have slipped by
  /var/lib/pinwarden/last-good-policy.yaml
                                   used at start while policy.yaml is invalid
  /var/lib/pinwarden/ledger.db     what was decided, for pinwarden report

Signals:
  SIGHUP            read the policy again
  SIGTERM, SIGINT   stop

Exit codes:
  0    stopped, or nothing wrong with --check
  1    another pinwardend serves on the control socket, or the runtime that
       started this one closed the connection
  2    bad flags
  78   settings or policy cannot be used; nothing was registered

While it runs: pinwarden status, pinwarden watch, pinwarden reload.
)";

std::string FlagOf(absl::string_view key) {
  return absl::StrCat("--", absl::StrReplaceAll(key, {{"_", "-"}}));
}

bool IsPath(absl::string_view key) {
  return key == "policy" || key == "state_directory" || key == "judged_file" ||
         absl::EndsWith(key, "_socket");
}

absl::string_view HelpOf(absl::string_view key) {
  if (key == "policy") return "The policy";
  if (key == "nri_socket") return "The runtime's NRI socket";
  if (key == "control_socket") return "Our API for root";
  if (key == "read_socket") return "Our API without what changes anything";
  if (key == "read_group") return "Who may open the read socket; \"\": root";
  if (key == "cri_socket") return "The runtime's CRI socket; \"\": do not ask";
  if (key == "judged_file") return "Which containers were judged, on a tmpfs";
  if (key == "state_directory") return "Keeps the last good policy";
  if (key == "ledger") return "What was decided, for reports; \"\": none";
  if (key == "ledger_days") return "How long that is kept, 1 to 365";
  if (key == "ledger_megabytes") return "How much it may take, 8 to 1024";
  if (key == "log_level") return "debug, info, warning or error";
  if (key == "log_format") return "text (key=value) or json";
  if (key == "log_decisions") return "all, refused (would-be too) or none";
  return "";
}

// A person types `--policy new.yaml`; a file has to say where.
std::string Absolute(const std::string& value) {
  std::error_code error;
  const auto path = std::filesystem::absolute(value, error);
  return error || value.empty() ? value : path.lexically_normal().string();
}

}  // namespace

std::variant<CommandLine, int> ParseCommandLine(int argc,
                                                const char* const* argv,
                                                std::ostream& out,
                                                std::ostream& err) {
  CommandLine line;
  std::vector<std::string> values(SettingKeys().size());
  CLI::App app(kDescription, "pinwardend");
  app.footer(kFooter);
  // Of a flag given twice the last counts, so that a wrapper can add its own.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version",
                       absl::StrCat("pinwardend ", std::string(Version())));
  app.add_option("--settings", line.settings_path, "The settings file")
      ->default_str(kDefaultSettingsPath);
  app.add_flag("--check", line.check,
               "Only say what is wrong with settings and policy");
  for (size_t i = 0; i < values.size(); ++i) {
    const absl::string_view key = SettingKeys()[i];
    app.add_option(FlagOf(key), values[i], std::string(HelpOf(key)))
        ->default_str(GetSetting(Settings(), key));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? kExitStopped : kExitBadUsage;
  }
  line.settings_named = app.count("--settings") > 0;
  line.settings_path = Absolute(line.settings_path);
  Settings scratch;
  for (size_t i = 0; i < values.size(); ++i) {
    const absl::string_view key = SettingKeys()[i];
    if (app.count(FlagOf(key)) == 0) continue;
    if (IsPath(key)) values[i] = Absolute(values[i]);
    const absl::Status status = SetSetting(key, values[i], &scratch);
    if (!status.ok()) {
      err << FlagOf(key) << ": " << status.message() << "\n";
      return kExitBadUsage;
    }
    line.overrides.emplace_back(std::string(key), values[i]);
  }
  return line;
}

bool ReadSettings(const CommandLine& line, std::ostream& err,
                  Settings* settings) {
  *settings = Settings();
  const absl::StatusOr<std::string> text =
      ReadFile(line.settings_path, kMaxSettingsBytes, FileTrust::kOwnedByUs);
  if (text.ok()) {
    SettingsLoad load = LoadSettings(*text);
    err << RenderProblems(load.problems, BaseName(line.settings_path), *text);
    if (HasErrors(load.problems)) return false;
    *settings = std::move(load.settings);
  } else if (line.settings_named || !absl::IsNotFound(text.status())) {
    err << "pinwardend: settings: " << text.status().message() << "\n";
    return false;
  }
  for (const auto& [key, value] : line.overrides) {
    SetSetting(key, value, settings).IgnoreError();  // checked with the flags
  }
  const absl::Status status = CheckSettings(*settings);
  if (!status.ok()) err << "pinwardend: " << status.message() << "\n";
  return status.ok();
}

}  // namespace pinwarden
