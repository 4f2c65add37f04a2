// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "ledger/sqlite.h"
#include "pinwarden/ledger.h"
#include "pinwarden/ledger_reader.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::ExampleDecision;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::kExampleTime;
using ::testing::Le;
using testing::ReadHours;
using testing::ReadRows;
using testing::RealisticDecision;
using testing::Shared;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::TempDir;

// A ledger of the first `count` realistic decisions.
std::string LedgerOf(const TempDir& dir, int count) {
  const std::string path = dir / "ledger.db";
  LedgerOptions options;
  options.path = path;
  options.clock = [] { return kExampleTime; };
  Ledger ledger(options);
  for (int i = 0; i < count; ++i) ledger.Record(Shared(RealisticDecision(i)));
  EXPECT_TRUE(ledger.Flush(absl::Seconds(60)));
  return path;
}

TEST(LedgerReaderTest, ReadsEveryRowOnceInSmallBatches) {
  const TempDir dir;
  const std::string path = LedgerOf(dir, 5000);
  std::set<std::string> images;
  const absl::Status status =
      ReadLedgerFile(path, {}, [&images](const LedgerBatch& batch) {
        size_t bytes = 0;
        for (const v1::LedgerRow& row : batch.rows) {
          EXPECT_TRUE(images.insert(row.image()).second);
          bytes += row.ByteSizeLong();
        }
        EXPECT_THAT(bytes, Le(300u << 10));
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_THAT(images, SizeIs(5000));
}

TEST(LedgerReaderTest, GivesBackWhatARealDecisionSaid) {
  const TempDir dir;
  const std::string path = LedgerOf(dir, 1);
  const v1::Decision want = RealisticDecision(0);
  const v1::LedgerRow row = ReadRows(path).at(0);
  EXPECT_EQ(row.message(), want.message());
  EXPECT_EQ(row.image(), want.image());
  EXPECT_EQ(row.last_pod(), want.pod());
  EXPECT_THAT(row.labels(), SizeIs(want.labels().size() - 1));
}

TEST(LedgerReaderTest, ReadsWhatIsAskedFor) {
  const TempDir dir;
  const std::string path = LedgerOf(dir, 4000);
  const struct {
    const char* what;
    LedgerQuery query;
    size_t rows;
  } kCases[] = {
      {"all", {}, 4000},
      {"one namespace", {.namespaces = {Glob("team-07-*")}}, 100},
      {"two", {.namespaces = {Glob("team-07-*"), Glob("team-08-*")}}, 200},
      {"none", {.namespaces = {Glob("kube-system")}}, 0},
      {"the last second",
       {.since = kExampleTime + absl::Seconds(3), .namespaces = {}},
       1000},
      {"the future",
       {.since = kExampleTime + absl::Hours(1), .namespaces = {}},
       0},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_THAT(ReadRows(path, c.query), SizeIs(c.rows));
  }
}

TEST(LedgerReaderTest, CountsTheHourThatSinceFallsIntoWhole) {
  const TempDir dir;
  const std::string path = LedgerOf(dir, 40);
  EXPECT_THAT(ReadHours(path), SizeIs(40));
  EXPECT_THAT(ReadHours(path, {.since = kExampleTime + absl::Minutes(59),
                               .namespaces = {}}),
              SizeIs(40));
  EXPECT_THAT(ReadHours(path, {.since = kExampleTime + absl::Minutes(60),
                               .namespaces = {Glob("*")}}),
              SizeIs(0));
}

// As it is read where nothing can be written beside it.
TEST(LedgerReaderTest, OpensAFileAsItIsWhateverItsName) {
  const TempDir dir;
  const std::string path = dir / "a?b#c%d.db";
  ASSERT_EQ(rename(LedgerOf(dir, 10).c_str(), path.c_str()), 0);
  absl::StatusOr<Database> db =
      Database::Open(path, Database::Access::kImmutable, 100);
  ASSERT_THAT(db, IsOk());
  EXPECT_EQ(*db->QueryInt("SELECT count(*) FROM decision"), 10);
  struct stat info = {};
  EXPECT_NE(stat((path + "-shm").c_str(), &info), 0);
}

TEST(LedgerReaderTest, SaysWhatIsWrongWithAFile) {
  const TempDir dir;
  EXPECT_THAT(LedgerReader::Open(dir / "none.db", {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.db")));
  EXPECT_THAT(
      LedgerReader::Open(dir.Write("text.db", std::string(5000, 'x')), {}),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("text.db")));
  EXPECT_THAT(ReadLedgerFile(dir.Write("empty.db", ""), {}, nullptr), IsOk());
}

TEST(LedgerReaderTest, TellsWhatDoesNotFitTogether) {
  const struct {
    const char* what;
    const char* sql;
  } kCases[] = {
      {"a missing text",
       "DELETE FROM text WHERE id = (SELECT image FROM decision LIMIT 1)"},
      {"a list that ends early", "UPDATE decision SET labels = x'81'"},
      {"a label without a value", "UPDATE decision SET labels = x'01'"},
      {"names that are missing", "UPDATE decision SET other_names = x'ff7f'"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const TempDir dir;
    const std::string path = LedgerOf(dir, 3);
    {
      Database db = *Database::Open(path, Database::Access::kWrite, 100);
      ASSERT_THAT(db.Execute(c.sql), IsOk());
    }
    EXPECT_THAT(ReadLedgerFile(path, {}, [](const LedgerBatch&) {}),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace pinwarden
