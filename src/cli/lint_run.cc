// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_run.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "pinwarden/mutex.h"
#include "pinwarden/quote.h"
#include "pinwarden/source_files.h"

namespace pinwarden {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

bool Usage(CliContext& context, absl::string_view message) {
  context.streams.err << "pinwarden: " << message << '\n';
  context.exit = kExitUsage;
  return false;
}

// Splits K=V arguments; false, with a message, when one is not.
bool SplitPairs(absl::string_view flag,
                const std::vector<std::string>& arguments, Pairs* pairs,
                CliContext& context) {
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Usage(context, absl::StrCat(flag, " ", Quote(argument),
                                         " is not of the form NAME=VALUE"));
    }
    pairs->emplace_back(argument.substr(0, equals),
                        argument.substr(equals + 1));
  }
  return true;
}

Variables OfEnvironment() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals != absl::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

bool SetVariables(const LintArguments& arguments, SearchOptions* search,
                  CliContext& context) {
  search->environment = OfEnvironment();
  Pairs parameters;
  if (!SplitPairs("--parameter", arguments.parameters, &parameters, context)) {
    return false;
  }
  for (auto& [name, value] : parameters) {
    search->parameters.insert_or_assign(std::move(name), std::move(value));
  }
  for (const std::string& argument : arguments.build_args) {
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (equals != std::string::npos) {
      search->build_args.insert_or_assign(name, argument.substr(equals + 1));
      continue;
    }
    // As `docker build --build-arg NAME` does.
    const auto known = search->environment.find(name);
    if (known != search->environment.end()) {
      search->build_args.insert_or_assign(name, known->second);
    }
  }
  return true;
}

bool SetTime(const LintArguments& arguments, absl::Time* now,
             CliContext& context) {
  std::string error;
  if (arguments.at.empty() ||
      absl::ParseTime(absl::RFC3339_full, arguments.at, now, &error)) {
    return true;
  }
  return Usage(context,
               absl::StrCat("--at ", Quote(arguments.at),
                            " is not a time such as 2027-01-31T12:00:00Z"));
}

bool SetOptions(const LintArguments& arguments, LintOptions* options,
                CliContext& context) {
  if (!arguments.format.empty()) {
    options->format = ParseFileFormat(arguments.format);
    if (!options->format) {
      return Usage(
          context,
          absl::StrCat("--format ", Quote(arguments.format), " is none of ",
                       absl::StrJoin(FileFormatNames(), ", ")));
    }
  }
  options->name_space = arguments.name_space;
  options->search.env_files = arguments.env_files;
  options->search.read = [](const std::string& path) {
    return ReadSourceFile(path);
  };
  return SplitPairs("--label", arguments.labels, &options->labels, context) &&
         SetVariables(arguments, &options->search, context);
}

void AddText(std::string path, std::string text, LintRun* run) {
  LintRun::File file;
  file.text = std::make_unique<const std::string>(std::move(text));
  file.source = {std::move(path), *file.text};
  run->files.push_back(std::move(file));
}

void AddStdin(const LintArguments& arguments, std::istream& in, LintRun* run) {
  std::string text(kMaxSourceBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  AddText(arguments.stdin_name, std::move(text), run);
}

// The files that the paths and flags choose, unread. False, with a message,
// when git cannot tell what has changed.
bool ChooseFiles(const LintArguments& arguments, LintRun* run,
                 std::vector<SourceFile>* files, CliContext& context) {
  std::vector<std::string> paths = arguments.paths;
  paths.erase(std::remove(paths.begin(), paths.end(), "-"), paths.end());
  if (arguments.paths.empty() && arguments.compose_files.empty()) {
    paths.push_back(".");
  }
  WalkOptions walk;
  walk.exclude = arguments.exclude;
  walk.gitignore = !arguments.no_gitignore;
  SourceFiles found = FindSourceFiles(paths, walk);
  for (const UnreadPath& path : found.unread) {
    run->unreadable.push_back(UnreadableFile(path.path, path.why));
  }
  *files = std::move(found.files);
  if (arguments.changed_since.empty()) return true;
  const absl::Status status = KeepChangedSince(arguments.changed_since, files);
  return status.ok() ||
         Usage(context, absl::StrCat("--changed-since: ", status.message()));
}

// Does each of `count` pieces of work, on several threads.
void ForEach(size_t count, unsigned jobs,
             const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i; (i = next.fetch_add(1)) < count;) work(i);
  };
  if (jobs == 0) jobs = std::max(1u, std::thread::hardware_concurrency());
  // A thread costs more than a few files do.
  constexpr size_t kFilesForAThread = 32;
  jobs = static_cast<unsigned>(
      std::min<size_t>(jobs, 1 + count / kFilesForAThread));
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
}

// Says on a terminal how far it is, now and then.
class Progress {
 public:
  Progress(size_t total, const CliStreams& streams)
      : total_(total), streams_(streams) {}

  void Step() ABSL_LOCKS_EXCLUDED(mu_) {
    if (!streams_.progress) return;
    const MutexLock lock(mu_);
    ++done_;
    const absl::Time now = absl::Now();
    if (now - said_ < absl::Milliseconds(200)) return;
    said_ = now;
    shown_ = true;
    streams_.err << "\rpinwarden: " << done_ << " of " << total_ << " files"
                 << std::flush;
  }
  void Finish() ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    if (shown_) streams_.err << "\r\x1b[K" << std::flush;
  }

 private:
  const size_t total_;
  const CliStreams& streams_;
  Mutex mu_;
  size_t done_ ABSL_GUARDED_BY(mu_) = 0;
  bool shown_ ABSL_GUARDED_BY(mu_) = false;
  absl::Time said_ ABSL_GUARDED_BY(mu_) = absl::Now();
};

void LintOne(const LintRun& run, LintRun::File* file) {
  file->lint = LintAgain(run, *file, file->source.text);
}

// Reads `chosen` and lints them, and what is in `run` already.
void LintAll(const std::vector<SourceFile>& chosen, unsigned jobs,
             const CliStreams& streams, LintRun* run) {
  std::vector<LintRun::File> read(chosen.size());
  std::vector<std::optional<Finding>> unread(chosen.size());
  Progress progress(chosen.size(), streams);
  ForEach(chosen.size(), jobs, [&](size_t i) {
    auto text = ReadSourceFile(chosen[i].path);
    if (!text.ok()) {
      // A binary file among others is none of ours.
      if (chosen[i].named || !absl::IsInvalidArgument(text.status())) {
        unread[i] = UnreadableFile(chosen[i].path, text.status().message());
      }
    } else {
      LintRun::File& file = read[i];
      file.text = std::make_unique<const std::string>(*std::move(text));
      file.source = {chosen[i].path, *file.text};
      LintOne(*run, &file);
      // Most files name no image, and are not needed any more.
      if (!file.lint.format) {
        file.source.text = "";
        file.text = nullptr;
      }
    }
    progress.Step();
  });
  progress.Finish();
  for (LintRun::File& file : run->files) LintOne(*run, &file);
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (unread[i]) run->unreadable.push_back(*std::move(unread[i]));
    if (read[i].text != nullptr || !read[i].lint.findings.empty()) {
      run->files.push_back(std::move(read[i]));
    }
  }
}

}  // namespace

void AddLintRunOptions(CLI::App& command, LintArguments* arguments) {
  const auto list = [&command](const char* flags,
                               std::vector<std::string>* into, const char* what,
                               const char* type) {
    command.add_option(flags, *into, what)
        ->type_name(type)
        ->allow_extra_args(false);
  };
  command.add_option("PATH", arguments->paths,
                     "Files, and directories with all that is in them; - is "
                     "stdin; without any, the current directory");
  command.add_option("-p,--policy", arguments->policy, "The policy file")
      ->type_name("FILE")
      ->capture_default_str();
  command
      .add_option("--format", arguments->format,
                  "Take all files for this; else name and content tell")
      ->type_name("NAME");
  list("--exclude", &arguments->exclude,
       "Leave out what this pattern of .gitignore matches; may be repeated",
       "PATTERN");
  command.add_flag("--no-gitignore", arguments->no_gitignore,
                   "Look into what git ignores, too");
  command
      .add_option("--changed-since", arguments->changed_since,
                  "Only files that changed since this revision and HEAD parted")
      ->type_name("REV");
  command
      .add_option("-j,--jobs", arguments->jobs,
                  "Threads; one for each processor unless given")
      ->type_name("N");
  command
      .add_option("-n,--namespace", arguments->name_space,
                  "The namespace where a file names none")
      ->type_name("NAME")
      ->capture_default_str();
  list("-l,--label", &arguments->labels,
       "A label of the pod where a file has none; may be repeated",
       "KEY=VALUE");
  list("--build-arg", &arguments->build_args,
       "An argument of a Dockerfile; may be repeated", "NAME=VALUE");
  list("--env-file", &arguments->env_files,
       "Variables of Compose files, instead of .env; may be repeated", "FILE");
  list("--compose-file", &arguments->compose_files,
       "Compose files of one project, a later one over those before", "FILE");
  list("--parameter", &arguments->parameters,
       "A parameter of CloudFormation stacks; may be repeated", "NAME=VALUE");
  command
      .add_option("--stdin-name", arguments->stdin_name,
                  "What to call stdin, which also tells its format")
      ->type_name("NAME");
  command
      .add_option("--at", arguments->at,
                  "Judge as at this time, for what expires")
      ->type_name("RFC3339");
}

std::optional<LintRun> RunLintFiles(const LintArguments& arguments,
                                    CliContext& context) {
  LintRun run;
  run.now = absl::Now();
  if (!SetTime(arguments, &run.now, context) ||
      !SetOptions(arguments, &run.options, context)) {
    return std::nullopt;
  }
  run.options.now = run.now;
  run.policy = LoadPolicyFile(arguments.policy, run.now, context);
  if (run.policy == nullptr) return std::nullopt;
  run.options.search.custom_resources = run.policy->custom_resources();

  std::vector<SourceFile> chosen;
  if (!ChooseFiles(arguments, &run, &chosen, context)) return std::nullopt;
  if (ReadsStdin(arguments.paths)) {
    AddStdin(arguments, context.streams.in, &run);
  }
  if (!arguments.compose_files.empty()) {
    const std::string& first = arguments.compose_files.front();
    auto text = ReadSourceFile(first);
    if (text.ok()) {
      AddText(first, *std::move(text), &run);
      run.files.back().overrides.emplace(
          std::next(arguments.compose_files.begin()),
          arguments.compose_files.end());
    } else {
      run.unreadable.push_back(UnreadableFile(first, text.status().message()));
    }
  }
  LintAll(chosen, arguments.jobs, context.streams, &run);
  return run;
}

FileLint LintAgain(const LintRun& run, const LintRun::File& file,
                   absl::string_view text) {
  const SourceText source = {file.source.path, text};
  if (!file.overrides) {
    return LintFile(*run.policy, source, run.options);
  }
  LintOptions options = run.options;
  options.format = FileFormat::kCompose;
  options.search.overrides = file.overrides;
  return LintFile(*run.policy, source, options);
}

}  // namespace pinwarden
