// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/policy_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/file.h"
#include "pinwarden/problem.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

PolicyFile ReadPolicyFile(const std::string& path, absl::string_view name,
                          absl::Time now) {
  PolicyFile file;
  absl::StatusOr<std::string> text =
      ReadFile(path, kMaxYamlBytes, FileTrust::kOwnedByUs);
  if (!text.ok()) {
    file.first_error = absl::StrCat(name, ": error: ", text.status().message());
    file.problems.push_back(file.first_error + "\n");
    return file;
  }
  file.text = *std::move(text);
  PolicyLoad load = LoadPolicy(file.text, name, now);
  for (const Problem& problem : load.problems) {
    file.problems.push_back(RenderProblems({&problem, 1}, name, file.text));
    if (problem.severity == Severity::kError && file.first_error.empty()) {
      file.first_error = FirstLine(file.problems.back());
    }
  }
  if (!HasErrors(load.problems)) file.policy = std::move(load.policy);
  return file;
}

absl::string_view BaseName(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace pinwarden
