// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/text_store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/schema.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

Database EmptyLedger(const TempDir& dir) {
  absl::StatusOr<Database> db =
      Database::Open(dir.Write("a.db", ""), Database::Access::kWrite, 100);
  EXPECT_THAT(db, IsOk());
  EXPECT_THAT(CreateTables(&*db), IsOk());
  return *std::move(db);
}

TEST(TextStoreTest, GivesEachTextOneNumberAndBack) {
  const TempDir dir;
  Database db = EmptyLedger(dir);
  TextWriter writer = *TextWriter::Prepare(&db);
  TextReader reader = *TextReader::Prepare(&db);
  ASSERT_THAT(db.Execute("BEGIN"), IsOk());  // so that it is quick
  // So many that the cache does not know all of them.
  std::vector<int64_t> ids;
  for (int i = 0; i < 3000; ++i) ids.push_back(*writer.IdOf(absl::StrCat(i)));
  for (int i = 0; i < 3000; ++i) {
    EXPECT_EQ(*writer.IdOf(absl::StrCat(i)), ids[static_cast<size_t>(i)]);
    EXPECT_EQ(*reader.TextOf(ids[static_cast<size_t>(i)]), absl::StrCat(i));
  }
  EXPECT_EQ(*db.QueryInt("SELECT count(*) FROM text"), 3000);
}

TEST(TextStoreTest, KeepsTextsOfAllSorts) {
  const TempDir dir;
  Database db = EmptyLedger(dir);
  TextWriter writer = *TextWriter::Prepare(&db);
  TextReader reader = *TextReader::Prepare(&db);
  for (const std::string& text :
       {std::string(), std::string(4096, 'a'), std::string("a\0b", 3),
        std::string("\xc3\xa9"), std::string("'; DROP TABLE text; --")}) {
    EXPECT_EQ(*reader.TextOf(*writer.IdOf(text)), text);
  }
}

TEST(TextStoreTest, SaysSoWhenATextIsMissing) {
  const TempDir dir;
  Database db = EmptyLedger(dir);
  TextReader reader = *TextReader::Prepare(&db);
  EXPECT_THAT(reader.TextOf(7), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(PackIdsTest, ComesBackAsItWas) {
  const std::vector<int64_t> kLists[] = {
      {}, {0}, {1, 127, 128, 16'383, 16'384}, {INT64_MAX, 3}};
  for (const std::vector<int64_t>& ids : kLists) {
    EXPECT_EQ(*UnpackIds(PackIds(ids)), ids);
  }
}

TEST(PackIdsTest, RefusesWhatIsNoList) {
  for (const std::string& packed :
       {std::string("\x80"), std::string("\x01\xff"), std::string(10, '\xff'),
        std::string(10, '\x80') + "\x01"}) {
    EXPECT_THAT(UnpackIds(packed), StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace pinwarden
