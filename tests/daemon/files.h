// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_FILES_H_
#define PINWARDEN_TESTS_DAEMON_FILES_H_

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pinwarden::testing {

// Writes in place, with a mode that the daemon trusts whatever the umask.
inline void WriteFile(const std::string& path, absl::string_view contents) {
  std::ofstream(path) << contents;
  chmod(path.c_str(), 0644);
}

// Replaces `path` whole, as editors and configuration management do.
inline void ReplaceFile(const std::string& path, absl::string_view contents) {
  const std::string beside = absl::StrCat(path, "~", gettid());
  WriteFile(beside, contents);
  std::filesystem::rename(beside, path);
}

inline std::string ReadWhole(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DAEMON_FILES_H_
