// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/policy_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/last_good.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/problem.h"

namespace pinwarden {
namespace {

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

PolicyFile Compile(absl::StatusOr<PolicySource> source, absl::string_view name,
                   absl::Time now) {
  PolicyFile file;
  if (!source.ok()) {
    file.first_error =
        absl::StrCat(name, ": error: ", source.status().message());
    file.problems.push_back(file.first_error + "\n");
    return file;
  }
  file.source = *std::move(source);
  PolicyLoad load = LoadPolicy(file.source, now);
  file.problems = RenderPolicyProblems(load.problems, file.source);
  for (size_t i = 0; i < load.problems.size(); ++i) {
    if (load.problems[i].severity == Severity::kError) {
      file.first_error = FirstLine(file.problems[i]);
      return file;
    }
  }
  file.policy = std::move(load.policy);
  return file;
}

}  // namespace

PolicyFile ReadPolicyFile(const std::string& path, absl::Time now) {
  return Compile(ReadPolicy(path, LocalPolicyFiles(FileTrust::kOwnedByUs)),
                 BaseName(path), now);
}

PolicyFile ReadLastGoodFile(const std::string& path, absl::string_view name,
                            absl::Time now) {
  return Compile(ReadLastGood(path, name), name, now);
}

}  // namespace pinwarden
