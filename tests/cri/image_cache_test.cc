// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cri/image_cache.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::IsNull;
using ::testing::NotNull;

constexpr absl::Duration kStart = absl::Hours(5);
constexpr absl::Duration kKeep = absl::Seconds(10);
constexpr size_t kPlenty = 1 << 20;

CriImage Named(const std::string& tag) { return {"id", {tag}, {}}; }

TEST(ImageCacheTest, RemembersForSoLongAndNoLonger) {
  ImageCache cache({2, kPlenty, kKeep});
  EXPECT_THAT(cache.Find("a", kStart), IsNull());
  cache.Insert("a", Named("a:1"), kStart);
  const auto* const kept = cache.Find("a", kStart + kKeep * 0.99);
  ASSERT_THAT(kept, NotNull());
  EXPECT_EQ((*kept)->tags.front(), "a:1");
  EXPECT_THAT(cache.Find("a", kStart + kKeep), IsNull());
}

TEST(ImageCacheTest, RemembersThatThereIsNoSuchImage) {
  ImageCache cache({2, kPlenty, kKeep});
  cache.Insert("a", std::nullopt, kStart);
  const auto* const kept = cache.Find("a", kStart);
  ASSERT_THAT(kept, NotNull());
  EXPECT_FALSE(kept->has_value());
}

TEST(ImageCacheTest, ReplacesWhatItWasToldBefore) {
  ImageCache cache({2, kPlenty, kKeep});
  cache.Insert("a", Named("a:1"), kStart);
  cache.Insert("a", Named("a:2"), kStart + kKeep * 0.5);
  const auto* const kept = cache.Find("a", kStart + kKeep);
  ASSERT_THAT(kept, NotNull());
  EXPECT_EQ((*kept)->tags.front(), "a:2");
  EXPECT_EQ(cache.size(), 1);
}

TEST(ImageCacheTest, GivesTheOldestAwayWhenFull) {
  ImageCache cache({2, kPlenty, kKeep});
  cache.Insert("a", Named("a:1"), kStart);
  cache.Insert("b", Named("b:1"), kStart);
  cache.Insert("a", Named("a:1"), kStart);
  cache.Insert("c", Named("c:1"), kStart);
  EXPECT_THAT(cache.Find("b", kStart), IsNull());
  EXPECT_THAT(cache.Find("a", kStart), NotNull());
  EXPECT_THAT(cache.Find("c", kStart), NotNull());
}

TEST(ImageCacheTest, IsBoundedInBytes) {
  constexpr size_t kBytes = 10'000;
  ImageCache cache({1000, kBytes, kKeep});
  for (int i = 0; i < 100; ++i) {
    const std::string name = absl::StrCat("n", i);
    cache.Insert(name, Named(std::string(3000, 'n')), kStart);
    ASSERT_LE(cache.bytes(), kBytes);
    ASSERT_THAT(cache.Find(name, kStart), NotNull());
  }
  EXPECT_EQ(cache.size(), 3);
}

TEST(ImageCacheTest, TakesNothingThatWouldFillItAlone) {
  ImageCache cache({1000, 1000, kKeep});
  cache.Insert("a", Named("a:1"), kStart);
  cache.Insert("b", Named(std::string(1000, 'n')), kStart);
  EXPECT_THAT(cache.Find("b", kStart), IsNull());
  EXPECT_THAT(cache.Find("a", kStart), NotNull());
  // What it knew of that name is not true any more.
  cache.Insert("a", Named(std::string(1000, 'n')), kStart);
  EXPECT_THAT(cache.Find("a", kStart), IsNull());
  EXPECT_EQ(cache.bytes(), 0);
}

TEST(ImageCacheTest, LetsGoOfWhatIsTooOld) {
  ImageCache cache({1000, kPlenty, kKeep});
  for (const char* name : {"a", "b", "c"}) {
    cache.Insert(name, Named("n:1"), kStart);
  }
  cache.Insert("d", Named("n:1"), kStart + kKeep);
  EXPECT_EQ(cache.size(), 1);
}

TEST(ImageCacheTest, KeepsNothingWhenThereIsNoRoomOrNoTime) {
  const ImageCache::Limits kCases[] = {
      {0, kPlenty, kKeep}, {10, 0, kKeep}, {10, kPlenty, absl::ZeroDuration()}};
  for (const auto& limits : kCases) {
    ImageCache cache(limits);
    cache.Insert("a", Named("a:1"), kStart);
    EXPECT_THAT(cache.Find("a", kStart), IsNull());
  }
}

}  // namespace
}  // namespace pinwarden
