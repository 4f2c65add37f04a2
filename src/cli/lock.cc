// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/lint_run.h"
#include "cli/pin_source.h"
#include "cli/replace_file.h"
#include "pinwarden/fix.h"
#include "pinwarden/quote.h"
#include "pinwarden/text_diff.h"

namespace pinwarden {
namespace {

struct LockArguments {
  LintArguments lint;
  PinArguments pin;
  bool dry_run = false;
};

struct Locked {
  std::string image;  // in normal form
  std::string digest;
  std::string was;  // "" where it was not locked before
};

struct NotLocked {
  std::string image;
  std::string place;  // the first, if there are several
  std::string why;
};

struct LockRun {
  LockFile file;
  std::optional<std::string> before;  // as text; none where there was none
  std::map<std::string, std::pair<Reference, std::string>> wanted;
  std::vector<Locked> locked;
  std::vector<NotLocked> not_locked;
  size_t same = 0;
  size_t unreadable = 0;

  std::string after() const { return file.ToString(); }
};

// Images without a digest, each once; those that have no name are not locked.
void CollectImages(const LintRun& lint, LockRun* run) {
  for (const LintRun::File& file : lint.files) {
    for (const JudgedUse& judged : file.lint.uses) {
      const ImageUse& use = judged.use;
      if (use.kind == UseKind::kAction) continue;
      const std::string place = PlaceOf(judged.finding);
      if (!use.not_judged.empty()) {
        run->not_locked.push_back({use.image, place, use.not_judged});
        continue;
      }
      if (!LacksDigest(use)) continue;
      auto reference = ParseReference(use.image);
      if (!reference.ok()) {
        run->not_locked.push_back({use.image, place,
                                   absl::StrCat("it is no image reference: ",
                                                reference.status().message())});
        continue;
      }
      std::string name = reference->ToString();
      run->wanted.try_emplace(std::move(name), *std::move(reference), place);
    }
  }
}

// False, with a message, when the runtime does not answer.
bool LookUp(ImageStore* store, LockRun* run, CliContext& context) {
  for (const auto& [name, found] : run->wanted) {
    const auto digest = store->DigestOf(found.first);
    if (!digest.ok()) {
      if (IsAboutRuntime(digest.status())) {
        context.streams.err << "pinwarden: " << digest.status().message()
                            << '\n';
        context.exit = kExitUnreachable;
        return false;
      }
      // What somebody else has locked is as good.
      if (run->file.digests.count(name) != 0) {
        ++run->same;
      } else {
        run->not_locked.push_back(
            {name, found.second, std::string(digest.status().message())});
      }
      continue;
    }
    std::string& locked = run->file.digests[name];
    if (locked == *digest) {
      ++run->same;
      continue;
    }
    run->locked.push_back({name, *digest, std::exchange(locked, *digest)});
  }
  return true;
}

void PrintText(const LockRun& run, const LockArguments& arguments,
               CliContext& context) {
  std::ostream& err = context.streams.err;
  std::ostream& lines = arguments.dry_run ? err : context.streams.out;
  if (arguments.dry_run && !run.locked.empty()) {
    context.streams.out << UnifiedDiff(run.before.value_or(""), run.after(),
                                       arguments.pin.lock_file);
  }
  size_t changed = 0;
  for (const Locked& locked : run.locked) {
    if (locked.was.empty()) {
      lines << "locked " << locked.image << ' ' << locked.digest << '\n';
      continue;
    }
    ++changed;
    lines << "changed " << locked.image << ' ' << locked.was << " -> "
          << locked.digest << '\n';
  }
  for (const NotLocked& left : run.not_locked) {
    err << left.place << ": " << Quote(left.image)
        << " is not locked: " << left.why << '\n';
  }
  err << ShownName(arguments.pin.lock_file)
      << (arguments.dry_run ? " would have: " : ": ")
      << run.locked.size() - changed << " locked, " << changed << " changed, "
      << run.same << " as before; " << run.not_locked.size() << " not locked\n";
  if (!run.not_locked.empty()) {
    err << "pinwarden asks no registry: pull what is missing on this host, or "
           "write its line by hand\n";
  }
}

void PrintJson(const LockRun& run, const LockArguments& arguments,
               CliContext& context) {
  Json locked = Json::array();
  for (const Locked& l : run.locked) {
    locked.push_back(
        {{"image", l.image}, {"digest", l.digest}, {"was", l.was}});
  }
  Json left = Json::array();
  for (const NotLocked& n : run.not_locked) {
    left.push_back({{"image", n.image}, {"place", n.place}, {"why", n.why}});
  }
  PrintJsonLine(context.streams.out,
                Json{{"lock_file", arguments.pin.lock_file},
                     {"written", !arguments.dry_run && !run.locked.empty()},
                     {"locked", locked},
                     {"as_before", run.same},
                     {"not_locked", left}});
}

void RunLock(const LockArguments& arguments, CliContext& context) {
  LockRun run;
  auto lock = ReadLockFile(arguments.pin.lock_file, context);
  if (!lock) return;
  run.file = std::move(lock->file);
  run.before = std::move(lock->text);
  const auto lint = RunLintFiles(arguments.lint, context);
  if (!lint) return;
  run.unreadable = SayUnreadable(*lint, context);
  CollectImages(*lint, &run);
  ImageStore store(arguments.pin);
  if (!LookUp(&store, &run, context)) return;
  if (run.file.digests.size() > kMaxLockEntries) {
    context.streams.err << "pinwarden: a lock file holds at most "
                        << kMaxLockEntries << " images\n";
    context.exit = kExitUsage;
    return;
  }
  if (!run.locked.empty() && !arguments.dry_run) {
    const absl::Status status =
        ReplaceKeepingOwner(arguments.pin.lock_file, run.after(), run.before);
    if (!status.ok()) {
      context.streams.err << "pinwarden: " << status.message() << '\n';
      context.exit = kExitUsage;
      return;
    }
  }
  if (context.output == OutputFormat::kJson) {
    PrintJson(run, arguments, context);
  } else {
    PrintText(run, arguments, context);
  }
  if (!run.not_locked.empty() || run.unreadable > 0) {
    context.exit = kExitFindings;
  }
}

}  // namespace

void AddLockCommand(CLI::App& app, CliContext& context) {
  CLI::App* command = app.add_subcommand(
      "lock", "Write down which digests the tags in files stand for here");
  command->footer(
      "Asks the runtime of this host for the digest of each image that files\n"
      "name without one, and keeps it in the lock file, which pinwarden fix\n"
      "reads. What is in it already stays, or is said to have changed. Never\n"
      "asks a registry: pull an image first, or write its line by hand.\n\n"
      "Exit code: 0 if all images are locked, 1 if some are not, 2 if the\n"
      "lock file or the policy cannot be used, 3 if the runtime does not\n"
      "answer.\n\n"
      "Examples:\n"
      "  pinwarden lock deploy/\n"
      "  pinwarden lock --dry-run --lock-file images.lock deploy/web.yaml");
  auto arguments = std::make_shared<LockArguments>();
  AddLintRunOptions(*command, &arguments->lint);
  AddPinOptions(*command, &arguments->pin);
  command->add_flag("--dry-run", arguments->dry_run,
                    "Only show the change, as a diff");
  AddOutputOption(*command, context);
  command->callback([arguments, &context] { RunLock(*arguments, context); });
}

}  // namespace pinwarden
