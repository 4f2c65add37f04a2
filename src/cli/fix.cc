// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/fix.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/fix_run.h"
#include "cli/input.h"
#include "cli/lint_run.h"
#include "cli/pin_source.h"
#include "cli/replace_file.h"
#include "pinwarden/line_index.h"
#include "pinwarden/quote.h"
#include "pinwarden/text_diff.h"

namespace pinwarden {
namespace {

struct FixArguments {
  LintArguments lint;
  PinArguments pin;
  bool all = false;
  bool no_runtime = false;
  bool dry_run = false;
};

// First the lock file, then the runtime, as long as that answers.
class Digests {
 public:
  Digests(const FixArguments& arguments, const LockFile& lock,
          std::ostream& err)
      : lock_name_(ShownName(arguments.pin.lock_file)), lock_(lock), err_(err) {
    if (!arguments.no_runtime) store_.emplace(arguments.pin);
  }

  absl::StatusOr<std::string> Of(const Reference& reference) {
    if (const auto locked = lock_.Find(reference)) return std::string(*locked);
    if (store_) {
      const auto digest = store_->DigestOf(reference);
      if (digest.ok()) return digest;
      if (!IsAboutRuntime(digest.status())) {
        return absl::Status(digest.status().code(),
                            absl::StrCat("not in ", lock_name_, ", and ",
                                         digest.status().message()));
      }
      err_ << "pinwarden: " << digest.status().message() << "; only "
           << lock_name_ << " is looked into\n";
      store_.reset();
    }
    return absl::NotFoundError(absl::StrCat("not in ", lock_name_));
  }

 private:
  const std::string lock_name_;
  const LockFile& lock_;
  std::ostream& err_;
  std::optional<ImageStore> store_;
};

// What became of it all.
struct FixOutcome {
  std::vector<const FixedFile*> files;  // that were, or would be, written
  std::vector<std::string> failed;      // why others were not
  size_t pinned = 0;
};

FixOutcome Write(const FixRun& run, bool dry_run) {
  FixOutcome outcome;
  for (const auto& [key, file] : run.files) {
    if (file.edits.empty()) continue;
    if (!dry_run) {
      const absl::Status status =
          ReplaceKeepingOwner(file.path, file.after, file.text);
      if (!status.ok()) {
        outcome.failed.push_back(std::string(status.message()));
        continue;
      }
    }
    outcome.files.push_back(&file);
    outcome.pinned += file.edits.size();
  }
  std::sort(
      outcome.files.begin(), outcome.files.end(),
      [](const FixedFile* a, const FixedFile* b) { return a->path < b->path; });
  return outcome;
}

void PrintText(const FixRun& run, const FixOutcome& outcome,
               const FixArguments& arguments, CliContext& context) {
  std::ostream& out = context.streams.out;
  std::ostream& err = context.streams.err;
  for (const FixedFile* file : outcome.files) {
    if (arguments.dry_run) {
      out << UnifiedDiff(file->text, file->after, file->path);
      continue;
    }
    const LineIndex lines(file->text);
    for (const PinEdit& edit : file->edits) {
      const Position at = lines.At(edit.at.begin);
      out << ShownName(file->path) << ':' << at.line << ':' << at.column << ": "
          << edit.image << '@' << edit.digest << '\n';
    }
  }
  for (const LeftUse& left : run.left) {
    err << PlaceOf(left.judged->finding) << ": "
        << Quote(left.judged->use.image) << " is left: " << left.why << '\n';
  }
  const bool unknown =
      std::any_of(run.left.begin(), run.left.end(), [](const LeftUse& left) {
        return absl::StartsWith(left.why, "no digest is known");
      });
  if (unknown) {
    err << "pinwarden asks no registry: `pinwarden lock` where the images are, "
           "or a line by hand, puts digests into "
        << ShownName(arguments.pin.lock_file) << '\n';
  }
  err << (arguments.dry_run ? "would be pinned: " : "pinned: ")
      << outcome.pinned << " in " << outcome.files.size()
      << (outcome.files.size() == 1 ? " file" : " files")
      << "; left: " << run.left.size() << '\n';
}

void PrintJson(const FixRun& run, const FixOutcome& outcome,
               const FixArguments& arguments, CliContext& context) {
  Json pinned = Json::array();
  for (const FixedFile* file : outcome.files) {
    const LineIndex lines(file->text);
    for (const PinEdit& edit : file->edits) {
      const Position at = lines.At(edit.at.begin);
      pinned.push_back(
          {{"file", file->path},
           {"line", at.line},
           {"column", at.column},
           {"image", edit.image},
           {"pinned", absl::StrCat(edit.image, "@", edit.digest)}});
    }
  }
  Json left = Json::array();
  for (const LeftUse& use : run.left) {
    const Finding& finding = use.judged->finding;
    left.push_back({{"file", finding.file},
                    {"line", finding.line},
                    {"column", finding.column},
                    {"image", use.judged->use.image},
                    {"why", use.why}});
  }
  PrintJsonLine(context.streams.out,
                Json{{"written", !arguments.dry_run && outcome.pinned > 0},
                     {"pinned", pinned},
                     {"left", left}});
}

void RunFix(const FixArguments& arguments, CliContext& context) {
  std::ostream& err = context.streams.err;
  if (ReadsStdin(arguments.lint.paths)) {
    err << "pinwarden: what comes from stdin cannot be rewritten in place; "
           "name files\n";
    context.exit = kExitUsage;
    return;
  }
  const auto lock = ReadLockFile(arguments.pin.lock_file, context);
  if (!lock) return;
  auto lint = RunLintFiles(arguments.lint, context);
  if (!lint) return;
  const size_t unreadable = SayUnreadable(*lint, context);
  Digests digests(arguments, lock->file, err);
  const FixRun run = PlanFixRun(
      &*lint,
      [&](const JudgedUse& judged) {
        return LacksPin(judged) || (arguments.all && LacksDigest(judged.use));
      },
      [&](const Reference& reference) { return digests.Of(reference); });
  const FixOutcome outcome = Write(run, arguments.dry_run);
  if (context.output == OutputFormat::kJson) {
    PrintJson(run, outcome, arguments, context);
  } else {
    PrintText(run, outcome, arguments, context);
  }
  for (const std::string& why : run.broken) err << "pinwarden: " << why << '\n';
  for (const std::string& why : outcome.failed) {
    err << "pinwarden: " << why << '\n';
  }
  if (!run.left.empty() || !run.broken.empty() || !outcome.failed.empty() ||
      unreadable > 0) {
    context.exit = kExitFindings;
  }
}

}  // namespace

void AddFixCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "fix", "Write digests behind the images that files name");
  command->footer(
      "Of what the policy refuses for want of a pin, each image gets the "
      "digest\n"
      "that the lock file has for it, or else the runtime of this host. Tags\n"
      "stay, and so does all else in the files; doing it again changes\n"
      "nothing. Never makes up a digest, and never asks a registry: what is\n"
      "not known here is left, and said.\n\n"
      "Exit code: 0 if nothing is left to pin, 1 if something is, 2 if the\n"
      "lock file or the policy cannot be used.\n\n"
      "Examples:\n"
      "  pinwarden fix --dry-run deploy/ | less\n"
      "  pinwarden fix --all --no-runtime deploy/web.yaml Dockerfile");
  auto arguments = std::make_shared<FixArguments>();
  AddLintRunOptions(*command, &arguments->lint);
  AddPinOptions(*command, &arguments->pin);
  command->add_flag("--all", arguments->all,
                    "Every image without a digest, whatever the policy says");
  command->add_flag("--no-runtime", arguments->no_runtime,
                    "Only look into the lock file");
  command->add_flag("--dry-run", arguments->dry_run,
                    "Only show the change, as a diff");
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunFix(*arguments, context); });
}

}  // namespace pinwarden
