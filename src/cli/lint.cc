// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/lint.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/lint_run.h"
#include "pinwarden/baseline.h"
#include "pinwarden/file.h"
#include "pinwarden/lint_output.h"
#include "pinwarden/quote.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {
namespace {

struct LintCommandArguments {
  LintArguments run;
  std::string output = "text";
  std::string baseline;
  bool write_baseline = false;
  bool show_suppressed = false;
  bool strict = false;
};

// The directory that this runs in, and the one above it that holds the
// repository; both "" where they are not known.
void SetDirectories(LintOutputOptions* options) {
  char buffer[PATH_MAX];
  if (getcwd(buffer, sizeof buffer) == nullptr) return;
  options->directory = buffer;
  for (std::string at = buffer; !at.empty(); at.resize(at.rfind('/'))) {
    struct stat info;
    if (stat((at + "/.git").c_str(), &info) == 0) {
      options->source_root = at;
      return;
    }
  }
  options->source_root = buffer;
}

int Fail(CliContext& context, absl::string_view message) {
  context.streams.err << "pinwarden: " << message << '\n';
  return kExitUsage;
}

int WriteNewBaseline(const std::string& path, const LintResult& result,
                     CliContext& context) {
  const auto text = WriteBaseline(result);
  if (!text.ok()) return Fail(context, text.status().message());
  constexpr mode_t kMode = 0644;
  const absl::Status written = WriteFileAtomically(path, *text, kMode);
  if (!written.ok()) return Fail(context, written.message());
  const LintSummary& found = result.summary;
  std::ostream& err = context.streams.err;
  err << "pinwarden: wrote the baseline " << Quote(path, PATH_MAX) << ": "
      << found.refused + found.not_judged << " findings\n";
  const size_t left_out = found.unreadable + found.bad_suppressions;
  if (left_out == 0) return kExitOk;
  err << "pinwarden: " << left_out
      << " that cannot be in a baseline are left out: files that cannot be "
         "read, and suppressions that ignore nothing\n";
  return kExitFindings;
}

// Takes out what the baseline has; how many of its entries, of files that were
// looked into, are gone.
absl::StatusOr<size_t> TakeBaseline(const std::string& path,
                                    const std::set<std::string>& looked_into,
                                    LintResult* result) {
  const auto text = ReadFile(path, kMaxSourceBytes);
  if (!text.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        text.status().message(), "; --write-baseline makes a baseline"));
  }
  const auto baseline = ParseBaseline(*text);
  if (!baseline.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "baseline ", Quote(path, PATH_MAX), ": ", baseline.status().message()));
  }
  const auto gone = ApplyBaseline(*baseline, result);
  return static_cast<size_t>(
      std::count_if(gone.begin(), gone.end(), [&](const BaselineEntry& entry) {
        return looked_into.count(entry.file) > 0;
      }));
}

int ExitFor(const LintSummary& summary, bool strict) {
  if (strict && summary.unreadable > 0) return kExitUsage;
  const size_t found = summary.refused + summary.not_judged +
                       summary.unreadable + summary.bad_suppressions;
  return found > 0 ? kExitFindings : kExitOk;
}

void RunLint(const LintCommandArguments& arguments, CliContext& context) {
  if (arguments.write_baseline && arguments.baseline.empty()) {
    context.exit = Fail(context, "--write-baseline needs --baseline FILE");
    return;
  }
  if (arguments.write_baseline && !arguments.run.changed_since.empty()) {
    context.exit = Fail(context,
                        "a baseline of what has changed would lose all others; "
                        "leave --changed-since out with --write-baseline");
    return;
  }
  auto run = RunLintFiles(arguments.run, context);
  if (!run) return;
  std::vector<FileLint> lints;
  std::set<std::string> looked_into;
  lints.reserve(run->files.size());
  for (LintRun::File& file : run->files) {
    looked_into.insert(file.source.path);
    lints.push_back(std::move(file.lint));
  }
  LintResult result =
      CollectFindings(absl::MakeSpan(lints), std::move(run->unreadable));
  if (arguments.write_baseline) {
    context.exit = WriteNewBaseline(arguments.baseline, result, context);
    return;
  }
  LintOutputOptions options;
  options.colour = context.streams.colour;
  options.show_suppressed = arguments.show_suppressed;
  options.now = run->now;
  SetDirectories(&options);
  if (!arguments.baseline.empty()) {
    const auto fixed = TakeBaseline(arguments.baseline, looked_into, &result);
    if (!fixed.ok()) {
      context.exit = Fail(context, fixed.status().message());
      return;
    }
    options.has_baseline = true;
    options.fixed = *fixed;
  }
  const auto output = ParseLintOutput(arguments.output);
  context.streams.out << FormatLint(result, output.value_or(LintOutput::kText),
                                    options);
  context.exit = ExitFor(result.summary, arguments.strict);
}

}  // namespace

void AddLintCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "lint", "Judge the images that files name, before any node does");
  command->footer(
      "Finds images in Kubernetes manifests, Kustomize and Compose files,\n"
      "Dockerfiles, ECS task definitions (also in CloudFormation and "
      "Terraform\n"
      "plans), GitHub Actions and GitLab CI, and judges each as a node with\n"
      "this policy would, with the same words. What it cannot judge, such as "
      "a\n"
      "variable that is not set, it says. Needs no daemon and no network.\n\n"
      "An image stays as it is with a comment beside or right above it:\n"
      "  # pinwarden: ignore <reason> until <date>\n\n"
      "Exit code: 0 if nothing new is found, 1 if something is, 2 if the\n"
      "policy cannot be used or, with --strict, a file cannot be read.\n\n"
      "Examples:\n"
      "  pinwarden lint --policy policy.yaml deploy/\n"
      "  pinwarden lint --changed-since main --output github\n"
      "  pinwarden lint --baseline pinwarden-baseline.json --write-baseline .\n"
      "  helm template chart/ | pinwarden lint --stdin-name chart.yaml -");
  auto arguments = std::make_shared<LintCommandArguments>();
  AddLintRunOptions(*command, &arguments->run);
  command
      ->add_option("-o,--output", arguments->output,
                   "How to print: text, json, sarif, junit, github, checkstyle")
      ->check(CLI::IsMember(LintOutputNames()).description(""))
      ->type_name("text|json|sarif|junit|github|checkstyle")
      ->capture_default_str();
  command
      ->add_option("--baseline", arguments->baseline,
                   "Fail only on what is not in this file")
      ->type_name("FILE");
  command->add_flag("--write-baseline", arguments->write_baseline,
                    "Write what is found now to the baseline, and end");
  command->add_flag("--show-suppressed", arguments->show_suppressed,
                    "Show what is suppressed or in the baseline, too");
  command->add_flag("--strict", arguments->strict,
                    "Exit with 2 if a file could not be read or parsed");
  command->callback([arguments, &context] { RunLint(*arguments, context); });
}

}  // namespace pinwarden
