// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_FILES_GIT_H_
#define PINWARDEN_SRC_SOURCE_FILES_GIT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pinwarden {

inline constexpr size_t kMaxGitBytes = 64 << 20;  // of output

struct GitRun {
  int exit = 0;        // 128 + the signal, where one ended it
  std::string output;  // all that it wrote to standard output
  std::string errors;  // the start of what it wrote to standard error
};

// Runs `git ARGUMENTS...` without a shell, in the current directory and with
// the environment of this process. It locks nothing and asks nothing.
//
// kFailedPrecondition: there is no git. kResourceExhausted: more output than
// kMaxGitBytes; it was ended.
absl::StatusOr<GitRun> RunGit(const std::vector<std::string>& arguments);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_FILES_GIT_H_
