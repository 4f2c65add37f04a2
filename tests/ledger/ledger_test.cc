// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ledger.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "ledger/sqlite.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using testing::ExampleDecision;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kExampleTime;
using ::testing::Pair;
using testing::ReadHours;
using testing::ReadRows;
using testing::RealisticDecision;
using testing::Shared;
using ::testing::SizeIs;
using testing::TempDir;
using ::testing::UnorderedElementsAre;

constexpr absl::Duration kPatience = absl::Seconds(60);

LedgerOptions Options(const std::string& path) {
  LedgerOptions options;
  options.path = path;
  options.node = "node7";
  options.clock = [] { return kExampleTime; };
  return options;
}

std::string ImageOf(const v1::LedgerRow& row) { return row.image(); }

std::vector<std::string> Images(const std::vector<v1::LedgerRow>& rows) {
  std::vector<std::string> images;
  for (const v1::LedgerRow& row : rows) images.push_back(ImageOf(row));
  return images;
}

TEST(LedgerTest, KeepsAllThatTheReportNeeds) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  v1::Decision d = ExampleDecision();
  d.add_other_names("nginx:1.27.0");
  d.set_break_glass(true);
  {
    Ledger ledger(Options(path));
    ledger.Record(Shared(d));
  }
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(1));
  const v1::LedgerRow& row = rows[0];
  EXPECT_EQ(row.namespace_(), "prod");
  EXPECT_EQ(row.workload_kind(), "Deployment");
  EXPECT_EQ(row.workload(), "web");
  EXPECT_EQ(row.container(), "app");
  EXPECT_EQ(row.image(), "nginx:latest");
  EXPECT_EQ(row.reason(), v1::REASON_FLOATING_TAG);
  EXPECT_EQ(row.rule(), "default");
  EXPECT_EQ(row.outcome(), v1::OUTCOME_WOULD_REJECT);
  EXPECT_EQ(row.first().seconds(), 1'800'000'000);
  EXPECT_EQ(row.last().seconds(), 1'800'000'000);
  EXPECT_EQ(row.count(), 1u);
  EXPECT_EQ(row.break_glass(), 1u);
  EXPECT_EQ(row.last_pod(), "web-7d4b9c6f5d-x2x9k");
  EXPECT_EQ(row.node(), "node7");
  EXPECT_EQ(row.policy_sha256(), std::string(64, '5'));
  EXPECT_EQ(row.policy_file(), "policy.yaml");
  EXPECT_EQ(row.policy_line(), 24u);
  EXPECT_EQ(row.mode(), v1::MODE_OBSERVE);
  EXPECT_EQ(row.confidence(), v1::CONFIDENCE_EXACT);
  EXPECT_EQ(row.message(), d.message());
  EXPECT_THAT(row.other_names(), ElementsAre("nginx:1.27.0"));
  // Not the label that each revision makes anew.
  EXPECT_THAT(row.labels(), UnorderedElementsAre(Pair("app", "web")));
}

TEST(LedgerTest, FoldsAcrossWritesAndRestarts) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  for (int run = 0; run < 3; ++run) {
    Ledger ledger(Options(path));
    for (int i = 0; i < 2; ++i) {
      v1::Decision d =
          ExampleDecision("nginx", kExampleTime + absl::Hours(run));
      d.set_pod(absl::StrCat("web-", run));
      ledger.Record(Shared(d));
      EXPECT_TRUE(ledger.Flush(kPatience));
    }
    EXPECT_EQ(ledger.GetStats().written, 2u);
    EXPECT_EQ(ledger.GetStats().rows, 1u);
  }
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].count(), 6u);
  EXPECT_EQ(rows[0].last_pod(), "web-2");
  EXPECT_EQ(rows[0].first().seconds(), 1'800'000'000);
  EXPECT_EQ(rows[0].last().seconds(), 1'800'007'200);
  std::vector<uint64_t> hours;
  for (const v1::LedgerHour& hour : ReadHours(path)) {
    hours.push_back(hour.count());
  }
  EXPECT_THAT(hours, ElementsAre(2u, 2u, 2u));
}

TEST(LedgerTest, HasAFileThatOnlyItsOwnerReads) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  Ledger ledger(Options(path));
  ledger.Record(Shared(ExampleDecision()));
  ASSERT_TRUE(ledger.Flush(kPatience));
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    SCOPED_TRACE(suffix);
    struct stat info = {};
    ASSERT_EQ(stat(absl::StrCat(path, suffix).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
  }
}

TEST(LedgerTest, SaysWhatItHolds) {
  const TempDir dir;
  Ledger ledger(Options(dir / "ledger.db"));
  for (const char* image : {"a", "b", "a"}) {
    ledger.Record(Shared(ExampleDecision(image)));
  }
  ASSERT_TRUE(ledger.Flush(kPatience));
  const Ledger::Stats stats = ledger.GetStats();
  EXPECT_EQ(stats.rows, 2u);
  EXPECT_EQ(stats.written, 3u);
  EXPECT_EQ(stats.dropped, 0u);
  EXPECT_EQ(stats.oldest, kExampleTime);
  EXPECT_GT(stats.bytes, 4096u);
  EXPECT_EQ(stats.problem, "");
  EXPECT_EQ(stats.set_aside, "");
}

TEST(LedgerTest, CanBeReadWhileItIsWritten) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  Ledger ledger(Options(path));
  ledger.Record(Shared(ExampleDecision("first")));
  ASSERT_TRUE(ledger.Flush(kPatience));
  auto reader = *LedgerReader::Open(path, {});
  std::thread writer([&ledger] {
    for (int i = 0; i < 5000; ++i) {
      ledger.Record(Shared(RealisticDecision(i)));
    }
    EXPECT_TRUE(ledger.Flush(kPatience));
  });
  for (int i = 0; i < 50; ++i) {
    uint64_t first = 0;
    const absl::Status status =
        ReadLedgerFile(path, {}, [&first](const LedgerBatch& batch) {
          for (const v1::LedgerRow& row : batch.rows) {
            first += row.image() == "first" ? row.count() : 0;
          }
        });
    EXPECT_THAT(status, IsOk());
    EXPECT_EQ(first, 1u);
  }
  writer.join();
  // A reader that began before all that has held up nobody.
  size_t rows = 0;
  LedgerBatch batch;
  while (*reader->Next(&batch)) rows += batch.rows.size();
  EXPECT_EQ(rows, 5001u);
  EXPECT_EQ(ledger.GetStats().dropped, 0u);
}

TEST(LedgerTest, LetsOneProcessWriteAtATimeAndTheNextOneWait) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  auto old_one = std::make_unique<Ledger>(Options(path));
  old_one->Record(Shared(ExampleDecision("a")));
  ASSERT_TRUE(old_one->Flush(kPatience));
  Ledger new_one(Options(path));
  new_one.Record(Shared(ExampleDecision("b")));
  EXPECT_FALSE(new_one.Flush(absl::Milliseconds(300)));
  EXPECT_EQ(new_one.GetStats().problem, "");
  old_one->Record(Shared(ExampleDecision("a")));
  old_one.reset();
  EXPECT_TRUE(new_one.Flush(kPatience));
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  EXPECT_THAT(Images(rows), ElementsAre("a", "b"));
  EXPECT_EQ(rows[0].count(), 2u);
}

TEST(LedgerTest, DropsAndCountsWhatItHasNoRoomFor) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  Ledger holds_the_file(Options(path));
  holds_the_file.Record(Shared(ExampleDecision("a")));
  ASSERT_TRUE(holds_the_file.Flush(kPatience));
  Ledger ledger(Options(path));
  for (size_t i = 0; i < Ledger::kMaxWaitingRows + 7; ++i) {
    ledger.Record(Shared(ExampleDecision(absl::StrCat(i))));
  }
  // The thread finds out, when it next looks.
  const absl::Time deadline = absl::Now() + kPatience;
  while (ledger.GetStats().dropped < 7 && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(ledger.GetStats().dropped, 7u);
}

TEST(LedgerTest, IsInADirectoryThatALinkLeadsTo) {
  const TempDir dir;
  ASSERT_EQ(mkdir((dir / "real").c_str(), 0700), 0);
  ASSERT_EQ(symlink("real", (dir / "link").c_str()), 0);
  Ledger ledger(Options(dir / "link/ledger.db"));
  ledger.Record(Shared(ExampleDecision()));
  EXPECT_TRUE(ledger.Flush(kPatience));
  EXPECT_THAT(ReadRows(dir / "real/ledger.db"), SizeIs(1));
}

TEST(LedgerTest, WritesToNoFileThatALinkLeadsTo) {
  const TempDir dir;
  const std::string victim = dir.Write("victim", "");
  ASSERT_EQ(symlink("victim", (dir / "ledger.db").c_str()), 0);
  Ledger ledger(Options(dir / "ledger.db"));
  ledger.Record(Shared(ExampleDecision()));
  EXPECT_TRUE(ledger.Flush(kPatience));  // dropped
  EXPECT_EQ(ledger.GetStats().dropped, 1u);
  EXPECT_THAT(ledger.GetStats().problem,
              ::testing::HasSubstr("not a regular file"));
  struct stat info = {};
  ASSERT_EQ(stat(victim.c_str(), &info), 0);
  EXPECT_EQ(info.st_size, 0);
}

TEST(LedgerTest, TakesWhateverADecisionHolds) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  v1::Decision d = ExampleDecision(std::string(4096, 'a'));
  d.set_namespace_(std::string("\0", 1));
  d.set_pod(std::string(4096, 'p'));
  d.set_container("'; DROP TABLE decision; --");
  d.set_outcome(static_cast<v1::Outcome>(99));
  for (int i = 0; i < 32; ++i) {
    (*d.mutable_labels())[absl::StrCat(i, std::string(300, 'k'))] =
        std::string(320, 'v');
  }
  {
    Ledger ledger(Options(path));
    ledger.Record(Shared(d));
    v1::Decision nothing;
    testing::SetDecisionTime(kExampleTime, &nothing);
    ledger.Record(Shared(nothing));
    ASSERT_TRUE(ledger.Flush(kPatience));
  }
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].image(), "");
  EXPECT_EQ(rows[1].message(), d.message());
  EXPECT_EQ(rows[1].namespace_(), d.namespace_());
  EXPECT_EQ(rows[1].container(), d.container());
  EXPECT_EQ(rows[1].outcome(), v1::OUTCOME_UNSPECIFIED);
  EXPECT_THAT(rows[1].labels(), SizeIs(33));
}

}  // namespace
}  // namespace pinwarden
