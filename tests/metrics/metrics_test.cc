// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Statuses in tests/testdata/metrics, as Prometheus is given them. With
// PINWARDEN_UPDATE_GOLDEN=1 the .prom files are written anew.
// tests/monitoring/run has promtool look at them too.
#include "pinwarden/metrics.h"

#include <google/protobuf/text_format.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/version.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string PathOf(absl::string_view name) {
  return absl::StrCat(PINWARDEN_TESTDATA, "/metrics/", name);
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

v1::GetStatusResponse Status(absl::string_view name) {
  v1::GetStatusResponse status;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      Contents(PathOf(absl::StrCat(name, ".status"))), &status));
  return status;
}

// Our own version is another one with each release.
std::string Rendered(absl::string_view name) {
  const std::string text = name == "down" ? RenderMetricsWithoutDaemon()
                                          : RenderMetrics(Status(name));
  return absl::StrReplaceAll(
      text, {{absl::StrCat("exporter_build_info{version=\"", Version(), "\"}"),
              "exporter_build_info{version=\"1.2.3\"}"}});
}

class MetricsGoldenTest : public ::testing::TestWithParam<const char*> {};

TEST_P(MetricsGoldenTest, IsWhatPrometheusIsGiven) {
  const std::string got = Rendered(GetParam());
  const std::string path = PathOf(absl::StrCat(GetParam(), ".prom"));
  if (std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << got;
  }
  EXPECT_EQ(got, Contents(path));
}

INSTANTIATE_TEST_SUITE_P(All, MetricsGoldenTest,
                         ::testing::Values("down", "empty", "full", "hostile"),
                         [](const auto& test) { return test.param; });

// One with the same labels twice, and a reader drops all of it.
TEST_P(MetricsGoldenTest, HasNoSeriesTwiceAndNoFamilyWithoutAName) {
  std::set<std::string> series;
  for (const absl::string_view line :
       absl::StrSplit(Rendered(GetParam()), '\n', absl::SkipEmpty())) {
    SCOPED_TRACE(line);
    EXPECT_TRUE(absl::StartsWith(line, "pinwarden_") ||
                absl::StartsWith(line, "# HELP pinwarden_") ||
                absl::StartsWith(line, "# TYPE pinwarden_"));
    if (line[0] == '#') continue;
    EXPECT_TRUE(series.emplace(line.substr(0, line.rfind(' '))).second);
  }
}

TEST(RenderMetricsTest, HasEveryRefusalAtZeroBeforeTheFirst) {
  const std::string text = RenderMetrics({});
  for (const char* reason :
       {"no_tag", "floating_tag", "imprecise_version", "no_digest",
        "untrusted_registry", "tag_convention", "malformed_reference",
        "unidentified_image", "ambiguous_image"}) {
    SCOPED_TRACE(reason);
    EXPECT_THAT(
        text,
        AllOf(HasSubstr(absl::StrCat(
                  "pinwarden_decisions_total{outcome=\"rejected\",reason=\"",
                  reason, "\",mode=\"enforce\"} 0\n")),
              HasSubstr(absl::StrCat(
                  "pinwarden_decisions_total{outcome=\"would_reject\",reason="
                  "\"",
                  reason, "\",mode=\"observe\"} 0\n"))));
  }
}

TEST(RenderMetricsTest, AddsUpKindsThatHaveNoNameHere) {
  v1::GetStatusResponse status;
  for (const int value : {55, 66}) {
    v1::DecisionCount* kind = status.mutable_records()->add_decisions();
    kind->set_outcome(static_cast<v1::Outcome>(value));
    kind->set_reason(static_cast<v1::Reason>(value));
    kind->set_mode(static_cast<v1::Mode>(value));
    kind->set_count(10);
  }
  EXPECT_THAT(RenderMetrics(status),
              HasSubstr("{outcome=\"unspecified\",reason=\"unspecified\","
                        "mode=\"unspecified\"} 20\n"));
}

TEST(RenderMetricsTest, LeavesOutAHistogramThatIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const struct {
    std::vector<double> bounds;
    int counts;
  } cases[] = {
      {{}, 0},       {{}, 1},         {{1}, 1},           {{1}, 3},
      {{2, 1}, 3},   {{1, 1}, 3},     {{-1, 1}, 3},       {{nan}, 2},
      {{1, nan}, 3}, {{infinity}, 2}, {{1, infinity}, 3},
  };
  for (const auto& c : cases) {
    v1::GetStatusResponse status;
    v1::LatencyHistogram* latency = status.mutable_records()->mutable_latency();
    for (const double bound : c.bounds) latency->add_upper_bounds_us(bound);
    for (int i = 0; i < c.counts; ++i) latency->add_counts(1);
    SCOPED_TRACE(latency->ShortDebugString());
    EXPECT_THAT(RenderMetrics(status), Not(HasSubstr("duration")));
  }
}

TEST(RenderMetricsTest, ListsAHundredExemptionsAtMost) {
  v1::GetStatusResponse status;
  for (int i = 0; i < 150; ++i) {
    status.mutable_policy()->add_expiring_exemptions()->set_name(
        absl::StrCat("e-", i));
  }
  EXPECT_THAT(RenderMetrics(status),
              AllOf(HasSubstr("\"e-99\""), Not(HasSubstr("\"e-100\""))));
}

TEST(RenderMetricsTest, SaysNothingLastsWhenBreakGlassIsOver) {
  v1::GetStatusResponse status;
  status.mutable_break_glass()->set_remaining_seconds(-5);
  EXPECT_THAT(RenderMetrics(status),
              HasSubstr("pinwarden_break_glass_remaining_seconds 0\n"));
  status.mutable_break_glass()->set_active(true);
  EXPECT_THAT(RenderMetrics(status),
              HasSubstr("pinwarden_break_glass_remaining_seconds 0\n"));
  status.mutable_break_glass()->set_remaining_seconds(60);
  EXPECT_THAT(RenderMetrics(status),
              HasSubstr("pinwarden_break_glass_remaining_seconds 60\n"));
}

}  // namespace
}  // namespace pinwarden
