// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What git itself says of the same patterns and paths.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "source_files/ignored_by.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::IgnoreCase;
using testing::IgnoredBy;
using testing::kIgnoreCases;
using testing::TempDir;

// A repository that holds nothing but a .gitignore file.
class Repository {
 public:
  Repository() { Run("git init -q ."); }

  // Which of `paths`, none of which is there, are ignored by `patterns`.
  std::set<std::string> Ignored(const std::string& patterns,
                                const std::vector<std::string>& paths) {
    directory_.Write(".gitignore", patterns);
    std::string input = absl::StrJoin(paths, absl::string_view("\0", 1));
    input.push_back('\0');
    directory_.Write("paths", input);
    Run("git check-ignore -z --stdin --no-index <paths >out || test $? = 1");
    std::ifstream file(directory_ / "out", std::ios::binary);
    const std::string out(std::istreambuf_iterator<char>(file), {});
    return absl::StrSplit(out, '\0', absl::SkipEmpty());
  }

 private:
  void Run(const char* command) {
    const std::string line = absl::StrCat(
        "cd ", directory_.path(), " && export HOME=$PWD XDG_CONFIG_HOME=$PWD ",
        "GIT_CONFIG_NOSYSTEM=1 && { ", command, "; }");
    ASSERT_EQ(std::system(line.c_str()), 0) << command;
  }

  TempDir directory_;
};

TEST(GitAgreementTest, AgreesOnWhatIsDocumented) {
  Repository repository;
  for (const IgnoreCase& c : kIgnoreCases) {
    SCOPED_TRACE(absl::StrCat(c.patterns, " and ", c.path));
    EXPECT_EQ(repository.Ignored(c.patterns, {c.path}).size(),
              c.ignored ? 1u : 0u);
  }
}

std::string RandomText(std::mt19937& random, absl::string_view letters,
                       size_t most) {
  std::string text;
  const size_t size = 1 + random() % most;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(letters[random() % letters.size()]);
  }
  return text;
}

std::string RandomPath(std::mt19937& random) {
  std::string path;
  do {
    path = RandomText(random, "aab/cd", 9);
    // "a//b" and "/a" are no paths below the directory.
    path = absl::StrJoin(absl::StrSplit(path, '/', absl::SkipEmpty()), "/");
  } while (path.empty());
  return path;
}

TEST(GitAgreementTest, AgreesOnRandomPatternsAndPaths) {
  std::mt19937 random(11);
  Repository repository;
  for (int round = 0; round < 700; ++round) {
    std::vector<std::string> lines(1 + random() % 4);
    for (std::string& line : lines) {
      line = RandomText(random, "aabcd//***?[]!-\\ ^", 9);
    }
    const std::string patterns = absl::StrJoin(lines, "\n");
    std::set<std::string> unique;
    for (int i = 0; i < 60; ++i) unique.insert(RandomPath(random));
    const std::vector<std::string> paths(unique.begin(), unique.end());
    const GitIgnore ignore(patterns);
    std::set<std::string> ours;
    for (const std::string& path : paths) {
      if (IgnoredBy(ignore, path)) ours.insert(path);
    }
    ASSERT_EQ(ours, repository.Ignored(patterns, paths)) << patterns;
  }
}

}  // namespace
}  // namespace pinwarden
