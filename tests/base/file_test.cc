// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/unique_fd.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

constexpr size_t kMax = 1 << 20;

// A directory of its own for each test.
class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "pinwarden-file-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const {
    return directory_ + "/" + name;
  }
  // Writes a file without the code under test.
  std::string Make(const std::string& name, const std::string& contents,
                   mode_t mode = 0644) const {
    const std::string path = Path(name);
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
    EXPECT_EQ(write(fd.get(), contents.data(), contents.size()),
              static_cast<ssize_t>(contents.size()));
    EXPECT_EQ(fchmod(fd.get(), mode), 0);
    return path;
  }
  mode_t ModeOf(const std::string& path) const {
    struct stat info = {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777;
  }
  size_t FileCount() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

  std::string directory_;
};

TEST_F(FileTest, ReadsTheWholeFile) {
  const std::string contents(200'000, 'x');
  EXPECT_EQ(ReadFile(Make("a", contents), kMax).value_or("error"), contents);
  EXPECT_EQ(ReadFile(Make("empty", ""), kMax).value_or("error"), "");
  EXPECT_EQ(ReadFile(Make("nul", std::string("a\0b", 3)), kMax).value_or(""),
            std::string("a\0b", 3));
}

TEST_F(FileTest, ReadsUpToTheBoundAndNoMore) {
  for (const size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 131'072u}) {
    SCOPED_TRACE(size);
    const std::string path = Make(std::to_string(size), std::string(size, 'x'));
    EXPECT_THAT(ReadFile(path, size), IsOk());
    EXPECT_THAT(ReadFile(path, std::numeric_limits<size_t>::max()), IsOk());
    if (size == 0) continue;
    EXPECT_THAT(ReadFile(path, size - 1),
                StatusIs(absl::StatusCode::kResourceExhausted,
                         HasSubstr(" is larger than ")));
  }
}

TEST_F(FileTest, RefusesAnEndlessFile) {
  EXPECT_THAT(ReadFile("/dev/zero", 1000),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(FileTest, NamesTheFileThatIsMissing) {
  EXPECT_THAT(ReadFile(Path("none"), kMax),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/none\"")));
}

TEST_F(FileTest, QuotesAHostileName) {
  EXPECT_THAT(
      ReadFile(Path("a\x1b[2J\n"), kMax),
      StatusIs(absl::StatusCode::kNotFound,
               AllOf(HasSubstr("a\\x1b[2J\\n"), Not(HasSubstr("\x1b")))));
}

TEST_F(FileTest, RefusesADirectory) {
  EXPECT_THAT(ReadFile(directory_, kMax), Not(IsOk()));
  EXPECT_THAT(ReadFile(directory_, kMax, FileTrust::kOwnedByUs),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is not a regular file")));
}

TEST_F(FileTest, TrustsOnlyAFileThatOthersCannotWrite) {
  const struct {
    mode_t mode;
    bool trusted;
  } kCases[] = {{0600, true},  {0644, true},  {0444, true},  {0755, true},
                {0664, false}, {0646, false}, {0620, false}, {0602, false},
                {0666, false}, {0777, false}};
  const std::string path = Make("policy", "x");
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.mode);
    ASSERT_EQ(chmod(path.c_str(), c.mode), 0);
    EXPECT_THAT(ReadFile(path, kMax, FileTrust::kAnyone), IsOk());
    const auto got = ReadFile(path, kMax, FileTrust::kOwnedByUs);
    EXPECT_EQ(got.ok(), c.trusted) << got.status();
  }
}

TEST_F(FileTest, SaysHowToMakeAFileTrusted) {
  EXPECT_THAT(ReadFile(Make("policy", "x", 0666), kMax, FileTrust::kOwnedByUs),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("can be written by others"),
                             HasSubstr("run: chmod go-w "))));
}

TEST_F(FileTest, TrustsTheFileBehindALink) {
  Make("good", "good", 0644);
  Make("bad", "bad", 0666);
  ASSERT_EQ(symlink("good", Path("to-good").c_str()), 0);
  ASSERT_EQ(symlink("bad", Path("to-bad").c_str()), 0);
  EXPECT_THAT(ReadFile(Path("to-good"), kMax, FileTrust::kOwnedByUs), IsOk());
  EXPECT_THAT(ReadFile(Path("to-bad"), kMax, FileTrust::kOwnedByUs),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// Only root can give a file away; anybody else can read one of root's.
TEST_F(FileTest, TrustsNoFileOfAnotherUser) {
  const std::string path = Make("policy", "x", 0644);
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
    EXPECT_THAT(ReadFile(path, kMax, FileTrust::kOwnedByUs),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("belongs to user 12345")));
  } else {
    EXPECT_THAT(ReadFile("/etc/passwd", kMax, FileTrust::kOwnedByUs), IsOk());
  }
}

TEST_F(FileTest, DoesNotHangOnAFifoThatNobodyWrites) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_THAT(ReadFile(Path("fifo"), kMax), IsOk());
  EXPECT_THAT(ReadFile(Path("fifo"), kMax, FileTrust::kOwnedByUs),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is not a regular file")));
}

TEST_F(FileTest, WaitsForWhatTheWriterOfAFifoHasToSay) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  // Opened for both, so that the writer is there before the reader.
  UniqueFd writer(open(Path("fifo").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(writer.valid());
  std::string got;
  std::thread reader(
      [&] { got = ReadFile(Path("fifo"), 10).status().ToString(); });
  // Over the bound, so that the reader ends while the writer is still there.
  EXPECT_EQ(write(writer.get(), "12345678901", 11), 11);
  reader.join();
  EXPECT_THAT(got, HasSubstr("is larger than 10 bytes"));
}

TEST_F(FileTest, ReplacesAFileWhole) {
  const std::string path = Path("state");
  ASSERT_THAT(WriteFileAtomically(path, "one", 0600), IsOk());
  EXPECT_EQ(ReadFile(path, kMax).value_or("error"), "one");
  UniqueFd old(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_THAT(WriteFileAtomically(path, "two, longer", 0600), IsOk());
  EXPECT_EQ(ReadFile(path, kMax).value_or("error"), "two, longer");
  char buffer[16];
  EXPECT_EQ(read(old.get(), buffer, sizeof(buffer)), 3) << "written in place";
  EXPECT_EQ(FileCount(), 1u) << "something is left beside it";
}

TEST_F(FileTest, GivesExactlyTheModeAskedFor) {
  const mode_t before = umask(0077);
  EXPECT_THAT(WriteFileAtomically(Path("open"), "x", 0644), IsOk());
  umask(0);
  EXPECT_THAT(WriteFileAtomically(Path("shut"), "x", 0600), IsOk());
  umask(before);
  EXPECT_EQ(ModeOf(Path("open")), 0644u);
  EXPECT_EQ(ModeOf(Path("shut")), 0600u);
}

TEST_F(FileTest, ReplacesALinkAndNotWhatItPointsTo) {
  Make("precious", "kept");
  ASSERT_EQ(symlink("precious", Path("state").c_str()), 0);
  ASSERT_THAT(WriteFileAtomically(Path("state"), "new", 0600), IsOk());
  EXPECT_EQ(ReadFile(Path("precious"), kMax).value_or("error"), "kept");
  EXPECT_EQ(ReadFile(Path("state"), kMax).value_or("error"), "new");
}

TEST_F(FileTest, LeavesNothingBehindWhenItCannotReplace) {
  ASSERT_EQ(mkdir(Path("state").c_str(), 0700), 0);
  EXPECT_THAT(
      WriteFileAtomically(Path("state"), "x", 0600),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("state\"")));
  EXPECT_EQ(FileCount(), 1u);
  EXPECT_THAT(WriteFileAtomically(Path("none/state"), "x", 0600),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FileTest, KeepsWritersApart) {
  const std::string path = Path("state");
  const std::string a(50'000, 'a');
  const std::string b(70'000, 'b');
  const auto write_often = [&path](const std::string& contents) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_THAT(WriteFileAtomically(path, contents, 0600), IsOk());
      const std::string got = ReadFile(path, kMax).value_or("error");
      EXPECT_EQ(got, std::string(got.size(), got[0])) << "mixed up";
      EXPECT_TRUE(got.size() == 50'000 || got.size() == 70'000) << got.size();
    }
  };
  std::thread other([&] { write_often(a); });
  write_often(b);
  other.join();
  EXPECT_EQ(FileCount(), 1u);
}

}  // namespace
}  // namespace pinwarden
