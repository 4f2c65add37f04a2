// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_H_
#define PINWARDEN_LINT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "pinwarden/finding.h"
#include "pinwarden/image_use.h"
#include "pinwarden/policy.h"
#include "pinwarden/verdict.h"

namespace pinwarden {

// The kinds of files that can name an image, each with its finder.
enum class FileFormat {
  kKubernetes,  // with Kustomize, and what Helm puts out
  kHelmTemplate,
  kCompose,
  kDockerfile,
  kEcs,
  kCloudFormation,
  kTerraform,  // plan or state, as JSON
  kGitHubActions,
  kGitLabCi,
};

absl::string_view FileFormatName(FileFormat format);  // "github-actions", ...
std::optional<FileFormat> ParseFileFormat(absl::string_view name);
std::vector<std::string> FileFormatNames();

struct LintOptions {
  SearchOptions search;
  std::optional<FileFormat> format;  // else told by name and content
  // Of a pod whose file does not say.
  std::string name_space = "default";
  std::vector<std::pair<std::string, std::string>> labels;
  absl::Time now;
};

// A use and what the policy makes of it.
struct JudgedUse {
  ImageUse use;
  Verdict verdict;  // nothing where use.not_judged says why
  Finding finding;  // all of its texts, for an allowed one too
};

// What one file comes to.
struct FileLint {
  std::optional<FileFormat> format;  // none: no file that can name an image
  std::vector<JudgedUse> uses;       // all, in the order of the file
  std::vector<Finding> findings;     // what its author has to know
  std::vector<ImageSearch::OtherFile> others;  // as ImageSearch has them
};

// Looks for images in a file and judges each as the node would, by the policy
// and `options.now`. A comment `pinwarden: ignore <reason> until <date>` beside
// or right above an image, or the annotation kIgnoreAnnotation, suppresses what
// is found. Takes any bytes. Thread-safe.
FileLint LintFile(const Policy& policy, const SourceText& source,
                  const LintOptions& options);

// A finding about a file that could not be read at all.
Finding UnreadableFile(absl::string_view path, absl::string_view why);

// All findings in order, those that several files brought once, with their
// fingerprints. Takes the findings out of `files`.
LintResult CollectFindings(absl::Span<FileLint> files,
                           std::vector<Finding> unreadable);

// Counts what the findings' states and kinds say.
void CountFindings(LintResult* result);

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_H_
