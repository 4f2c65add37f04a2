// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/exempt_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/policy_files.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr char kUsualInclude[] = "exemptions.d/*.yaml";

absl::Status NotIncluded(const std::string& policy_path, absl::string_view name,
                         absl::string_view pattern, bool includes) {
  return absl::InvalidArgumentError(absl::StrCat(
      Quote(policy_path), " does not include ",
      name.empty() ? "any file" : Quote(name),
      includes ? "; add to the list in it:\n\n    include: [..., "
               : "; add this line to it, and try again:\n\n    include: [",
      pattern, "]\n"));
}

// `wanted` as the policy would call it; "" where it is not below its directory.
std::string RelativeToPolicy(const std::string& policy_path,
                             const std::string& wanted) {
  namespace fs = std::filesystem;
  fs::path path(wanted);
  std::error_code error;
  if (path.is_absolute()) {
    const fs::path directory = fs::absolute(policy_path, error).parent_path();
    if (error) return "";
    path = path.lexically_normal().lexically_relative(
        directory.lexically_normal());
  }
  std::string name = path.lexically_normal().string();
  return name == "." || name == ".." || absl::StartsWith(name, "../") ? ""
                                                                      : name;
}

}  // namespace

absl::StatusOr<std::string> ExemptionFileName(const std::string& policy_path,
                                              const PolicySource& policy,
                                              const std::string& wanted,
                                              const std::string& stem) {
  const std::vector<IncludePattern> patterns =
      PolicyIncludes(policy.files[0].text);
  if (wanted.empty()) {
    if (patterns.empty()) {
      return NotIncluded(policy_path, "", kUsualInclude, false);
    }
    std::string name = patterns[0].text();
    const size_t star = name.find('*');
    if (star != std::string::npos) name.replace(star, 1, stem);
    name.erase(std::remove(name.begin(), name.end(), '*'), name.end());
    return name;
  }
  const std::string name = RelativeToPolicy(policy_path, wanted);
  if (name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(wanted), " is not below the directory of ",
                     Quote(policy_path), ", so it cannot be included"));
  }
  for (const IncludePattern& pattern : patterns) {
    if (pattern.Matches(name)) return name;
  }
  const std::string directory(DirectoryPrefix(name));
  return NotIncluded(policy_path, name,
                     directory.empty() ? name : directory + "*.yaml",
                     !patterns.empty());
}

PolicySource WithFile(const PolicySource& policy, const std::string& name,
                      const std::string& text) {
  PolicySource with = policy;
  const auto at =
      std::lower_bound(with.files.begin() + 1, with.files.end(), name,
                       [](const PolicyText& file, const std::string& n) {
                         return file.name < n;
                       });
  if (at != with.files.end() && at->name == name) {
    at->text = text;
  } else {
    with.files.insert(at, {name, text});
  }
  return with;
}

}  // namespace pinwarden
