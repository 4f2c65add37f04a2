// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include "gmock/gmock.h"
#include "source_files/in_directory.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::PathsOf;
using testing::StatusIs;

// In a repository on the branch "work", which is one commit ahead of where
// "main" has gone on.
class ChangedTest : public testing::InDirectoryTest {
 protected:
  ChangedTest() {
    for (const char* name : {"HOME", "XDG_CONFIG_HOME"}) {
      setenv(name, directory_.path().c_str(), 1);
    }
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  }

  static void Git(const std::string& commands) {
    const std::string line =
        "git() { command git -c user.name=a -c user.email=a@example.com "
        "\"$@\" >/dev/null 2>&1; }; set -e; " +
        commands;
    ASSERT_EQ(std::system(line.c_str()), 0) << commands;
  }

  void MakeHistory() {
    for (const char* path : {"same.yaml", "edited.yaml", "deleted.yaml",
                             "moved.yaml", "staged.yaml", "main.yaml"}) {
      Write(path, std::string(path) + "\n");
    }
    Write(".gitignore", "ignored.yaml\n");
    Git("git init -b main .; git add .; git commit -m first;"
        "git checkout -b work");
    Write("committed.yaml");
    Git("git add .; git commit -m second; git checkout main");
    Write("main.yaml", "further\n");
    Git("git commit -am third; git checkout work");
  }

  static absl::StatusOr<std::vector<std::string>> Changed(
      absl::string_view revision,
      const std::vector<std::string>& paths = {"."}) {
    std::vector<SourceFile> files = FindSourceFiles(paths).files;
    const absl::Status status = KeepChangedSince(revision, &files);
    if (!status.ok()) return status;
    return PathsOf(files);
  }
};

TEST_F(ChangedTest, KeepsWhatIsNotAsInTheCommonCommit) {
  MakeHistory();
  EXPECT_THAT(*Changed("main"), ElementsAre("committed.yaml"));
  Write("edited.yaml", "x\n");
  Write("staged.yaml", "x\n");
  Write("new dir/\xC3\xBCnt\nracked.yaml");
  Write("ignored.yaml");
  Git("git add staged.yaml; git rm deleted.yaml; git mv moved.yaml to.yaml");
  EXPECT_THAT(*Changed("main"), ElementsAre("committed.yaml", "edited.yaml",
                                            "new dir/\xC3\xBCnt\nracked.yaml",
                                            "staged.yaml", "to.yaml"));
  // Also where only the time of a file differs.
  fs::last_write_time("same.yaml",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  EXPECT_THAT(*Changed("HEAD"),
              ElementsAre("edited.yaml", "new dir/\xC3\xBCnt\nracked.yaml",
                          "staged.yaml", "to.yaml"));
}

TEST_F(ChangedTest, WorksFromADirectoryBelowTheRoot) {
  Write("a/one.yaml");
  Write("b/two.yaml");
  Git("git init -b main .; git add .; git commit -m first");
  Git("git config diff.relative true");
  Write("a/one.yaml", "x\n");
  Write("b/two.yaml", "x\n");
  Write("b/three.yaml");
  fs::current_path("a");
  EXPECT_THAT(*Changed("HEAD", {".", "../b"}),
              ElementsAre("../b/three.yaml", "../b/two.yaml", "one.yaml"));
}

TEST_F(ChangedTest, TakesALinkForChangedWhereWhatItLeadsToIs) {
  Write("real/base.txt");
  fs::create_symlink("real/base.txt", "link.yaml");
  Git("git init -b main .; git add .; git commit -m first");
  EXPECT_THAT(*Changed("HEAD"), IsEmpty());
  Write("real/base.txt", "x\n");
  EXPECT_THAT(*Changed("HEAD"), ElementsAre("link.yaml"));
}

TEST_F(ChangedTest, KeepsWhatGitKnowsNothingAbout) {
  Write("here/a.yaml");
  Write("outside/b.yaml");
  Write("here/inner/c.yaml");
  Git("cd here/inner; git init .; git add .; git commit -m inner");
  Git("cd here; git init -b main .; git add a.yaml; git commit -m first");
  fs::current_path("here");
  EXPECT_THAT(*Changed("HEAD", {".", "../outside"}),
              ElementsAre("../outside/b.yaml", "inner/c.yaml"));
}

TEST_F(ChangedTest, SaysWhatToDoAboutARevisionThatItCannotUse) {
  MakeHistory();
  Git("git checkout --orphan alone; git commit -m alone; git checkout work");
  const struct {
    const char* revision;
    absl::StatusCode code;
    const char* want;
  } kCases[] = {
      {"", absl::StatusCode::kInvalidArgument, "is not a revision such as"},
      {"--help", absl::StatusCode::kInvalidArgument,
       "\"--help\" is not a revision such as"},
      {"-Ofile", absl::StatusCode::kInvalidArgument, "is not a revision"},
      {"a\nb", absl::StatusCode::kInvalidArgument,
       "\"a\\nb\" is not a revision"},
      {"no-such", absl::StatusCode::kInvalidArgument,
       "\"no-such\" is no revision that this repository has; fetch it"},
      {"main:same.yaml", absl::StatusCode::kInvalidArgument, "is no revision"},
      {"alone", absl::StatusCode::kFailedPrecondition,
       "HEAD has no commit in common with \"alone\" here; fetch more"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.revision);
    EXPECT_THAT(Changed(c.revision), StatusIs(c.code, HasSubstr(c.want)));
  }
}

TEST_F(ChangedTest, SaysWhereThereIsNoRepository) {
  setenv("GIT_CEILING_DIRECTORIES", "/", 1);
  EXPECT_THAT(Changed("main"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("run this inside of a git work tree; git "
                                 "says: \"fatal: not a git repository")));
}

TEST_F(ChangedTest, SaysWhereThereIsNoGit) {
  const std::string path = getenv("PATH");
  setenv("PATH", directory_.path().c_str(), 1);
  const auto changed = Changed("main");
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(changed, StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("there is no `git` in PATH")));
}

}  // namespace
}  // namespace pinwarden
