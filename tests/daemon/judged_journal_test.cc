// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/judged_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Past = JudgedJournal::Past;

class JudgedJournalTest : public ::testing::Test {
 protected:
  std::unique_ptr<JudgedJournal> Open() {
    return std::make_unique<JudgedJournal>(path_, marker_);
  }

  TempDir directory_;
  const std::string path_ = directory_ / "judged";
  const std::string marker_ = directory_ / "marker";
};

TEST_F(JudgedJournalTest, KnowsWhatWasNotedAndNothingElse) {
  const auto journal = Open();
  EXPECT_THAT(journal->problem(), IsEmpty());
  journal->NoteJudged("aaaa");
  journal->NoteJudged("");
  const JudgedJournal::Known known = journal->BeginSynchronize();
  EXPECT_TRUE(known.Contains("aaaa"));
  EXPECT_TRUE(known.Contains(""));
  EXPECT_FALSE(known.Contains("aaab"));
  EXPECT_TRUE(known.complete);
}

TEST_F(JudgedJournalTest, SurvivesTheProcessEvenWhenItIsKilled) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    JudgedJournal journal(path_, marker_);
    for (int i = 0; i < 1000; ++i) journal.NoteJudged(absl::StrCat("c", i));
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));

  const auto journal = Open();
  EXPECT_EQ(journal->past(), Past::kKept);
  EXPECT_TRUE(journal->is_writer());
  const JudgedJournal::Known known = journal->BeginSynchronize();
  int missing = 0;
  for (int i = 0; i < 1000; ++i) {
    missing += known.Contains(absl::StrCat("c", i)) ? 0 : 1;
  }
  EXPECT_EQ(missing, 0);
  EXPECT_LT(journal->SinceAlive(), absl::Hours(1));
}

TEST_F(JudgedJournalTest, TakesNoExistingContainerForASignOfJudging) {
  const auto journal = Open();
  journal->NoteExisting("a");
  EXPECT_TRUE(journal->BeginSynchronize().Contains("a"));
  EXPECT_EQ(journal->SinceAlive(), absl::InfiniteDuration());
  journal->NoteJudged("b");
  EXPECT_LT(journal->SinceAlive(), absl::Hours(1));
}

TEST_F(JudgedJournalTest, TellsTheFirstDayFromTheDaysAfter) {
  {
    const auto journal = Open();
    EXPECT_EQ(journal->past(), Past::kNone);
    EXPECT_EQ(journal->SinceAlive(), absl::InfiniteDuration());
  }
  // Opened, but nothing was judged: still the first day.
  {
    const auto journal = Open();
    EXPECT_EQ(journal->past(), Past::kNone);
    journal->NoteAlive();
    EXPECT_THAT(journal->MarkHost(), IsOk());
  }
  EXPECT_EQ(Open()->past(), Past::kKept);
  // The file is gone within the boot that the marker names.
  std::filesystem::remove(path_);
  EXPECT_EQ(Open()->past(), Past::kLost);
}

TEST_F(JudgedJournalTest, KnowsThatTheHostWasBooted) {
  ASSERT_THAT(WriteFileAtomically(
                  marker_, "00000000-0000-0000-0000-000000000000\n", 0600),
              IsOk());
  EXPECT_EQ(Open()->past(), Past::kBoot);

  // A file that outlived a boot: its containers did not.
  Open()->NoteJudged("old");
  const int fd = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(pwrite(fd, "ffffffff", 8, 8), 8);
  close(fd);
  const auto journal = Open();
  EXPECT_EQ(journal->past(), Past::kBoot);
  EXPECT_FALSE(journal->BeginSynchronize().Contains("old"));
}

TEST_F(JudgedJournalTest, StartsAnewFromAFileThatIsNoJournal) {
  const struct {
    const char* what;
    std::string contents;
  } kCases[] = {
      {"short", "hello"},
      {"of the right size", std::string(4096 + 8 * 65536, 'x')},
      {"of zeroes", std::string(4096 + 8 * 65536, '\0')},
      {"too long", std::string(1 << 20, '\xff')},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    directory_.Write("judged", c.contents);
    chmod(path_.c_str(), 0600);
    {
      const auto journal = Open();
      EXPECT_EQ(journal->past(), Past::kLost);
      EXPECT_THAT(journal->problem(), IsEmpty());
      EXPECT_TRUE(journal->BeginSynchronize().hashes.empty());
      journal->NoteJudged("a");
    }
    EXPECT_TRUE(Open()->BeginSynchronize().Contains("a"));
  }
}

TEST_F(JudgedJournalTest, WorksInMemoryWhereThereIsNoFileToBeHad) {
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::string open_to_all = directory_.Write("open", "");
  ASSERT_EQ(chmod(open_to_all.c_str(), 0666), 0);
  const std::string link = directory_ / "link";
  std::filesystem::create_symlink(directory_ / "target", link);
  for (const std::string& path : {directory_ / "nowhere/judged", fifo,
                                  open_to_all, link, directory_.path()}) {
    SCOPED_TRACE(path);
    JudgedJournal journal(path, marker_);
    EXPECT_THAT(journal.problem(), HasSubstr(path));
    journal.NoteJudged("a");
    journal.NoteAlive();
    EXPECT_TRUE(journal.is_writer());
    EXPECT_TRUE(journal.BeginSynchronize().Contains("a"));
    EXPECT_LT(journal.SinceAlive(), absl::Hours(1));
  }
}

TEST_F(JudgedJournalTest, SaysWhenItMayHaveForgotten) {
  const auto journal = Open();
  journal->BeginSynchronize();
  journal->NoteJudged("first");
  for (size_t i = 1; i < JudgedJournal::kCapacity; ++i) {
    journal->NoteJudged(absl::StrCat(i));
  }
  {
    const JudgedJournal::Known known = journal->BeginSynchronize();
    EXPECT_TRUE(known.complete);
    EXPECT_TRUE(known.Contains("first"));
  }
  for (size_t i = 0; i <= JudgedJournal::kCapacity; ++i) {
    journal->NoteJudged(absl::StrCat("x", i));
  }
  const JudgedJournal::Known known = journal->BeginSynchronize();
  EXPECT_FALSE(known.complete);
  EXPECT_FALSE(known.Contains("first"));
}

TEST_F(JudgedJournalTest, HasOneWriterAndAReaderThatTakesOver) {
  auto old_one = Open();
  old_one->NoteJudged("before");
  const auto new_one = Open();
  EXPECT_TRUE(old_one->is_writer());
  EXPECT_FALSE(new_one->is_writer());
  EXPECT_EQ(new_one->past(), Past::kKept);

  // Both are asked now; what the other one notes is seen at once.
  old_one->NoteJudged("by the old one");
  new_one->NoteJudged("by the new one");
  const JudgedJournal::Known known = new_one->BeginSynchronize();
  EXPECT_TRUE(known.Contains("before"));
  EXPECT_TRUE(known.Contains("by the old one"));
  EXPECT_TRUE(known.Contains("by the new one"));
  EXPECT_FALSE(old_one->BeginSynchronize().Contains("by the new one"));

  EXPECT_FALSE(new_one->BecomeWriter());
  old_one.reset();
  EXPECT_TRUE(new_one->BecomeWriter());
  EXPECT_TRUE(new_one->BeginSynchronize().Contains("by the new one"));
  EXPECT_TRUE(new_one->BeginSynchronize().Contains("before"));
}

}  // namespace
}  // namespace pinwarden
