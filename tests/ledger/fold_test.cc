// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/fold.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ledger/example.h"

namespace pinwarden {
namespace {

using testing::ExampleDecision;
using ::testing::IsFalse;
using testing::kExampleTime;
using testing::Shared;
using ::testing::SizeIs;

const FoldedRow& OnlyRow(const Fold& fold) {
  EXPECT_THAT(fold.row_map(), SizeIs(1));
  return fold.row_map().begin()->second;
}

TEST(FoldTest, CountsEqualDecisionsInOneRow) {
  Fold fold(10);
  for (int i = 0; i < 3; ++i) {
    v1::Decision d = ExampleDecision("a", kExampleTime + absl::Seconds(i));
    d.set_pod(absl::StrCat("web-", i));
    d.set_break_glass(i == 1);
    EXPECT_TRUE(fold.Add(Shared(d)));
  }
  const FoldedRow& row = OnlyRow(fold);
  EXPECT_EQ(row.count, 3u);
  EXPECT_EQ(row.break_glass, 1u);
  EXPECT_EQ(row.first_us, absl::ToUnixMicros(kExampleTime));
  EXPECT_EQ(row.last_us, absl::ToUnixMicros(kExampleTime + absl::Seconds(2)));
  EXPECT_EQ(row.latest->pod(), "web-2");
  EXPECT_EQ(fold.decisions(), 3u);
}

TEST(FoldTest, KeepsTheLatestAlsoWhenTheClockIsSetBack) {
  Fold fold(10);
  v1::Decision later = ExampleDecision("a", kExampleTime);
  later.set_pod("later");
  fold.Add(Shared(later));
  fold.Add(Shared(ExampleDecision("a", kExampleTime - absl::Hours(1))));
  const FoldedRow& row = OnlyRow(fold);
  EXPECT_EQ(row.latest->pod(), "later");
  EXPECT_EQ(row.first_us, absl::ToUnixMicros(kExampleTime - absl::Hours(1)));
}

TEST(FoldTest, HasARowForEachDifferenceInTheKeyAndNoOther) {
  const struct {
    const char* what;
    std::function<void(v1::Decision*)> change;
    size_t rows;
  } kCases[] = {
      {"namespace", [](auto* d) { d->set_namespace_("x"); }, 2},
      {"kind", [](auto* d) { d->set_workload_kind("x"); }, 2},
      {"workload", [](auto* d) { d->set_workload("x"); }, 2},
      {"container", [](auto* d) { d->set_container("x"); }, 2},
      {"image", [](auto* d) { d->set_image("x"); }, 2},
      {"reason", [](auto* d) { d->set_reason(v1::REASON_NO_TAG); }, 2},
      {"rule", [](auto* d) { d->set_rule("x"); }, 2},
      {"outcome", [](auto* d) { d->set_outcome(v1::OUTCOME_REJECTED); }, 2},
      {"pod", [](auto* d) { d->set_pod("x"); }, 1},
      {"mode", [](auto* d) { d->set_mode(v1::MODE_ENFORCE); }, 1},
      {"message", [](auto* d) { d->set_message("x"); }, 1},
      {"policy", [](auto* d) { d->set_policy_sha256("x"); }, 1},
      {"labels", [](auto* d) { d->mutable_labels()->clear(); }, 1},
      // Texts of which the sum is the same.
      {"shift",
       [](auto* d) {
         d->set_workload_kind("Deploymentw");
         d->set_workload("eb");
       },
       2},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    Fold fold(10);
    v1::Decision d = ExampleDecision();
    fold.Add(Shared(d));
    c.change(&d);
    fold.Add(Shared(d));
    EXPECT_EQ(fold.rows(), c.rows);
  }
}

TEST(FoldTest, CountsByTheHour) {
  Fold fold(10);
  const absl::Time hour = absl::FromUnixSeconds(3600 * 500'000);
  fold.Add(Shared(ExampleDecision("a", hour)));
  fold.Add(Shared(ExampleDecision("b", hour + absl::Minutes(59))));
  fold.Add(Shared(ExampleDecision("a", hour - absl::Microseconds(1))));
  std::vector<std::pair<int64_t, uint64_t>> counts;
  for (const auto& [key, sum] : fold.hour_map()) {
    counts.emplace_back(sum.hour, sum.count);
  }
  EXPECT_THAT(counts,
              ::testing::UnorderedElementsAre(::testing::Pair(500'000, 2u),
                                              ::testing::Pair(499'999, 1u)));
}

TEST(FoldTest, RefusesARowTooManyAndStillCountsThoseItHas) {
  Fold fold(2);
  EXPECT_TRUE(fold.Add(Shared(ExampleDecision("a"))));
  EXPECT_TRUE(fold.Add(Shared(ExampleDecision("b"))));
  EXPECT_FALSE(fold.Add(Shared(ExampleDecision("c"))));
  EXPECT_TRUE(fold.Add(Shared(ExampleDecision("a"))));
  EXPECT_EQ(fold.decisions(), 3u);
}

TEST(FoldTest, TakesBackWhatCouldNotBeWritten) {
  Fold fold(3);
  for (const char* image : {"a", "a", "b"}) {
    fold.Add(Shared(ExampleDecision(image)));
  }
  Fold taken = fold.TakeSome(10);
  EXPECT_TRUE(fold.empty());
  EXPECT_EQ(taken.decisions(), 3u);
  for (const char* image : {"b", "c", "d"}) {
    fold.Add(Shared(ExampleDecision(image)));
  }
  EXPECT_EQ(fold.Merge(std::move(taken)), 2u);  // of "a"
  EXPECT_EQ(fold.rows(), 3u);
  EXPECT_EQ(fold.decisions(), 4u);
}

TEST(FoldTest, IsTakenInParts) {
  Fold fold(10);
  for (const char* image : {"a", "b", "c", "d", "e"}) {
    fold.Add(Shared(ExampleDecision(image)));
  }
  uint64_t hours = 0;
  uint64_t decisions = 0;
  for (const size_t want : {2u, 2u, 1u}) {
    const Fold part = fold.TakeSome(2);
    EXPECT_EQ(part.rows(), want);
    decisions += part.decisions();
    for (const auto& [key, sum] : part.hour_map()) hours += sum.count;
  }
  EXPECT_TRUE(fold.empty());
  EXPECT_EQ(decisions, 5u);
  EXPECT_EQ(hours, 5u);
  EXPECT_TRUE(fold.Add(Shared(ExampleDecision("f"))));
}

}  // namespace
}  // namespace pinwarden
