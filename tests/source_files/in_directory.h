// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_SOURCE_FILES_IN_DIRECTORY_H_
#define PINWARDEN_TESTS_SOURCE_FILES_IN_DIRECTORY_H_

#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "pinwarden/source_files.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {

// The current directory is a fresh one, for as long as a test runs.
class InDirectoryTest : public ::testing::Test {
 protected:
  InDirectoryTest() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(directory_.path());
  }
  ~InDirectoryTest() override { std::filesystem::current_path(before_); }

  // Writes a file, with the directories that it needs.
  void Write(const std::string& path, absl::string_view text = "a: b\n") {
    const std::filesystem::path parent =
        std::filesystem::path(path).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent);
    directory_.Write(path, text);
  }

  TempDir directory_;

 private:
  const std::filesystem::path before_;
};

inline std::vector<std::string> PathsOf(const std::vector<SourceFile>& files) {
  std::vector<std::string> paths;
  for (const SourceFile& file : files) paths.push_back(file.path);
  return paths;
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_SOURCE_FILES_IN_DIRECTORY_H_
