// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/report_data.h"

#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/rows.h"
#include "report/string_pool.h"

namespace pinwarden::testing {
namespace {

TEST(ReportDataTest, KeepsEveryFieldOfARow) {
  v1::LedgerRow row = Row({.last = 5, .first = 2, .count = 9});
  row.set_break_glass(4);
  (*row.mutable_labels())["tier"] = "";
  row.add_other_names("nginx:1.25");
  row.add_other_names(std::string("a\0b", 3));
  row.mutable_last()->set_nanos(123456789);
  ReportData data;
  data.Add(row);
  ASSERT_EQ(data.rows(), 1u);
  const ReportRow kept = data.row(0);
  EXPECT_EQ(kept.name_space, "shop");
  EXPECT_EQ(kept.workload_kind, "Deployment");
  EXPECT_EQ(kept.workload, "web");
  EXPECT_EQ(kept.container, "app");
  EXPECT_EQ(kept.image, "nginx");
  EXPECT_EQ(kept.reason, v1::REASON_NO_TAG);
  EXPECT_EQ(kept.rule, "default");
  EXPECT_EQ(kept.outcome, v1::OUTCOME_WOULD_REJECT);
  EXPECT_EQ(kept.first, At(2));
  EXPECT_EQ(kept.last, At(5) + absl::Microseconds(123456));
  EXPECT_EQ(kept.count, 9u);
  EXPECT_EQ(kept.break_glass, 4u);
  EXPECT_EQ(kept.nodes, 1u);
  EXPECT_EQ(kept.last_pod, "web-0");
  EXPECT_EQ(kept.node, "node-a");
  EXPECT_EQ(kept.policy_sha256, "abc123");
  EXPECT_EQ(kept.policy_file, "policy.yaml");
  EXPECT_EQ(kept.policy_line, 24u);
  EXPECT_EQ(kept.mode, v1::MODE_OBSERVE);
  EXPECT_EQ(kept.confidence, v1::CONFIDENCE_EXACT);
  EXPECT_EQ(kept.message, row.message());
  ASSERT_EQ(kept.labels.size(), 2u);
  EXPECT_EQ(kept.labels[1].key, "tier");
  EXPECT_EQ(kept.labels[1].value, "");
  EXPECT_THAT(kept.other_names,
              ::testing::ElementsAre("nginx:1.25", std::string("a\0b", 3)));
}

TEST(ReportDataTest, FoldsEqualRowsOfManyHostsInAnyOrder) {
  const v1::LedgerRow rows[] = {
      Row({.last = 5, .first = 2, .count = 2, .node = "b"}),
      Row({.last = 9, .first = 3, .count = 3, .node = "a"}),
      Row({.last = 9, .first = 1, .count = 4, .node = "c"}),
  };
  const int kOrders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
  for (const auto& order : kOrders) {
    SCOPED_TRACE(order[0]);
    ReportData data;
    for (const int i : order) data.Add(rows[i]);
    ASSERT_EQ(data.rows(), 1u);
    const ReportRow row = data.row(0);
    EXPECT_EQ(row.first, At(1));
    EXPECT_EQ(row.last, At(9));
    EXPECT_EQ(row.count, 9u);
    EXPECT_EQ(row.nodes, 3u);
    EXPECT_EQ(row.node, "c");  // the last of those that saw it last
  }
}

TEST(ReportDataTest, KeepsRowsApartThatDifferInAnyPartOfTheKey) {
  ReportData data;
  data.Add(Row({}));
  data.Add(Row({.workload = "other/Deployment/web/app"}));
  data.Add(Row({.workload = "shop/StatefulSet/web/app"}));
  data.Add(Row({.workload = "shop/Deployment/api/app"}));
  data.Add(Row({.workload = "shop/Deployment/web/init"}));
  data.Add(Row({.image = "httpd"}));
  data.Add(Row({.outcome = v1::OUTCOME_REJECTED}));
  data.Add(Row({.reason = v1::REASON_NO_DIGEST}));
  data.Add(Row({.rule = "other"}));
  EXPECT_EQ(data.rows(), 9u);
}

TEST(ReportDataTest, LeavesOutWhatIsOutOfScope) {
  ReportData data({.since = At(10), .namespaces = {Glob("shop*")}});
  data.Add(Row({.last = 9}));
  data.Add(Row({.workload = "ops/Deployment/web/app", .last = 11}));
  data.Add(Row({.workload = "shop-eu/Deployment/web/app", .last = 10}));
  data.Add(Hour(9, "shop", v1::OUTCOME_ALLOWED, v1::REASON_PINNED, 1));
  data.Add(Hour(10, "shop", v1::OUTCOME_ALLOWED, v1::REASON_PINNED, 2));
  data.Add(Hour(10, "ops", v1::OUTCOME_ALLOWED, v1::REASON_PINNED, 4));
  ASSERT_EQ(data.rows(), 1u);
  EXPECT_EQ(data.row(0).name_space, "shop-eu");
  ASSERT_EQ(data.hours().size(), 1u);
  EXPECT_EQ(data.hours()[0].count, 2u);
}

TEST(ReportDataTest, CountsThatWouldOverflowStayAtTheMost) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  ReportData data;
  data.Add(Row({.count = kMost}), std::numeric_limits<uint32_t>::max());
  data.Add(Row({.count = 2}));
  v1::LedgerRow far = Row({.image = "far"});
  far.mutable_last()->set_seconds(std::numeric_limits<int64_t>::max());
  data.Add(far);
  EXPECT_EQ(data.row(0).count, kMost);
  EXPECT_EQ(data.row(0).nodes, std::numeric_limits<uint32_t>::max());
  EXPECT_GT(data.row(1).last, At(0));
}

TEST(ReportDataTest, ANodeCountsOnce) {
  ReportData data;
  EXPECT_TRUE(data.AddSource(Source("a")));
  EXPECT_TRUE(data.AddSource(Source("b")));
  EXPECT_FALSE(data.AddSource(Source("a")));
  EXPECT_TRUE(data.HasSource("b"));
  EXPECT_FALSE(data.HasSource("c"));
  EXPECT_EQ(data.sources().size(), 2u);
}

TEST(StringPoolTest, KeepsTextsOfAnyLengthWhereTheyAre) {
  StringPool pool;
  const std::string large(100'000, 'x');
  const auto first = pool.Intern("first");
  const absl::string_view view = pool.Get(first);
  const auto big = pool.Intern(large);
  for (int i = 0; i < 100'000; ++i) pool.Intern(std::to_string(i));
  EXPECT_EQ(pool.Get(first).data(), view.data());
  EXPECT_EQ(pool.Intern("first"), first);
  EXPECT_EQ(pool.Get(big), large);
  EXPECT_EQ(pool.Get(pool.Intern("99999")), "99999");
  EXPECT_EQ(pool.Intern(""), 0u);
}

}  // namespace
}  // namespace pinwarden::testing
