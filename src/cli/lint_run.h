// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CLI_LINT_RUN_H_
#define PINWARDEN_SRC_CLI_LINT_RUN_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pinwarden/lint.h"
#include "pinwarden/policy.h"

namespace pinwarden {

struct CliContext;

// What `lint`, `fix` and `lock` have in common: which files to look into, and
// what is known besides.
struct LintArguments {
  std::vector<std::string> paths;  // empty: the current directory
  std::string policy = "/etc/pinwarden/policy.yaml";
  std::string format;
  std::vector<std::string> exclude;
  bool no_gitignore = false;
  std::string changed_since;
  unsigned jobs = 0;  // 0: one for each processor
  std::string name_space = "default";
  std::vector<std::string> labels;      // K=V
  std::vector<std::string> build_args;  // K=V, or K of the environment
  std::vector<std::string> env_files;
  std::vector<std::string> compose_files;
  std::vector<std::string> parameters;  // K=V
  std::string stdin_name = "-";
  std::string at;
};

// Adds PATH and the flags that choose and describe files.
void AddLintRunOptions(CLI::App& command, LintArguments* arguments);

// The files that were looked into, each with what it came to.
struct LintRun {
  std::shared_ptr<const Policy> policy;
  absl::Time now;
  LintOptions options;  // that the files were linted with
  struct File {
    SourceText source;  // its text is `text`
    std::unique_ptr<const std::string> text;
    // Of Compose files that were named together: those after this one.
    std::optional<std::vector<std::string>> overrides;
    FileLint lint;
  };
  std::vector<File> files;          // those that could be read
  std::vector<Finding> unreadable;  // the others
};

// Reads and lints the files. Nothing, with a message and context.exit set, when
// it cannot begin. "-" among the paths is stdin.
std::optional<LintRun> RunLintFiles(const LintArguments& arguments,
                                    CliContext& context);

// `file` as if `text` were its text: what `fix` looks at before it writes.
FileLint LintAgain(const LintRun& run, const LintRun::File& file,
                   absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CLI_LINT_RUN_H_
