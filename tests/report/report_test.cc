// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/report.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/rows.h"

namespace pinwarden::testing {
namespace {

using ::testing::ElementsAre;

constexpr auto kAllowed = v1::OUTCOME_ALLOWED;
constexpr auto kWouldReject = v1::OUTCOME_WOULD_REJECT;

// "finding nginx" of a report about one container.
std::string StandsAs(const std::vector<v1::LedgerRow>& rows) {
  ReportData data;
  for (const auto& row : rows) data.Add(row);
  const Report report = MakeReport(data, ReportBy::kWorkload, At(100));
  EXPECT_EQ(report.entries.size(), 1u);
  const ReportEntry& entry = report.entries[0];
  EXPECT_EQ(report.count(entry.standing), 1u);
  return std::string(StandingName(entry.standing)) + " " +
         std::string(data.row(entry.row).image);
}

TEST(ReportTest, TheLatestRowSaysHowAContainerStands) {
  const struct {
    std::vector<v1::LedgerRow> rows;
    const char* want;
  } kCases[] = {
      {{Row({.image = "a"})}, "finding a"},
      {{Row({.image = "a", .outcome = v1::OUTCOME_REJECTED})}, "finding a"},
      {{Row({.image = "a", .outcome = v1::OUTCOME_SLIPPED_VIOLATION})},
       "finding a"},
      {{Row({.image = "a", .outcome = kAllowed})}, "clean a"},
      {{Row({.image = "a", .outcome = v1::OUTCOME_SLIPPED_ALLOWED})},
       "clean a"},
      {{Row({.image = "a", .outcome = v1::OUTCOME_EXEMPTED})}, "exempted a"},
      {{Row({.image = "a",
             .outcome = v1::OUTCOME_SLIPPED_ALLOWED,
             .reason = v1::REASON_EXEMPTED})},
       "exempted a"},
      {{Row({.image = "a", .last = 1}),
        Row({.image = "b", .outcome = kAllowed, .last = 2})},
       "fixed b"},
      {{Row({.image = "a", .last = 2}),
        Row({.image = "b", .outcome = kAllowed, .last = 1})},
       "finding a"},
      {{Row({.image = "a", .outcome = kAllowed, .last = 1}),
        Row({.image = "b", .outcome = kAllowed, .last = 2})},
       "clean b"},
      {{Row({.image = "a", .outcome = kAllowed}),
        Row({.image = "b", .outcome = kWouldReject})},
       "finding b"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(StandsAs(c.rows), c.want);
    EXPECT_EQ(StandsAs({c.rows.rbegin(), c.rows.rend()}), c.want);
  }
}

TEST(ReportTest, CountsWorkloadsWithoutAFindingAsReady) {
  const ReportData data = SampleData();
  const Report report = MakeReport(data, ReportBy::kWorkload, At(100));
  EXPECT_EQ(report.workloads, 5u);
  EXPECT_EQ(report.ready, 3u);
  EXPECT_EQ(report.ReadinessPermille(), 600u);
  EXPECT_EQ(report.count(Standing::kFinding), 3u);
  EXPECT_EQ(report.count(Standing::kExempted), 1u);
  EXPECT_EQ(report.count(Standing::kFixed), 1u);
  EXPECT_EQ(report.count(Standing::kClean), 1u);
  ASSERT_EQ(report.namespaces.size(), 3u);
  EXPECT_EQ(report.namespaces[2].name, "shop");
  EXPECT_EQ(report.namespaces[2].workloads, 2u);
  EXPECT_EQ(report.namespaces[2].ready, 0u);
  EXPECT_EQ(report.namespaces[2].findings, 3u);
}

TEST(ReportTest, SaysAllReadyOnlyWhenAllAre) {
  ReportData data;
  EXPECT_EQ(MakeReport(data, ReportBy::kWorkload, At(0)).ReadinessPermille(),
            std::nullopt);
  for (int i = 0; i < 2000; ++i) {
    data.Add(Row({.workload = "ns/Job/j" + std::to_string(i) + "/app",
                  .outcome = kAllowed}));
  }
  EXPECT_EQ(MakeReport(data, ReportBy::kWorkload, At(0)).ReadinessPermille(),
            1000u);
  data.Add(Row({}));
  EXPECT_EQ(MakeReport(data, ReportBy::kWorkload, At(0)).ReadinessPermille(),
            999u);
}

// "name: findings/workloads/decisions" of each group.
std::vector<std::string> Groups(ReportBy by) {
  const ReportData data = SampleData();
  std::vector<std::string> lines;
  for (const ReportGroup& group : MakeReport(data, by, At(100)).groups) {
    lines.push_back(group.name + ": " + std::to_string(group.findings.size()) +
                    "/" + std::to_string(group.workloads) + "/" +
                    std::to_string(group.decisions));
  }
  return lines;
}

TEST(ReportTest, PutsFindingsTogether) {
  EXPECT_THAT(
      Groups(ReportBy::kWorkload),
      ElementsAre("shop/Deployment/web: 1/1/42", "shop/StatefulSet/db: 2/1/4"));
  EXPECT_THAT(Groups(ReportBy::kImage),
              ElementsAre("nginx: 2/2/43", "postgres:16: 1/1/3"));
  EXPECT_THAT(Groups(ReportBy::kNamespace), ElementsAre("shop: 3/2/46"));
  EXPECT_THAT(Groups(ReportBy::kReason),
              ElementsAre("no_tag: 2/2/43", "imprecise_version: 1/1/3"));
}

TEST(ReportTest, KnowsWhenExemptionsEnd) {
  ReportData data;
  const auto add = [&](const std::string& name, const std::string& terms) {
    v1::LedgerRow row = Row({.workload = name + "/Job/j/app",
                             .outcome = v1::OUTCOME_EXEMPTED,
                             .rule = name});
    row.set_message("pinwarden: image \"x\" exempted by \"" + name +
                    "\" (policy.yaml:3): " + terms);
    data.Add(row);
  };
  add("day", "\"r\", owner \"o\", expires 2026-11-20; pin it by then");
  add("sham", "\"a, expires 2020-01-01\", owner \"o\"; pin it by then");
  add("time", "\"r\", owner \"o\", expires 2026-11-02T12:00:00Z; pin it");
  const Report report = MakeReport(data, ReportBy::kWorkload, At(0));
  ASSERT_EQ(report.exemptions.size(), 3u);
  EXPECT_EQ(report.exemptions[0].name, "time");
  EXPECT_EQ(report.exemptions[0].ends, At(36));
  EXPECT_EQ(report.exemptions[1].name, "day");
  EXPECT_EQ(report.exemptions[1].ends, At(20 * 24));  // it holds all that day
  EXPECT_EQ(report.exemptions[1].expires, "2026-11-20");
  EXPECT_EQ(report.exemptions[1].terms,
            "\"r\", owner \"o\", expires 2026-11-20");
  EXPECT_EQ(report.exemptions[2].name, "sham");
  EXPECT_EQ(report.exemptions[2].ends, std::nullopt);
  EXPECT_EQ(report.exemptions[2].expires, "");
}

TEST(ReportTest, NamesEachStandingAndGrouping) {
  EXPECT_EQ(StandingName(Standing::kFinding), "finding");
  EXPECT_EQ(StandingName(Standing::kExempted), "exempted");
  EXPECT_EQ(StandingName(Standing::kFixed), "fixed");
  EXPECT_EQ(StandingName(Standing::kClean), "clean");
  EXPECT_EQ(ReportByName(ReportBy::kWorkload), "workload");
  EXPECT_EQ(ReportByName(ReportBy::kImage), "image");
  EXPECT_EQ(ReportByName(ReportBy::kNamespace), "namespace");
  EXPECT_EQ(ReportByName(ReportBy::kReason), "reason");
}

}  // namespace
}  // namespace pinwarden::testing
