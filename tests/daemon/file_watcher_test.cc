// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/file_watcher.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "daemon/burst.h"
#include "daemon/files.h"
#include "daemon/watch_set.h"
#include "gtest/gtest.h"
#include "pinwarden/mutex.h"
#include "pinwarden/unique_fd.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;
using testing::IsOk;
using testing::ReadWhole;
using testing::ReplaceFile;
using testing::TempDir;
using testing::WriteFile;

// A watcher in a thread of its own, which reads the file at each call, as the
// daemon does.
class Watching {
 public:
  explicit Watching(std::string path, FileWatcher::Others others = nullptr)
      : path_(std::move(path)),
        watcher_(
            path_, [this] { Changed(); }, std::move(others)),
        thread_([this] { result_ = watcher_.Run(stop_); }) {}
  ~Watching() { Stop().IgnoreError(); }

  absl::Status Stop() {
    stop_.Set();
    if (thread_.joinable()) thread_.join();
    return result_;
  }

  // True once the watcher has read `contents`, within 30 s.
  bool Sees(const std::string& contents) ABSL_LOCKS_EXCLUDED(mu_) {
    const auto deadline = Deadline();
    MutexLock lock(mu_);
    while (seen_ != contents && std::chrono::steady_clock::now() < deadline) {
      changed_.WaitFor(mu_, std::chrono::milliseconds(100));
    }
    return seen_ == contents;
  }
  // True once it has been called `calls` times in all.
  bool IsCalled(int calls) ABSL_LOCKS_EXCLUDED(mu_) {
    const auto deadline = Deadline();
    MutexLock lock(mu_);
    while (calls_ < calls && std::chrono::steady_clock::now() < deadline) {
      changed_.WaitFor(mu_, std::chrono::milliseconds(100));
    }
    return calls_ >= calls;
  }
  int calls() {
    MutexLock lock(mu_);
    return calls_;
  }

 private:
  void Changed() {
    std::string contents = ReadWhole(path_);
    MutexLock lock(mu_);
    seen_ = std::move(contents);
    ++calls_;
    changed_.SignalAll();
  }

  static std::chrono::steady_clock::time_point Deadline() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(30);
  }

  const std::string path_;
  StopEvent stop_;
  Mutex mu_;
  CondVar changed_;
  std::string seen_ ABSL_GUARDED_BY(mu_) = "nothing yet";
  int calls_ ABSL_GUARDED_BY(mu_) = 0;
  FileWatcher watcher_;
  absl::Status result_;
  std::thread thread_;
};

TEST(FileWatcherTest, SeesAWriteInPlace) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  Watching watching(dir / "policy.yaml");
  WriteFile(dir / "policy.yaml", "2");
  EXPECT_TRUE(watching.Sees("2"));
}

TEST(FileWatcherTest, SeesOneChangeAfterAnother) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  Watching watching(dir / "policy.yaml");
  for (const char* text : {"2", "3", "4", "5"}) {
    SCOPED_TRACE(text);
    ReplaceFile(dir / "policy.yaml", text);
    EXPECT_TRUE(watching.Sees(text));
  }
}

TEST(FileWatcherTest, SeesWhatChangedBeforeItRan) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  int calls = 0;
  StopEvent stop;
  FileWatcher watcher(dir / "policy.yaml", [&] {
    ++calls;
    stop.Set();
  });
  ReplaceFile(dir / "policy.yaml", "2");
  EXPECT_THAT(watcher.Run(stop), IsOk());
  EXPECT_EQ(calls, 1);
}

TEST(FileWatcherTest, SeesAFileThatComesLater) {
  const TempDir dir;
  Watching watching(dir / "policy.yaml");
  WriteFile(dir / "policy.yaml", "1");
  EXPECT_TRUE(watching.Sees("1"));
}

TEST(FileWatcherTest, SeesAFileInDirectoriesThatComeLater) {
  const TempDir dir;
  Watching watching(dir / "etc/pinwarden/policy.yaml");
  fs::create_directories(dir / "etc/pinwarden");
  WriteFile(dir / "etc/pinwarden/policy.yaml", "1");
  EXPECT_TRUE(watching.Sees("1"));
}

TEST(FileWatcherTest, SeesTheFileGoAndComeBack) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  Watching watching(dir / "policy.yaml");
  fs::remove(dir / "policy.yaml");
  EXPECT_TRUE(watching.Sees(""));
  WriteFile(dir / "policy.yaml", "2");
  EXPECT_TRUE(watching.Sees("2"));
}

TEST(FileWatcherTest, SeesItsDirectoryGoAndComeBack) {
  const TempDir dir;
  fs::create_directory(dir / "etc");
  WriteFile(dir / "etc/policy.yaml", "1");
  Watching watching(dir / "etc/policy.yaml");
  fs::remove_all(dir / "etc");
  EXPECT_TRUE(watching.Sees(""));
  fs::create_directory(dir / "etc");
  WriteFile(dir / "etc/policy.yaml", "2");
  EXPECT_TRUE(watching.Sees("2"));
}

TEST(FileWatcherTest, SeesItsDirectoryReplaced) {
  const TempDir dir;
  fs::create_directory(dir / "etc");
  fs::create_directory(dir / "new");
  WriteFile(dir / "etc/policy.yaml", "1");
  WriteFile(dir / "new/policy.yaml", "2");
  Watching watching(dir / "etc/policy.yaml");
  fs::rename(dir / "etc", dir / "old");
  fs::rename(dir / "new", dir / "etc");
  EXPECT_TRUE(watching.Sees("2"));
  WriteFile(dir / "etc/policy.yaml", "3");
  EXPECT_TRUE(watching.Sees("3"));
}

// A ConfigMap volume: the file is a symlink into ..data, itself a symlink to a
// directory, and an update swaps ..data by rename.
TEST(FileWatcherTest, SeesAConfigMapUpdated) {
  const TempDir dir;
  const auto publish = [&dir](const std::string& version) {
    fs::create_directory(dir / version);
    WriteFile(dir / (version + "/policy.yaml"), version);
    fs::create_symlink(version, dir / "..data_tmp");
    fs::rename(dir / "..data_tmp", dir / "..data");
  };
  publish("..2026_1");
  fs::create_symlink("..data/policy.yaml", dir / "policy.yaml");
  Watching watching(dir / "policy.yaml");
  publish("..2026_2");
  fs::remove_all(dir / "..2026_1");
  EXPECT_TRUE(watching.Sees("..2026_2"));
  publish("..2026_3");
  fs::remove_all(dir / "..2026_2");
  EXPECT_TRUE(watching.Sees("..2026_3"));
}

TEST(FileWatcherTest, SeesTheTargetOfASymlinkElsewhereWritten) {
  const TempDir dir;
  fs::create_directory(dir / "shared");
  WriteFile(dir / "shared/real.yaml", "1");
  fs::create_symlink(dir / "shared/real.yaml", dir / "policy.yaml");
  Watching watching(dir / "policy.yaml");
  ReplaceFile(dir / "shared/real.yaml", "2");
  EXPECT_TRUE(watching.Sees("2"));
}

TEST(FileWatcherTest, SeesAWriteThroughAnotherName) {
  const TempDir dir;
  fs::create_directory(dir / "elsewhere");
  WriteFile(dir / "policy.yaml", "1");
  fs::create_hard_link(dir / "policy.yaml", dir / "elsewhere/name");
  Watching watching(dir / "policy.yaml");
  WriteFile(dir / "elsewhere/name", "2");
  EXPECT_TRUE(watching.Sees("2"));
}

// Trust may have been mended by that.
TEST(FileWatcherTest, SeesAChangeOfMode) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  Watching watching(dir / "policy.yaml");
  chmod((dir / "policy.yaml").c_str(), 0600);
  EXPECT_TRUE(watching.IsCalled(1));
}

TEST(FileWatcherTest, SurvivesASymlinkLoop) {
  const TempDir dir;
  fs::create_symlink("b", dir / "a");
  fs::create_symlink("a", dir / "b");
  Watching watching(dir / "a");
  ReplaceFile(dir / "b", "1");
  EXPECT_TRUE(watching.Sees("1"));
}

TEST(FileWatcherTest, TakesNoNoticeOfOtherFiles) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  Watching watching(dir / "policy.yaml");
  WriteFile(dir / "policy.yaml", "2");
  ASSERT_TRUE(watching.Sees("2"));
  const int calls = watching.calls();
  WriteFile(dir / "other", "x");
  EXPECT_THAT(watching.Stop(), IsOk());
  EXPECT_EQ(watching.calls(), calls);
}

// A file that names what else is watched, one pattern a line.
class IncludeWatcherTest : public ::testing::Test {
 protected:
  IncludeWatcherTest() {
    fs::create_directory(dir_ / "d");
    WriteFile(dir_ / "policy.yaml", "d/*.yaml");
    WriteFile(dir_ / "d/a.yaml", "1");
  }
  std::vector<std::string> Patterns() const {
    return {dir_ / ReadWhole(dir_ / "policy.yaml")};
  }

  const TempDir dir_;
  Watching watching_{dir_ / "policy.yaml", [this] { return Patterns(); }};
};

TEST_F(IncludeWatcherTest, SeesAnIncludedFileComeChangeAndGo) {
  WriteFile(dir_ / "d/b.yaml", "1");
  EXPECT_TRUE(watching_.IsCalled(1));
  ReplaceFile(dir_ / "d/b.yaml", "2");
  EXPECT_TRUE(watching_.IsCalled(2));
  fs::rename(dir_ / "d/b.yaml", dir_ / "d/c.yaml");
  EXPECT_TRUE(watching_.IsCalled(3));
  fs::remove(dir_ / "d/c.yaml");
  EXPECT_TRUE(watching_.IsCalled(4));
}

TEST_F(IncludeWatcherTest, SeesTheDirectoryGoAndComeBack) {
  fs::remove_all(dir_ / "d");
  EXPECT_TRUE(watching_.IsCalled(1));
  fs::create_directory(dir_ / "d");
  EXPECT_TRUE(watching_.IsCalled(2));
  WriteFile(dir_ / "d/a.yaml", "2");
  EXPECT_TRUE(watching_.IsCalled(3));
}

TEST_F(IncludeWatcherTest, FollowsWhatTheFileNamesNow) {
  fs::create_directory(dir_ / "e");
  ReplaceFile(dir_ / "policy.yaml", "e/*.yaml");
  ASSERT_TRUE(watching_.Sees("e/*.yaml"));
  WriteFile(dir_ / "e/a.yaml", "1");
  EXPECT_TRUE(watching_.IsCalled(2));
}

TEST_F(IncludeWatcherTest, SeesTheTargetsOfSymlinksSwapped) {
  const auto publish = [this](const std::string& version) {
    fs::create_directory(dir_ / ("d/" + version));
    WriteFile(dir_ / ("d/" + version + "/b.yaml"), version);
    fs::create_symlink(version, dir_ / "d/..data_tmp");
    fs::rename(dir_ / "d/..data_tmp", dir_ / "d/..data");
  };
  publish("..1");
  fs::create_symlink("..data/b.yaml", dir_ / "d/b.yaml");
  ASSERT_TRUE(watching_.IsCalled(1));
  publish("..2");
  EXPECT_TRUE(watching_.IsCalled(2));
}

TEST_F(IncludeWatcherTest, TakesNoNoticeOfWhatIsNotIncluded) {
  ReplaceFile(dir_ / "policy.yaml", "d/*.yml");
  ASSERT_TRUE(watching_.Sees("d/*.yml"));
  const int calls = watching_.calls();
  WriteFile(dir_ / "d/a.yaml", "2");
  WriteFile(dir_ / "d/.b.yml", "hidden");
  EXPECT_THAT(watching_.Stop(), IsOk());
  EXPECT_EQ(watching_.calls(), calls);
}

TEST(FileWatcherTest, SeesWhatWasIncludedBeforeItRan) {
  const TempDir dir;
  WriteFile(dir / "policy.yaml", "1");
  WriteFile(dir / "a.inc", "1");
  StopEvent stop;
  FileWatcher watcher(
      dir / "policy.yaml", [&stop] { stop.Set(); },
      [&dir] { return std::vector<std::string>{dir / "*.inc"}; });
  WriteFile(dir / "b.inc", "1");
  EXPECT_THAT(watcher.Run(stop), IsOk());
}

TEST(FileWatcherTest, StopsWithNothingToSee) {
  Watching watching("/");
  EXPECT_THAT(watching.Stop(), IsOk());
}

// Lets this process open nothing while it lives, except for what poll() counts.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    none.rlim_cur = 3;
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(FileWatcherTest, LooksByItselfWithoutInotify) {
  const TempDir dir;
  const std::string path = dir / "policy.yaml";
  WriteFile(path, "1");
  StopEvent stop;
  int calls = 0;
  FileWatcher watcher(path, [&] {
    // The first call is for what changed before Run(), the second for this.
    chmod(path.c_str(), 0600);
    if (++calls == 2) stop.Set();
  });
  ReplaceFile(path, "2");
  absl::Status ended;
  {
    const NoDescriptors none;
    ended = watcher.Run(stop);
  }
  // Not in there: UBSan looks at a matcher's type through a pipe of its own.
  EXPECT_THAT(ended, IsOk());
  EXPECT_EQ(calls, 2);
}

TEST(WatchSetTest, SaysWhatItCannotWatch) {
  const TempDir dir;
  WatchSet watches;
  EXPECT_TRUE(watches.Follow(dir / "policy.yaml"));
  const NoDescriptors none;
  WatchSet without;
  EXPECT_FALSE(without.Follow(dir / "policy.yaml"));
  EXPECT_FALSE(without.Drain());
}

TEST(WatchSetTest, TakesAFloodForAChange) {
  const TempDir dir;
  WatchSet watches;
  ASSERT_TRUE(watches.Follow(dir / "policy.yaml"));
  // More than the kernel queues, and none of them ours. Two names, as it makes
  // one of equal events that follow each other.
  WriteFile(dir / "a", "");
  WriteFile(dir / "b", "");
  const int most =
      std::stoi(ReadWhole("/proc/sys/fs/inotify/max_queued_events"));
  for (int i = 0; i <= most; ++i) {
    const UniqueFd closed(
        open((dir / (i % 2 == 0 ? "a" : "b")).c_str(), O_WRONLY | O_CLOEXEC));
  }
  bool concerned = false;
  while (!concerned) {
    pollfd ready = {watches.fd(), POLLIN, 0};
    ASSERT_EQ(poll(&ready, 1, 0), 1) << "all was taken";
    concerned = watches.Drain();
  }
  EXPECT_TRUE(concerned);
}

TEST(BurstTest, IsDueOnceItIsQuietAndAtTheLatestAtTheLimit) {
  using std::chrono::milliseconds;
  const Burst::Time start{};
  Burst burst;
  EXPECT_EQ(burst.Due(), std::nullopt);
  burst.Add(start);
  EXPECT_EQ(burst.Due(), start + milliseconds(50));
  burst.Add(start + milliseconds(40));
  EXPECT_EQ(burst.Due(), start + milliseconds(90));
  burst.Add(start + milliseconds(499));
  EXPECT_EQ(burst.Due(), start + milliseconds(500));
  burst.Clear();
  EXPECT_EQ(burst.Due(), std::nullopt);
}

}  // namespace
}  // namespace pinwarden
