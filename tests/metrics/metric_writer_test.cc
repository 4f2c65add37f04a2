// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_writer.h"

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string WithLabel(absl::string_view value) {
  MetricWriter out;
  out.Family("m", MetricType::kGauge, "Help.");
  out.Add({{"l", value}}, 1);
  const std::string text = out.Take();
  const std::string start = "# HELP m Help.\n# TYPE m gauge\n";
  EXPECT_EQ(text.substr(0, start.size()), start);
  return text.substr(start.size());
}

TEST(MetricWriterTest, WritesEachFamilyWithItsHelpAndType) {
  MetricWriter out;
  out.Counter("a_total", "Counted.", UINT64_MAX);
  out.GaugeDouble("b_seconds", "Measured.", 0.25);
  out.Family("c", MetricType::kHistogram, "Spread.");
  out.AddPart("_bucket", {{"le", "+Inf"}}, 3);
  out.AddDouble("_sum", {}, 1e-06);
  out.AddPart("_count", {}, 3);
  EXPECT_EQ(out.Take(),
            "# HELP a_total Counted.\n# TYPE a_total counter\n"
            "a_total 18446744073709551615\n"
            "# HELP b_seconds Measured.\n# TYPE b_seconds gauge\n"
            "b_seconds 0.25\n"
            "# HELP c Spread.\n# TYPE c histogram\n"
            "c_bucket{le=\"+Inf\"} 3\nc_sum 1e-06\nc_count 3\n");
}

TEST(MetricWriterTest, EscapesWhateverALabelHolds) {
  const struct {
    std::string value;
    const char* want;
  } cases[] = {
      {"plain, {a=\"b\"} #", "plain, {a=\\\"b\\\"} #"},
      {"back\\slash\\n", "back\\\\slash\\\\n"},
      {"two\nlines", "two\\nlines"},
      {"\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac"},
      {"\x1b[2J\r\t\x7f",
       "\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {std::string("a\0b", 3),
       "a\xef\xbf\xbd"
       "b"},
      {"not\xff utf-8", "not\xef\xbf\xbd utf-8"},
      {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(WithLabel(c.value), "m{l=\"" + std::string(c.want) + "\"} 1\n");
  }
}

TEST(MetricWriterTest, CutsLongLabels) {
  EXPECT_EQ(
      WithLabel(std::string(5000, 'x')),
      "m{l=\"" + std::string(MetricWriter::kMaxLabelBytes, 'x') + "\"} 1\n");
}

TEST(MetricWriterTest, LetsTheFirstOfTwoEqualSeriesStand) {
  MetricWriter out;
  out.Family("m", MetricType::kGauge, "Help.");
  out.Add({{"l", std::string(300, 'x')}}, 1);
  out.Add({{"l", std::string(400, 'x')}}, 2);  // cut, they are the same
  out.Add({{"l", "y"}}, 3);
  EXPECT_THAT(out.Take(),
              EndsWith(std::string(256, 'x') + "\"} 1\nm{l=\"y\"} 3\n"));
  // In another family there is nothing to stand in the way.
  out.Counter("n", "Help.", 1);
  out.Counter("m", "Help.", 1);
  EXPECT_THAT(out.Take(), HasSubstr("\nm 1\n"));
}

TEST(MetricNumberTest, IsTheShortestThatIsTheSameNumber) {
  const struct {
    double value;
    const char* want;
  } kCases[] = {
      {0, "0"},
      {1, "1"},
      {0.1, "0.1"},
      {1e-6, "1e-06"},
      {2.5e-5, "2.5e-05"},
      {1784563200, "1784563200"},
      {1784563200.25, "1784563200.25"},
      {std::numeric_limits<double>::infinity(), "+Inf"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(MetricNumber(c.value), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
