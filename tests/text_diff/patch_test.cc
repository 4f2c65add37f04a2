// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// `patch` and `git apply` take what comes out, and make of it what it says.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "pinwarden/text_diff.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::TempDir;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What `command` makes of `before` with the diff. "$1" in it is the directory.
std::string Applied(const char* command, const std::string& before,
                    const std::string& after) {
  const TempDir directory;
  directory.Write("a file.yaml", before);
  directory.Write("diff", UnifiedDiff(before, after, "a file.yaml"));
  const std::string line =
      absl::StrCat("cd ", directory.path(), " && ", command, " >out 2>&1");
  if (std::system(line.c_str()) != 0) return Contents(directory / "out");
  return Contents(directory / "a file.yaml");
}

// Few words, so that texts are alike; now and then without an end.
std::string RandomText(std::mt19937& random) {
  constexpr const char* kLines[] = {"a\n", "b\n", "c\r\n", "\n", "--- a\n"};
  std::string text = "start\n";
  const size_t lines = random() % 40;
  for (size_t i = 0; i < lines; ++i) text += kLines[random() % 5];
  if (random() % 3 == 0) text += "no end";
  return text;
}

class PatchTest : public ::testing::TestWithParam<const char*> {};

TEST_P(PatchTest, TakesDiffsOfRandomTexts) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::string before = RandomText(random);
    std::string after = RandomText(random);
    if (after == before) after += "more\n";
    SCOPED_TRACE(round);
    ASSERT_EQ(Applied(GetParam(), before, after), after);
  }
}

TEST_P(PatchTest, TakesManyHunks) {
  std::string before, after;
  for (int i = 0; i < 300; ++i) {
    before += absl::StrCat("image: nginx:", i, "\r\n");
    after += absl::StrCat("image: nginx:", i, i % 20 == 7 ? "@x\r\n" : "\r\n");
  }
  EXPECT_EQ(Applied(GetParam(), before, after), after);
}

INSTANTIATE_TEST_SUITE_P(
    Tools, PatchTest,
    ::testing::Values("patch --binary -p1 <diff",
                      "git init -q . && git apply --whitespace=nowarn diff"));

}  // namespace
}  // namespace pinwarden
