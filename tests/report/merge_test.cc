// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A report as JSON, written and read again.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/report_format.h"
#include "report/rows.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string JsonOf(const ReportData& data) {
  std::ostringstream out;
  WriteReportJson(MakeReport(data, ReportBy::kWorkload, At(100)), data, out);
  return out.str();
}

TEST(ReportJsonTest, HasWhatTheSchemaNames) {
  const std::string text = JsonOf(SampleData());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["format"], "pinwarden-report");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["generated"], "2026-11-05T04:00:00.000000Z");
  EXPECT_EQ(json["since"], "");
  EXPECT_EQ(json["nodes"][0]["node"], "node-a");
  EXPECT_EQ(json["nodes"][0]["mode"], "observe");
  EXPECT_EQ(json["summary"]["readiness_percent"], 60.0);
  EXPECT_EQ(json["summary"]["findings"], 3);
  EXPECT_EQ(json["summary"]["break_glass"], 2);
  EXPECT_EQ(json["namespaces"].size(), 3u);
  EXPECT_EQ(json["by"], "workload");
  EXPECT_EQ(json["groups"][0]["name"], "shop/Deployment/web");
  EXPECT_EQ(json["groups"][0]["findings"][0]["advice"],
            "pin it: nginx:<version> or nginx@sha256:<digest>");
  EXPECT_EQ(json["exemptions"][0]["expires"], "2026-11-20");
  EXPECT_EQ(json["rows"].size(), 7u);
  EXPECT_EQ(json["rows"][0]["labels"]["app"], "web");
  EXPECT_EQ(json["hours"].size(), 2u);
}

TEST(ReportJsonTest, OfNothingHasNoReadiness) {
  const auto json = nlohmann::json::parse(JsonOf(ReportData()));
  EXPECT_TRUE(json["summary"]["readiness_percent"].is_null());
}

TEST(ReportJsonTest, HoldsNoByteThatATerminalOrAPageActsOn) {
  ReportData data;
  data.Add(Row({.image = "</script>\x1b[2J\x7f\xe2\x80\xae\xff\"\\\n"}));
  const std::string text = JsonOf(data);
  for (const char c : text.substr(0, text.size() - 1)) {
    ASSERT_TRUE(c >= 0x20 && c < 0x7f && c != '<') << static_cast<int>(c);
  }
  EXPECT_EQ(nlohmann::json::parse(text)["rows"][0]["image"],
            "</script>\x1b[2J\x7f\xe2\x80\xae\xef\xbf\xbd\"\\\n");
}

TEST(MergeReportTest, ReadsBackWhatWasWritten) {
  const std::string text = JsonOf(SampleData());
  ReportData merged;
  ASSERT_THAT(MergeReport(text, &merged), IsOk());
  EXPECT_EQ(JsonOf(merged), text);
}

TEST(MergeReportTest, ReadsBackAReportTooLongToBeKept) {
  ReportData data;
  data.AddSource(Source("node-a"));
  for (int i = 0; i < 6000; ++i) {
    data.Add(Row({.workload = absl::StrCat("ns/Job/j", i, "/app")}));
  }
  const std::string text = JsonOf(data);
  ReportData merged;
  ASSERT_THAT(MergeReport(text, &merged), IsOk());
  EXPECT_EQ(JsonOf(merged), text);

  // Wrong at the very end: nothing of it may be there.
  ReportData none;
  EXPECT_FALSE(MergeReport(text.substr(0, text.size() - 3), &none).ok());
  EXPECT_EQ(none.rows(), 0u);
  EXPECT_TRUE(none.sources().empty());
}

TEST(MergeReportTest, MakesOneReportOfManyHosts) {
  ReportData merged;
  for (const char* node : {"a", "b", "c"}) {
    ReportData data;
    data.AddSource(Source(node));
    data.Add(Row({.count = 5, .node = node}));
    data.Add(Hour(1, "shop", v1::OUTCOME_ALLOWED, v1::REASON_PINNED, 2));
    ASSERT_THAT(MergeReport(JsonOf(data), &merged), IsOk());
  }
  ASSERT_EQ(merged.rows(), 1u);
  EXPECT_EQ(merged.row(0).count, 15u);
  EXPECT_EQ(merged.row(0).nodes, 3u);
  ASSERT_EQ(merged.hours().size(), 1u);
  EXPECT_EQ(merged.hours()[0].count, 6u);
  EXPECT_EQ(merged.sources().size(), 3u);

  // And of merged ones, which know how many hosts they are from.
  ReportData again;
  ASSERT_THAT(MergeReport(JsonOf(merged), &again), IsOk());
  EXPECT_EQ(again.row(0).nodes, 3u);
}

TEST(MergeReportTest, TakesNoHostTwice) {
  ReportData merged;
  const std::string text = JsonOf(SampleData());
  ASSERT_THAT(MergeReport(text, &merged), IsOk());
  EXPECT_THAT(MergeReport(text, &merged),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       HasSubstr("node \"node-a\" is in another")));
  EXPECT_EQ(JsonOf(merged), text);
}

constexpr char kLeast[] =
    R"({"format":"pinwarden-report","version":1,"nodes":[{"node":"a"}],)"
    R"("rows":[{"outcome":"allowed","first":"2026-11-01T00:00:00Z",)"
    R"("last":"2026-11-01T00:00:00.5+01:00"}],"hours":[]})";

TEST(MergeReportTest, StepsOverWhatItDoesNotKnow) {
  const struct {
    const char* from;
    const char* to;
  } kCases[] = {
      {"{\"format\"", R"({"new":{"rows":[1,{"a":null}]},"format")"},
      {"{\"format\"", R"({"new":[[],[{}]],"format")"},
      {"{\"format\"", R"({"new":true,"more":-1.5e3,"format")"},
      {"{\"node\"", R"({"zone":{"a":[1]},"cores":2,"node")"},
      {"{\"outcome\"", R"({"new":{"labels":[]},"n":[1],"outcome")"},
      {"{\"outcome\"", R"({"new":null,"x":1,"y":"z","outcome")"},
      {"\"hours\":[]", R"("hours":[{"start":"2026-11-01T00:00:00Z","x":9}])"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.to);
    ReportData data;
    EXPECT_THAT(
        MergeReport(absl::StrReplaceAll(kLeast, {{c.from, c.to}}), &data),
        IsOk());
    EXPECT_EQ(data.rows(), 1u);
  }
}

TEST(MergeReportTest, SaysAtWhichByteWhatIsWrong) {
  const std::string deep(100, '[');
  const std::string text(5000, 'x');
  const struct {
    std::string from;
    std::string to;
    const char* want;
  } kCases[] = {
      {kLeast, "", "at byte 0: it is not JSON"},
      {kLeast, "{}", "at byte 2: it is not a report of pinwarden"},
      {kLeast, "[]", "it is not an object"},
      {kLeast, "7", "it is not an object"},
      {kLeast, "\"x\"", "it is not an object"},
      {"pinwarden-report", "else", "at byte 16: it is not a report of"},
      {"\"version\":1,", "", "it does not say its version"},
      {"\"version\":1", "\"version\":2", "it is a report of version 2, and"},
      {"\"version\":1", "\"version\":\"1\"", "\"version\" is of another type"},
      {"\"version\":1", "\"version\":[1]", "\"version\" is of another type"},
      {"\"nodes\":[{\"node\":\"a\"}]", "\"nodes\":{}", "\"nodes\" is of ano"},
      {"\"nodes\":[{\"node\":\"a\"}]", "\"nodes\":[]", "rows, but no node"},
      {"\"node\":\"a\"", "\"node\":\"\"", "a node has no name"},
      {"\"node\":\"a\"", "\"node\":7", "\"node\" is of another type"},
      {"\"node\":\"a\"", "\"node\":\"a\",\"mode\":\"x\"", "\"mode\" has a val"},
      {"\"node\":\"a\"", "\"node\":\"a\",\"oldest\":\"x\"", "\"oldest\" has a"},
      {"\"rows\"", "\"lines\"", "it has no nodes or no rows"},
      {"\"allowed\"", "\"maybe\"", "\"outcome\" has a value that is not poss"},
      {"\"allowed\"", "null", "\"outcome\" is of another type"},
      {"\"allowed\"", "7", "\"outcome\" is of another type"},
      {"\"allowed\"", "{}", "\"outcome\" is of another type"},
      {"\"allowed\"", "[]", "\"outcome\" is of another type"},
      {"\"allowed\"", "false", "\"outcome\" is of another type"},
      {"\"allowed\"", "\"allowed\",\"count\":-1", "\"count\" is of another"},
      {"\"allowed\"", "\"allowed\",\"count\":\"1\"", "\"count\" is of another"},
      {"\"allowed\"", "\"allowed\",\"nodes\":4294967296", "\"nodes\" has a v"},
      {"\"allowed\"", "\"allowed\",\"labels\":[]", "\"labels\" is of another"},
      {"\"allowed\"", "\"allowed\",\"labels\":\"a\"", "\"labels\" is of anoth"},
      {"\"allowed\"", "\"allowed\",\"labels\":{\"a\":1}", "\"labels\" is of"},
      {"\"allowed\"", "\"allowed\",\"labels\":{\"a\":{}}", "\"labels\" is of"},
      {"\"allowed\"", "\"allowed\",\"other_names\":{}", "\"other_names\" is"},
      {"\"allowed\"", "\"allowed\",\"other_names\":[1]", "\"other_names\" is"},
      {"\"allowed\"", "\"allowed\",\"image\":\"" + text + "\"", "a text has"},
      {"\"outcome\":\"allowed\",", "", "a row lacks its outcome, first or las"},
      {"2026-11-01T00:00:00Z", "2026-02-30T00:00:00Z", "\"first\" has a val"},
      {"2026-11-01T00:00:00Z", "2026-02-30T00:00:00.000000Z", "\"first\" has"},
      {"2026-11-01T00:00:00Z", "2026-1x-01T00:00:00.000000Z", "\"first\" has"},
      {"2026-11-01T00:00:00Z", "infinite-past", "\"first\" has a value"},
      {"\"hours\":[]", "\"hours\":[{}]", "an hour lacks its start"},
      {"\"hours\":[]", "\"hours\":[1]", "\"hours\" is of another type"},
      {"\"hours\":[]", "\"hours\":[{\"count\":\"1\"}]", "\"count\" is of ano"},
      {"\"hours\":[]", "\"hours\":[[]]", "is of another type"},
      {"\"hours\":[]", "\"new\":" + deep, "it is nested too deep"},
      {"\"hours\":[]", "\"" + text + "\":1", "a name is too long"},
      {"\"hours\":[]", "\"hours\":[\x01", "it is not JSON"},
      {"\"hours\":[]", "\"hours\":[\"\xff", "it is not JSON"},
      {"\"hours\":[]}", "\"hours\":[]}x", "it is not JSON"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.to.substr(0, 80));
    ReportData data;
    const absl::Status status =
        MergeReport(absl::StrReplaceAll(kLeast, {{c.from, c.to}}), &data);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                                 ::testing::AllOf(StartsWith("at byte "),
                                                  HasSubstr(c.want))));
    EXPECT_EQ(data.rows(), 0u);
  }
}

TEST(MergeReportTest, NeverCrashesOnAPartOfAReport) {
  const std::string text = JsonOf(SampleData());
  for (size_t size = 0; size + 1 < text.size(); size += 7) {
    SCOPED_TRACE(size);
    ReportData data;
    EXPECT_THAT(MergeReport(text.substr(0, size), &data),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace pinwarden::testing
