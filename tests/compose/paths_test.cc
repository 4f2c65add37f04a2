// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/paths.h"

#include "gtest/gtest.h"

namespace pinwarden::compose_internal {
namespace {

TEST(PathFromTest, GivesOneFileOnePath) {
  const struct {
    const char* directory;
    const char* path;
    const char* want;
  } kCases[] = {
      {"", "a", "a"},           {"", "./a", "a"},
      {"", "a//b", "a/b"},      {"d", "a", "d/a"},
      {"d", "./a/.", "d/a"},    {"d", "../a", "a"},
      {"d", "../../a", "../a"}, {"..", "../a", "../../a"},
      {"d/e", "../a", "d/a"},   {"d", "/a", "/a"},
      {"/", "a", "/a"},         {"/", "../a", "/a"},
      {"/d", "../../a", "/a"},  {"d", "", "d"},
      {"d", "e/..", "d"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.directory);
    SCOPED_TRACE(c.path);
    EXPECT_EQ(PathFrom(c.directory, c.path), c.want);
  }
}

TEST(DirectoryOfTest, IsWhatTheFileIsIn) {
  EXPECT_EQ(DirectoryOf("a"), "");
  EXPECT_EQ(DirectoryOf("d/a"), "d");
  EXPECT_EQ(DirectoryOf("d/e/a"), "d/e");
  EXPECT_EQ(DirectoryOf("/a"), "/");
  EXPECT_EQ(DirectoryOf(""), "");
}

TEST(IsRemoteTest, KnowsWhatComposeFetches) {
  for (const char* path :
       {"oci://r/a", "https://h/a.yaml", "git@h:a/b.git", "github.com/a/b"}) {
    SCOPED_TRACE(path);
    EXPECT_TRUE(IsRemote(path));
  }
  for (const char* path : {"a.yaml", "../a", "/a", "github.com-a/b", "a:b"}) {
    SCOPED_TRACE(path);
    EXPECT_FALSE(IsRemote(path));
  }
}

}  // namespace
}  // namespace pinwarden::compose_internal
