// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/host_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CleanPathTest, GoesByTheTextAlone) {
  const struct {
    const char* path;
    const char* want;
  } kCases[] = {
      {"/etc//a/./b", "/etc/a/b"},
      {"/etc/x/../b/", "/etc/b"},
      {"/../a", "/a"},
      {"../a", "../a"},
      {"a/..", "."},
      {"/", "/"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(CleanPath(c.path), c.want);
  }
}

TEST(HostFilesTest, LooksBelowItsRootOnly) {
  const TempDir dir;
  dir.Write("a", "text");
  const HostFiles files(dir.path());
  const auto text = files.Read("/a", 100);
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(*text, "text");
  EXPECT_FALSE(files.Stat("/etc/passwd").exists);
  EXPECT_THAT(files.Read("/etc/passwd", 100),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(HostFilesTest, MatchesAsContainerdDoes) {
  const TempDir dir;
  mkdir((dir / "d").c_str(), 0755);
  mkdir((dir / "e").c_str(), 0755);
  dir.Write("d/b.toml", "");
  dir.Write("d/a.toml", "");
  dir.Write("d/.h.toml", "");
  dir.Write("d/c.conf", "");
  dir.Write("e/z.toml", "");
  HostFiles files(dir.path());
  files.Pretend("/d/aa.toml", "");
  const auto some = files.Glob("/d/*.toml");
  ASSERT_THAT(some, IsOk());
  EXPECT_THAT(
      *some, ElementsAre("/d/.h.toml", "/d/a.toml", "/d/aa.toml", "/d/b.toml"));
  const auto across = files.Glob("/*/[z]*");
  ASSERT_THAT(across, IsOk());
  EXPECT_THAT(*across, ElementsAre("/e/z.toml"));
  const auto none = files.Glob("/none/*");
  ASSERT_THAT(none, IsOk());
  EXPECT_THAT(*none, IsEmpty());
}

TEST(HostFilesTest, TellsWhoMayOpenASocket) {
  const TempDir dir;
  const struct {
    mode_t directory;
    mode_t file;
    gid_t group;
    bool want_group;
    bool want_others;
  } kCases[] = {
      {0755, 0600, 0, false, false}, {0755, 0660, 0, false, false},
      {0755, 0660, 7, true, false},  {0700, 0660, 7, false, false},
      {0755, 0666, 0, false, true},  {0755, 0777, 7, true, true},
      {0700, 0777, 7, false, false}, {0750, 0777, 0, false, false},
  };
  const std::string path = dir.Write("file", "");
  chmod(dir.path().c_str(), 0755);
  mkdir((dir / "d").c_str(), 0755);
  const std::string inner = dir.Write("d/file", "");
  for (const auto& c : kCases) {
    SCOPED_TRACE(::testing::Message()
                 << std::oct << c.directory << " " << c.file << " " << c.group);
    ASSERT_EQ(chown(inner.c_str(), 0, c.group), 0);
    ASSERT_EQ(chmod(inner.c_str(), c.file), 0);
    ASSERT_EQ(chmod((dir / "d").c_str(), c.directory), 0);
    const Openers who = HostFiles(dir.path()).WhoMayOpen("/d/file");
    EXPECT_FALSE(who.owner);
    EXPECT_EQ(who.group, c.want_group);
    EXPECT_EQ(who.others, c.want_others);
  }
}

TEST(HostFilesTest, MakesADirectoryForWhatItWrites) {
  const TempDir dir;
  const HostFiles files(dir.path());
  ASSERT_THAT(files.Write("/new/a.toml", "x = 1\n"), IsOk());
  const auto text = files.Read("/new/a.toml", 100);
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(*text, "x = 1\n");
  EXPECT_EQ(files.Stat("/new/a.toml").mode & 07777, 0644u);
  EXPECT_FALSE(files.Write("/no/parent/a.toml", "").ok());
}

}  // namespace
}  // namespace pinwarden
