// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_TEMP_DIR_H_
#define PINWARDEN_TESTS_DAEMON_TEMP_DIR_H_

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pinwarden::testing {

// A fresh directory, removed with all that is in it. Short, because sockets
// are made in it.
class TempDir {
 public:
  TempDir() {
    char path[] = "/tmp/pw-daemon-XXXXXX";
    if (mkdtemp(path) == nullptr) std::abort();
    path_ = path;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(absl::string_view name) const {
    return absl::StrCat(path_, "/", name);
  }

 private:
  std::string path_;
};

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

#endif  // PINWARDEN_TESTS_DAEMON_TEMP_DIR_H_
