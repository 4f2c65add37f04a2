// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a ledger whose file does not take it.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "ledger/set_aside.h"
#include "ledger/sqlite.h"
#include "pinwarden/file.h"
#include "pinwarden/ledger.h"
#include "pinwarden/mutex.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ExampleDecision;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kExampleTime;
using testing::ReadRows;
using testing::RealisticDecision;
using testing::Shared;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;

constexpr absl::Duration kPatience = absl::Seconds(60);

// A ledger, and what it said of its problems.
class Watched {
 public:
  explicit Watched(const std::string& path) {
    LedgerOptions options;
    options.path = path;
    options.clock = [] { return kExampleTime; };
    options.problem_changed = [this](const std::string& problem) {
      MutexLock lock(mu_);
      problems_.push_back(problem);
    };
    ledger_ = std::make_unique<Ledger>(std::move(options));
  }

  Ledger& ledger() { return *ledger_; }

  std::vector<std::string> problems() {
    MutexLock lock(mu_);
    return problems_;
  }

  void AwaitProblems(size_t count) {
    while (problems().size() < count) std::this_thread::yield();
  }

 private:
  Mutex mu_;
  std::vector<std::string> problems_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Ledger> ledger_;
};

void WriteRows(const std::string& path, int count) {
  LedgerOptions options;
  options.path = path;
  Ledger ledger(options);
  for (int i = 0; i < count; ++i) ledger.Record(Shared(RealisticDecision(i)));
  ASSERT_TRUE(ledger.Flush(kPatience));
}

std::vector<std::string> FilesIn(const TempDir& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Overwrite(const std::string& path, int64_t at, size_t bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << std::string(bytes, '\x5a');
}

TEST(LedgerFailureTest, SetsAsideAFileThatIsBroken) {
  const struct {
    const char* what;
    int64_t at;
    size_t bytes;
  } kCases[] = {
      {"its header", 0, 16},
      {"its first page", 100, 2000},
      {"a page inside", 4096 * 20, 4096 * 30},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const TempDir dir;
    const std::string path = dir / "ledger.db";
    WriteRows(path, 3000);
    Overwrite(path, c.at, c.bytes);
    const std::string broken = *ReadFile(path, 64 << 20);
    Watched watched(path);
    watched.ledger().Record(Shared(ExampleDecision("after")));
    ASSERT_TRUE(watched.ledger().Flush(kPatience));
    const Ledger::Stats stats = watched.ledger().GetStats();
    EXPECT_EQ(stats.set_aside, absl::StrCat(path, ".corrupt-20270115T080000Z"));
    EXPECT_EQ(*ReadFile(stats.set_aside, 64 << 20), broken);
    EXPECT_THAT(ReadRows(path), SizeIs(1));
    EXPECT_THAT(watched.problems(), ElementsAre(HasSubstr("set aside as"), ""));
  }
}

TEST(LedgerFailureTest, KeepsTheNewestThatWereSetAside) {
  const TempDir dir;
  for (int i = 0; i < 5; ++i) {
    const std::string path = dir.Write("ledger.db", absl::StrCat(i));
    dir.Write("ledger.db-wal", "log");
    EXPECT_THAT(SetAside(path, kExampleTime + absl::Hours(i)), IsOk());
  }
  dir.Write("other.db.corrupt-2", "");
  EXPECT_THAT(FilesIn(dir),
              ElementsAre("ledger.db.corrupt-20270115T100000Z",
                          "ledger.db.corrupt-20270115T100000Z-wal",
                          "ledger.db.corrupt-20270115T110000Z",
                          "ledger.db.corrupt-20270115T110000Z-wal",
                          "ledger.db.corrupt-20270115T120000Z",
                          "ledger.db.corrupt-20270115T120000Z-wal",
                          "other.db.corrupt-2"));
}

TEST(LedgerFailureTest, LeavesAloneWhatItMayNotWrite) {
  const struct {
    const char* what;
    const char* sql;
    const char* problem;
  } kCases[] = {
      {"a newer schema", "PRAGMA user_version = 2",
       "made by a newer version of pinwardend"},
      {"another program's file", "PRAGMA application_id = 7",
       "is not a ledger"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const TempDir dir;
    const std::string path = dir / "ledger.db";
    WriteRows(path, 10);
    {
      Database db = *Database::Open(path, Database::Access::kWrite, 100);
      ASSERT_THAT(db.Execute(c.sql), IsOk());
    }
    const std::string before = *ReadFile(path, 64 << 20);
    Watched watched(path);
    watched.ledger().Record(Shared(ExampleDecision()));
    EXPECT_TRUE(watched.ledger().Flush(kPatience));
    watched.AwaitProblems(1);
    watched.ledger().Record(Shared(ExampleDecision()));
    const Ledger::Stats stats = watched.ledger().GetStats();
    EXPECT_THAT(stats.problem, HasSubstr(c.problem));
    EXPECT_EQ(stats.dropped, 2u);
    EXPECT_EQ(stats.set_aside, "");
    EXPECT_EQ(*ReadFile(path, 64 << 20), before);
  }
}

TEST(LedgerFailureTest, SaysOfANewerSchemaThatItCannotBeRead) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  WriteRows(path, 10);
  {
    Database db = *Database::Open(path, Database::Access::kWrite, 100);
    ASSERT_THAT(db.Execute("PRAGMA user_version = 2"), IsOk());
  }
  EXPECT_THAT(LedgerReader::Open(path, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("newer version")));
}

// No byte of a file may lie beyond `bytes`, until the end.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(LedgerFailureTest, WaitsWhileTheDiskIsFullAndLosesNothing) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  Watched watched(path);
  for (int i = 0; i < 1000; ++i) {
    watched.ledger().Record(Shared(RealisticDecision(i)));
  }
  ASSERT_TRUE(watched.ledger().Flush(kPatience));
  {
    const FileLimit limit(64 << 10);
    for (int i = 0; i < 3000; ++i) {
      watched.ledger().Record(Shared(RealisticDecision(i)));
    }
    EXPECT_FALSE(watched.ledger().Flush(absl::Seconds(3)));
    EXPECT_THAT(watched.ledger().GetStats().problem, HasSubstr("SQLite"));
    EXPECT_EQ(watched.ledger().GetStats().dropped, 0u);
  }
  EXPECT_TRUE(watched.ledger().Flush(kPatience));
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  EXPECT_THAT(rows, SizeIs(3000));
  uint64_t count = 0;
  for (const v1::LedgerRow& row : rows) count += row.count();
  EXPECT_EQ(count, 4000u);
  EXPECT_EQ(watched.ledger().GetStats().dropped, 0u);
  // Said once, not with each try.
  watched.AwaitProblems(2);
  EXPECT_THAT(watched.problems(), ElementsAre(HasSubstr("SQLite"), ""));
}

TEST(LedgerFailureTest, BeginsWhenTheDirectoryIsThere) {
  const TempDir dir;
  const std::string path = dir / "state/ledger.db";
  Watched watched(path);
  watched.ledger().Record(Shared(ExampleDecision()));
  watched.AwaitProblems(1);
  EXPECT_THAT(watched.ledger().GetStats().problem, HasSubstr("cannot open"));
  ASSERT_EQ(mkdir((dir / "state").c_str(), 0700), 0);
  EXPECT_TRUE(watched.ledger().Flush(kPatience));
  EXPECT_THAT(ReadRows(path), SizeIs(1));
}

TEST(LedgerFailureTest, BeginsAnewWhenItsFileIsRemoved) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  Watched watched(path);
  watched.ledger().Record(Shared(ExampleDecision("a")));
  ASSERT_TRUE(watched.ledger().Flush(kPatience));
  ASSERT_EQ(unlink(path.c_str()), 0);
  watched.ledger().Record(Shared(ExampleDecision("b")));
  ASSERT_TRUE(watched.ledger().Flush(kPatience));
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].image(), "b");
}

}  // namespace
}  // namespace pinwarden
