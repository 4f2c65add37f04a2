// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/socket_watch.h"

#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "nri/backoff.h"
#include "nri/plugin_fixture.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::TempDir;
namespace fs = std::filesystem;

void Touch(const std::string& path) { std::ofstream(path) << "x"; }

// Long enough that only a bug gets to its end.
constexpr absl::Duration kLong = absl::Seconds(30);

class SocketWatchTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(directory_ / "a/b"); }

  TempDir directory_;
  StopEvent stop_;
  SocketWatch watch_{directory_ / "a/b/sock"};
};

TEST_F(SocketWatchTest, TellsWhatMayHaveMadeThePathAppear) {
  const struct {
    const char* what;
    std::function<void(const TempDir&)> change;
  } kCases[] = {
      {"made", [](const auto& d) { Touch(d / "a/b/sock"); }},
      {"moved here",
       [](const auto& d) {
         Touch(d / "other");
         fs::rename(d / "other", d / "a/b/sock");
       }},
      {"its directory removed", [](const auto& d) { fs::remove(d / "a/b"); }},
      {"its directory made",
       [](const auto& d) { fs::create_directory(d / "a/b"); }},
      {"its directory moved away",
       [](const auto& d) { fs::rename(d / "a/b", d / "a/old"); }},
      {"its directory replaced by a link",
       [](const auto& d) { fs::create_symlink(d / "a/old", d / "a/b"); }},
      {"made behind the link", [](const auto& d) { Touch(d / "a/old/sock"); }},
      {"an ancestor moved away",
       [](const auto& d) { fs::rename(d / "a", d / "old"); }},
      {"an ancestor made",
       [](const auto& d) { fs::create_directories(d / "a/b"); }},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    watch_.Arm();
    c.change(directory_);
    EXPECT_TRUE(watch_.Wait(stop_, kLong));
    fs::remove(directory_ / "a/b/sock");
  }
}

TEST_F(SocketWatchTest, LeavesOtherNamesAlone) {
  watch_.Arm();
  Touch(directory_ / "a/b/sock2");
  Touch(directory_ / "a/c");
  Touch(directory_ / "a/sock");
  EXPECT_FALSE(watch_.Wait(stop_, absl::ZeroDuration()));
}

TEST_F(SocketWatchTest, LeavesADirectoryAloneThatIsNoLongerOnTheWay) {
  watch_.Arm();
  fs::rename(directory_ / "a", directory_ / "old");
  EXPECT_TRUE(watch_.Wait(stop_, kLong));
  fs::create_directories(directory_ / "a/b");
  EXPECT_TRUE(watch_.Wait(stop_, kLong));
  watch_.Arm();
  Touch(directory_ / "old/b/sock");
  EXPECT_FALSE(watch_.Wait(stop_, absl::ZeroDuration()));
}

TEST_F(SocketWatchTest, ForgetsWhatHappenedBeforeItWasDisarmed) {
  watch_.Arm();
  Touch(directory_ / "a/b/sock");
  watch_.Disarm();
  EXPECT_FALSE(watch_.Wait(stop_, absl::ZeroDuration()));
  fs::remove(directory_ / "a/b/sock");
  Touch(directory_ / "a/b/sock");
  EXPECT_FALSE(watch_.Wait(stop_, absl::ZeroDuration()));
}

TEST_F(SocketWatchTest, StopsWaiting) {
  watch_.Arm();
  stop_.Set();
  EXPECT_FALSE(watch_.Wait(stop_, kLong));
}

TEST_F(SocketWatchTest, SeesThatTooMuchHappened) {
  int most = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
  ASSERT_GT(most, 0);
  watch_.Arm();
  Touch(directory_ / "a/b/x");
  for (int i = 0; i <= most; i += 2) {
    fs::rename(directory_ / "a/b/x", directory_ / "a/b/y");
    fs::rename(directory_ / "a/b/y", directory_ / "a/b/x");
  }
  EXPECT_TRUE(watch_.Wait(stop_, kLong));
}

TEST(SocketWatchWithoutInotifyTest, OnlyWaits) {
  const StopEvent stop;
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none = {0, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  SocketWatch watch("/sock");
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  watch.Arm();
  EXPECT_FALSE(watch.Wait(stop, absl::ZeroDuration()));
  watch.Disarm();
}

TEST(SocketWatchRelativeTest, WatchesFromTheWorkingDirectory) {
  TempDir directory;
  const fs::path old = fs::current_path();
  fs::current_path(directory / "");
  StopEvent stop;
  SocketWatch watch("sock");
  watch.Arm();
  Touch("sock");
  EXPECT_TRUE(watch.Wait(stop, kLong));
  fs::current_path(old);
}

TEST(BackoffTest, DoublesUpToItsLongest) {
  Backoff backoff(absl::Milliseconds(10), absl::Seconds(1));
  for (const int ms : {10, 20, 40, 80, 160, 320, 640, 1000, 1000}) {
    EXPECT_EQ(backoff.Next(), absl::Milliseconds(ms));
  }
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), absl::Milliseconds(10));
}

}  // namespace
}  // namespace pinwarden
