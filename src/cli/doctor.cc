// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/doctor.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "cli/command.h"

namespace pinwarden {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kIndent = 6;  // what "ok", "warn" and "FAIL" stand in

struct Flags {
  DoctorOptions options;
  std::string root;
  bool fix = false;
  bool dry_run = false;
};

// Prints words, breaking the line before the one that would not fit.
void PrintWrapped(std::ostream& out, const std::string& text) {
  size_t column = kIndent;
  bool first = true;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!first && column + 1 + word.size() > kWidth) {
      out << '\n' << std::string(kIndent, ' ');
      column = kIndent;
    } else if (!first) {
      out << ' ';
      ++column;
    }
    out << std::string(word);
    column += word.size();
    first = false;
  }
  out << '\n';
}

size_t Count(const Diagnosis& diagnosis, CheckVerdict verdict) {
  return static_cast<size_t>(std::count_if(
      diagnosis.findings.begin(), diagnosis.findings.end(),
      [verdict](const DoctorFinding& f) { return f.verdict == verdict; }));
}

std::string Mark(CheckVerdict verdict, bool colour) {
  switch (verdict) {
    case CheckVerdict::kOk:
      return Paint("ok", Colour::kGreen, colour) + "    ";
    case CheckVerdict::kWarn:
      return Paint("warn", Colour::kYellow, colour) + "  ";
    case CheckVerdict::kFail:
      return Paint("FAIL", Colour::kRed, colour) + "  ";
  }
  return "";
}

void PrintText(const Diagnosis& diagnosis, const CliStreams& streams) {
  std::ostream& out = streams.out;
  for (const DoctorFinding& finding : diagnosis.findings) {
    out << Mark(finding.verdict, streams.colour);
    PrintWrapped(out, absl::StrCat(finding.check, ": ", finding.evidence));
    if (finding.fix.empty()) continue;
    out << std::string(kIndent, ' ');
    PrintWrapped(out, "fix: " + finding.fix);
  }
  out << "\nok: " << Count(diagnosis, CheckVerdict::kOk)
      << ", warnings: " << Count(diagnosis, CheckVerdict::kWarn)
      << ", failures: " << Count(diagnosis, CheckVerdict::kFail) << '\n';
}

void PrintJson(const Diagnosis& diagnosis, std::ostream& out) {
  Json findings = Json::array();
  for (const DoctorFinding& finding : diagnosis.findings) {
    findings.push_back({{"check", finding.check},
                        {"verdict", std::string(NameOf(finding.verdict))},
                        {"evidence", finding.evidence},
                        {"fix", finding.fix}});
  }
  PrintJsonLine(out, Json{{"findings", findings},
                          {"summary",
                           {{"ok", Count(diagnosis, CheckVerdict::kOk)},
                            {"warn", Count(diagnosis, CheckVerdict::kWarn)},
                            {"fail", Count(diagnosis, CheckVerdict::kFail)}}},
                          {"if_pinwarden_dies",
                           std::string(NameOf(diagnosis.if_pinwarden_dies))}});
}

void PrintDropIn(const DropIn& drop_in, bool written, CliContext& context) {
  const CliStreams& streams = context.streams;
  if (context.output == OutputFormat::kJson) {
    PrintJsonLine(streams.out, Json{{"path", drop_in.path},
                                    {"contents", drop_in.contents},
                                    {"written", written},
                                    {"steps", drop_in.steps}});
    return;
  }
  // Only what would be in the file is data.
  if (!written) streams.out << drop_in.contents;
  streams.err << (written ? "written: " : "would be written: ") << drop_in.path
              << "\nleft to do:\n";
  for (const std::string& step : drop_in.steps) {
    streams.err << "  - " << step << '\n';
  }
}

void Fix(const DoctorFacts& facts, const HostFiles& files, bool dry_run,
         CliContext& context) {
  std::ostream& err = context.streams.err;
  const absl::StatusOr<std::optional<DropIn>> plan = PlanDropIn(facts, files);
  if (!plan.ok()) {
    err << "pinwarden: nothing was written: "
        << std::string(plan.status().message()) << '\n';
    context.exit = kExitFindings;
    return;
  }
  if (!plan->has_value()) {
    err << "nothing to write: no file of ours would make this better\n";
    return;
  }
  const DropIn& drop_in = **plan;
  if (!dry_run) {
    const absl::Status written = files.Write(drop_in.path, drop_in.contents);
    if (!written.ok()) {
      err << "pinwarden: " << std::string(written.message()) << '\n';
      context.exit = kExitUsage;
      return;
    }
  }
  PrintDropIn(drop_in, !dry_run, context);
}

void RunDoctor(const Flags& flags, CliContext& context) {
  const HostFiles files(flags.root);
  const DoctorFacts facts = GatherFacts(flags.options, files, absl::Now());
  if (flags.fix) return Fix(facts, files, flags.dry_run, context);
  const Diagnosis diagnosis = Diagnose(facts);
  if (context.output == OutputFormat::kJson) {
    PrintJson(diagnosis, context.streams.out);
  } else {
    PrintText(diagnosis, context.streams);
  }
  if (Count(diagnosis, CheckVerdict::kFail) > 0) context.exit = kExitFindings;
}

void AddPath(CLI::App& command, const char* name, std::string& value,
             const char* help) {
  command.add_option(name, value, help)->type_name("PATH");
}

}  // namespace

void AddDoctorCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Tell what happens on this host when pinwarden fails");
  command->footer(
      "Asks the daemon and reads the runtime's configuration. Each line has a\n"
      "verdict, what it rests on, and what to do. --fix writes a file of its\n"
      "own beside the runtime's and edits nobody else's; run as root.\n\n"
      "Exit code: 0 if nothing fails, 1 if something does, or if --fix cannot\n"
      "help, 2 if the file cannot be written.");
  auto flags = std::make_shared<Flags>();
  DoctorOptions& options = flags->options;
  options.settings_file = "/etc/pinwarden/pinwardend.yaml";
  AddPath(*command, "--socket", options.read_socket,
          "The daemon's socket, if not the one in its settings");
  AddPath(*command, "--settings", options.settings_file,
          "The daemon's settings");
  AddPath(*command, "--policy", options.policy,
          "The policy, if not the one in force or in the settings");
  AddPath(*command, "--containerd-config", options.containerd_config,
          "containerd's main file, if not the one that it was told");
  AddPath(*command, "--crio-config", options.crio_config,
          "CRI-O's main file; PATH.d is read besides");
  command
      ->add_option("--runtime", options.runtime,
                   "Judge as if this one ran, such as \"containerd 2.2.1\"")
      ->type_name("TEXT");
  CLI::Option* fix = command->add_flag(
      "--fix", flags->fix, "Write a drop-in that mends the configuration");
  command->add_flag("--dry-run", flags->dry_run, "With --fix: only print it")
      ->needs(fix);
  // A host's disk that is mounted elsewhere.
  command->add_option("--root", flags->root)->group("");
  AddOutputOption(*command, context);
  command->callback([flags, &context] { RunDoctor(*flags, context); });
}

}  // namespace pinwarden
