// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_FILES_H_
#define PINWARDEN_POLICY_FILES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/file.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

// How the files of a policy are read.
struct PolicyFileAccess {
  // As ReadFile().
  std::function<absl::StatusOr<std::string>(const std::string& path,
                                            size_t max_bytes)>
      read;
  // The names in a directory, in any order. kNotFound: there is none.
  std::function<absl::StatusOr<std::vector<std::string>>(
      const std::string& directory)>
      list;
};

// The files of this host. Under kOwnedByUs every file has to be owned by root
// or our own user and not be writable by others, and so do the directories that
// files are included from: who can rename in them decides what is exempted.
PolicyFileAccess LocalPolicyFiles(FileTrust trust);

// Reads the policy at `path` and all that it includes: what LoadPolicy() takes.
// What cannot be included is in the result's `problems`; a file that a wildcard
// finds and that is gone when it is opened, as after a symlink to nothing, is
// none. Never more than kMaxYamlBytes in all.
//
// kNotFound and other codes of ReadFile(): of the policy's own file.
absl::StatusOr<PolicySource> ReadPolicy(const std::string& path,
                                        const PolicyFileAccess& access);

// What the policy at `path` includes now, whether it is there or not: paths
// with a "*" in the last part only, which stands for what IncludePattern says.
// For whoever watches them. Empty when the policy cannot be read.
std::vector<std::string> IncludedPaths(const std::string& path);

// "policy.yaml" of "/etc/pinwarden/policy.yaml".
absl::string_view BaseName(absl::string_view path);

// "/etc/pinwarden/" of that, and "" of "policy.yaml".
absl::string_view DirectoryPrefix(absl::string_view path);

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_FILES_H_
