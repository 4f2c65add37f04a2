// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a ledger forgets, and how much room it takes.
#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"
#include "ledger/sqlite.h"
#include "ledger/store.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::ExampleDecision;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::kExampleTime;
using ::testing::Le;
using testing::ReadHours;
using testing::ReadRows;
using testing::RealisticDecision;
using testing::Shared;
using ::testing::SizeIs;
using testing::TempDir;

std::unique_ptr<Store> Opened(const std::string& path, StoreLimits limits) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(path, limits);
  EXPECT_THAT(store, IsOk());
  return *std::move(store);
}

// Writes decisions `from` to `to`, in batches as the ledger does.
void WriteMany(Store* store, int from, int to) {
  Fold fold(100'000);
  for (int i = from; i < to; ++i) {
    fold.Add(Shared(RealisticDecision(i)));
    if (fold.rows() == store->batch_rows() || i + 1 == to) {
      ASSERT_THAT(store->Write(fold.TakeSome(fold.rows()), "node7"), IsOk());
      ASSERT_THAT(store->ForgetSurplus(), IsOk());
    }
  }
}

int64_t CountOf(const std::string& path, const char* table) {
  Database db = *Database::Open(path, Database::Access::kRead, 100);
  return *db.QueryInt(absl::StrCat("SELECT count(*) FROM ", table));
}

TEST(RetentionTest, ForgetsWhatWasNotSeenForTooLong) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  const auto store = Opened(path, {.days = 30, .megabytes = 64});
  Fold fold(10);
  const absl::Time limit = kExampleTime - absl::Hours(24 * 30);
  fold.Add(Shared(ExampleDecision("old", limit - absl::Hours(1))));
  fold.Add(Shared(ExampleDecision("young", limit + absl::Hours(1))));
  fold.Add(Shared(ExampleDecision("both", limit - absl::Hours(500))));
  fold.Add(Shared(ExampleDecision("both", limit + absl::Hours(500))));
  ASSERT_THAT(store->Write(fold, ""), IsOk());
  ASSERT_THAT(store->ForgetOld(kExampleTime), IsOk());
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].image(), "both");
  EXPECT_EQ(rows[0].count(), 2u);
  EXPECT_EQ(rows[1].image(), "young");
  EXPECT_THAT(ReadHours(path), SizeIs(2));
  EXPECT_EQ(store->rows(), 2u);
  EXPECT_EQ(store->oldest(), limit - absl::Hours(500));
}

TEST(RetentionTest, ForgetsTextsThatNothingNames) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  const auto store = Opened(path, {.days = 30, .megabytes = 64});
  WriteMany(store.get(), 0, 3000);
  Fold later(10);
  v1::Decision kept = ExampleDecision("kept", kExampleTime + absl::Hours(2000));
  kept.add_other_names("another");
  later.Add(Shared(kept));
  ASSERT_THAT(store->Write(later, "node7"), IsOk());
  ASSERT_THAT(store->ForgetOld(kExampleTime + absl::Hours(2000)), IsOk());
  EXPECT_EQ(CountOf(path, "decision"), 1);
  EXPECT_THAT(CountOf(path, "text"), Le(15));
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].message(), kept.message());
  EXPECT_THAT(rows[0].other_names(), ::testing::ElementsAre("another"));
  // And what was forgotten can come back.
  WriteMany(store.get(), 0, 100);
  EXPECT_THAT(ReadRows(path), SizeIs(101));
}

TEST(RetentionTest, StaysWithinItsSizeAndKeepsTheNewest) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  const auto store = Opened(path, {.days = 30, .megabytes = 8});
  uint64_t most = 0;
  for (int i = 0; i < 40'000; i += 1000) {
    WriteMany(store.get(), i, i + 1000);
    most = std::max(most, BytesOnDisk(path));
  }
  EXPECT_THAT(most, Le(8u << 20));
  const std::vector<v1::LedgerRow> rows = ReadRows(path);
  EXPECT_EQ(rows.size(), store->rows());
  EXPECT_GT(rows.size(), 5000u);
  // None that is older than one which went.
  int64_t oldest = INT64_MAX;
  for (const v1::LedgerRow& row : rows) {
    oldest = std::min<int64_t>(oldest, row.last().seconds());
  }
  const int64_t newest = absl::ToUnixSeconds(kExampleTime) + 39;
  EXPECT_LE(newest - oldest, static_cast<int64_t>(rows.size()) / 1000 + 1);
}

TEST(RetentionTest, HasRoomForAHundredThousandRows) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  const auto store = Opened(path, {.days = 30, .megabytes = 64});
  WriteMany(store.get(), 0, 100'000);
  EXPECT_EQ(store->rows(), 100'000u);
  EXPECT_EQ(CountOf(path, "decision"), 100'000);
  const uint64_t first = BytesOnDisk(path);
  EXPECT_THAT(first, Le(64u << 20));
  // Seen again, in no order.
  Fold fold(100'000);
  for (int i = 0; i < 20'000; ++i) {
    fold.Add(Shared(RealisticDecision(i * 7919 % 100'000)));
  }
  while (!fold.empty()) {
    ASSERT_THAT(store->Write(fold.TakeSome(store->batch_rows()), ""), IsOk());
    EXPECT_THAT(BytesOnDisk(path), Le(64u << 20));
  }
  RecordProperty("bytes", static_cast<int>(first));
}

TEST(RetentionTest, BoundsTheHours) {
  const TempDir dir;
  const std::string path = dir / "ledger.db";
  const auto store = Opened(path, {.days = 365, .megabytes = 8});
  Fold fold(40'000);
  for (int i = 0; i < 30'000; ++i) {
    v1::Decision d = ExampleDecision("a", kExampleTime + absl::Hours(i % 300));
    d.set_namespace_(absl::StrCat("n", i / 300));
    fold.Add(Shared(d));
  }
  ASSERT_THAT(store->Write(fold, ""), IsOk());
  EXPECT_EQ(CountOf(path, "hour"), 30'000);
  ASSERT_THAT(store->ForgetOld(kExampleTime), IsOk());
  EXPECT_THAT(CountOf(path, "hour"), Le(24'000));
  EXPECT_GT(CountOf(path, "hour"), 20'000);
}

}  // namespace
}  // namespace pinwarden
