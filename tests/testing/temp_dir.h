// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_TEMP_DIR_H_
#define PINWARDEN_TESTS_TESTING_TEMP_DIR_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pinwarden::testing {

// A fresh directory, removed with all that is in it at the end. Its path is
// short, because sockets are made in it.
class TempDir {
 public:
  TempDir() {
    char path[] = "/tmp/pinwarden-XXXXXX";
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

  // Writes a file and returns its path.
  std::string Write(absl::string_view name, absl::string_view contents) const {
    std::string path = *this / name;
    std::ofstream(path) << contents;
    return path;
  }

 private:
  std::string path_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_TEMP_DIR_H_
