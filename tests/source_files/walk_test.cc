// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "gmock/gmock.h"
#include "source_files/in_directory.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::PathsOf;

using Strings = std::vector<std::string>;

class WalkTest : public testing::InDirectoryTest {
 protected:
  static Strings Found(const Strings& paths, const WalkOptions& options = {}) {
    return PathsOf(FindSourceFiles(paths, options).files);
  }

  // "path: why", each.
  static Strings Unread(const Strings& paths, const WalkOptions& options = {}) {
    Strings unread;
    for (const UnreadPath& path : FindSourceFiles(paths, options).unread) {
      unread.push_back(path.path + ": " + path.why);
    }
    return unread;
  }
};

TEST_F(WalkTest, KnowsTheNamesOfFilesThatCanNameImages) {
  const struct {
    const char* name;
    bool want;
  } kCases[] = {
      {"a.yaml", true},
      {"x/a.yml", true},
      {"a.json", true},
      {"Dockerfile", true},
      {"Dockerfile.dev", true},
      {"web.Dockerfile", true},
      {"web.dockerfile", true},
      {"Containerfile", true},
      {"Containerfile.x", true},
      {"main.tf", false},
      {"README.md", false},
      {"Dockerfile/readme", false},
      {"a.yaml.orig", false},
      {"dockerfile", false},
      {"", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(IsSourceName(c.name), c.want);
  }
}

TEST_F(WalkTest, FindsTheFilesOfADirectorySorted) {
  for (const char* path : {"z.yaml", "deploy/web.yaml", "deploy/a/b.json",
                           "build/Dockerfile", "deploy/web.txt", "main.tf"}) {
    Write(path);
  }
  EXPECT_THAT(Found({"."}), ElementsAre("build/Dockerfile", "deploy/a/b.json",
                                        "deploy/web.yaml", "z.yaml"));
}

TEST_F(WalkTest, TellsOfPathsAsTheyWereGiven) {
  Write("deploy/web.yaml");
  const std::string absolute = directory_ / "deploy/web.yaml";
  const struct {
    std::string path;
    std::string want;
  } kCases[] = {
      {"deploy", "deploy/web.yaml"},
      {"./deploy//", "deploy/web.yaml"},
      {"deploy/./web.yaml", "deploy/web.yaml"},
      {directory_ / "deploy", absolute},
      {"deploy/../deploy", "deploy/../deploy/web.yaml"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.path);
    EXPECT_THAT(Found({c.path}), ElementsAre(c.want));
  }
}

TEST_F(WalkTest, LooksIntoNamedFilesWhateverTheyAreCalled) {
  Write(".gitignore", "*\n");
  Write("odd.txt");
  const SourceFiles files = FindSourceFiles({"odd.txt", "."});
  ASSERT_THAT(PathsOf(files.files), ElementsAre("odd.txt"));
  EXPECT_TRUE(files.files[0].named);
}

TEST_F(WalkTest, WalksDotDirectoriesButNeverGitsOwn) {
  Write(".github/workflows/ci.yaml");
  Write(".git/a.yaml");
  Write("sub/.git/b.yaml");
  EXPECT_THAT(Found({"."}), ElementsAre(".github/workflows/ci.yaml"));
}

TEST_F(WalkTest, RespectsIgnoreFilesFromTheRepositorysRootDown) {
  Write(".git/info/exclude", "local.yaml\n");
  Write(".gitignore", "/deploy/out/\n*.tmp.yaml\n");
  Write("deploy/.gitignore", "!keep.tmp.yaml\nsecret.yaml\n");
  for (const char* path :
       {"deploy/out/a.yaml", "deploy/a.tmp.yaml", "deploy/keep.tmp.yaml",
        "deploy/x/secret.yaml", "deploy/local.yaml", "deploy/web.yaml",
        "secret.yaml", "deploy/out.yaml"}) {
    Write(path);
  }
  EXPECT_THAT(Found({"deploy"}),
              ElementsAre("deploy/keep.tmp.yaml", "deploy/out.yaml",
                          "deploy/web.yaml"));
  EXPECT_THAT(Found({"."}),
              ElementsAre("deploy/keep.tmp.yaml", "deploy/out.yaml",
                          "deploy/web.yaml", "secret.yaml"));
}

TEST_F(WalkTest, LooksForMoreAboveOnlyInARepository) {
  Write(".gitignore", "a.yaml\n");
  Write("deploy/.gitignore", "b.yaml\n");
  for (const char* path : {"deploy/a.yaml", "deploy/b.yaml"}) Write(path);
  EXPECT_THAT(Found({"deploy"}), ElementsAre("deploy/a.yaml"));
  fs::create_directory(".git");
  EXPECT_THAT(Found({"deploy"}), IsEmpty());
}

TEST_F(WalkTest, LooksIntoWhatGitIgnoresWhereThatIsAskedFor) {
  Write(".git/a.yaml");
  Write(".gitignore", "b.yaml\n");
  Write("x/.gitignore", "c.yaml\n");
  Write("x/b.yaml");
  Write("x/c.yaml");
  WalkOptions options;
  options.gitignore = false;
  EXPECT_THAT(Found({"."}, options), ElementsAre("x/b.yaml", "x/c.yaml"));
}

TEST_F(WalkTest, FindsTheExcludesOfAWorkTreeOfAnotherRepository) {
  Write("main/.git/info/exclude", "a.yaml\n");
  Write("main/.git/worktrees/w/commondir", "../..\n");
  Write("w/.git", "gitdir: ../main/.git/worktrees/w\n");
  Write("w/a.yaml");
  Write("w/b.yaml");
  EXPECT_THAT(Found({"w"}), ElementsAre("w/b.yaml"));
}

TEST_F(WalkTest, LeavesOutWhatIsExcluded) {
  for (const char* path :
       {"vendor/a.yaml", "x/vendor/b.yaml", "x/c.yaml", "x/test.yaml"}) {
    Write(path);
  }
  WalkOptions options;
  options.exclude = {"vendor/", "x/test.*"};
  EXPECT_THAT(Found({"."}, options), ElementsAre("x/c.yaml"));
  // What is named is not excluded, but what is in it is.
  EXPECT_THAT(Found({"vendor", "x"}, options),
              ElementsAre("vendor/a.yaml", "x/c.yaml"));
}

TEST_F(WalkTest, FollowsLinksToFilesButNotToDirectories) {
  Write("real/a.yaml");
  Write("elsewhere.txt");
  fs::create_symlink("..", "real/loop");
  fs::create_symlink("real", "linked.yaml");
  fs::create_symlink("real/a.yaml", "0.yaml");  // comes before it
  fs::create_symlink("elsewhere.txt", "only-a-link.yaml");
  fs::create_symlink("elsewhere.txt", "second-link.yaml");
  EXPECT_THAT(Found({"."}), ElementsAre("only-a-link.yaml", "real/a.yaml"));
  EXPECT_THAT(Unread({"."}), IsEmpty());
}

TEST_F(WalkTest, WalksALinkThatIsNamed) {
  Write("real/a.yaml");
  fs::create_symlink("real", "linked");
  EXPECT_THAT(Found({"linked"}), ElementsAre("linked/a.yaml"));
}

TEST_F(WalkTest, TellsOfAFileOnceHoweverOftenItIsGiven) {
  Write("a.yaml");
  // Under the least of the names that were given, not those that were found.
  EXPECT_THAT(Found({directory_.path(), ".", "a.yaml", "./a.yaml"}),
              ElementsAre("a.yaml"));
}

TEST_F(WalkTest, TellsWhatCannotBeLookedInto) {
  ASSERT_EQ(mkfifo("fifo.yaml", 0600), 0);
  fs::create_symlink("nowhere", "dangling.yaml");
  fs::create_symlink("self.yaml", "self.yaml");
  fs::create_symlink("nowhere", "none of ours");
  EXPECT_THAT(
      Unread({".", "missing", "", "/dev/null"}),
      ElementsAre(": cannot be read: No such file or directory",
                  "/dev/null: is a device, and only regular files are read",
                  "dangling.yaml: is a link that leads nowhere: No such file "
                  "or directory",
                  "fifo.yaml: is a FIFO, and only regular files are read",
                  "missing: cannot be read: No such file or directory",
                  "self.yaml: is a link that leads nowhere: Too many levels "
                  "of symbolic links"));
}

TEST_F(WalkTest, TellsOfDirectoriesThatItMayNotRead) {
  Write("closed/a.yaml");
  Write("open/a.yaml");
  fs::permissions("closed", fs::perms::none);
  fs::permissions(directory_.path(), fs::perms::all);
  // Root may read all; so ask as somebody else, where this is root.
  const bool root = geteuid() == 0;
  ASSERT_TRUE(!root || seteuid(65534) == 0);
  const SourceFiles files = FindSourceFiles({"."});
  ASSERT_TRUE(!root || seteuid(0) == 0);
  fs::permissions("closed", fs::perms::owner_all);
  EXPECT_THAT(PathsOf(files.files), ElementsAre("open/a.yaml"));
  ASSERT_EQ(files.unread.size(), 1u);
  EXPECT_EQ(files.unread[0].path, "closed");
  EXPECT_EQ(files.unread[0].why, "cannot be read: Permission denied");
}

TEST_F(WalkTest, StopsAtItsBoundsAndSaysSo) {
  for (const char* path : {"a/1.yaml", "a/2.yaml", "b/3.yaml"}) Write(path);
  WalkOptions options;
  options.max_entries = 3;  // a, b and one of a
  EXPECT_THAT(Unread({"."}, options),
              ElementsAre("a: was read in part, and nothing after it: at most "
                          "3 entries of directories are looked at"));
  EXPECT_EQ(Found({"."}, options).size(), 1u);
  options.max_entries = 5;
  EXPECT_THAT(Unread({"."}, options), IsEmpty());

  std::string deep = "deep";
  for (int i = 0; i <= kMaxWalkDepth; ++i) {
    Write(deep + "/a.yaml");
    deep += "/d";
  }
  Write(deep + "/never.yaml");
  EXPECT_EQ(Found({"deep"}).size(), static_cast<size_t>(kMaxWalkDepth) + 1);
  EXPECT_THAT(
      Unread({"deep"}),
      ElementsAre(deep + ": is below 100 other directories, and not looked "
                         "into"));
}

}  // namespace
}  // namespace pinwarden
