// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The forms for people: exactly what they see.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/report_format.h"
#include "report/rows.h"
#include "report/table.h"

namespace pinwarden::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string TextOf(const ReportData& data, ReportBy by,
                   const ReportTextOptions& options) {
  std::ostringstream out;
  WriteReportText(MakeReport(data, by, At(100)), data, options, out);
  return out.str();
}

std::string CsvOf(const ReportData& data) {
  std::ostringstream out;
  WriteReportCsv(MakeReport(data, ReportBy::kWorkload, At(100)), data, out);
  return out.str();
}

// Compares with tests/testdata/report/NAME, which PINWARDEN_UPDATE_GOLDEN=1
// writes anew.
void ExpectGolden(const std::string& name, const std::string& got) {
  const std::string path = absl::StrCat(PINWARDEN_TESTDATA, "/report/", name);
  if (std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << got;
  }
  std::ifstream in(path);
  std::ostringstream want;
  want << in.rdbuf();
  ASSERT_FALSE(want.str().empty()) << path;
  EXPECT_EQ(got, want.str()) << path;
}

TEST(ReportTextTest, IsAsTheGoldenFilesShow) {
  const struct {
    const char* file;
    ReportBy by;
    size_t width;
  } kCases[] = {
      {"by-workload.txt", ReportBy::kWorkload, 0},
      {"by-image.txt", ReportBy::kImage, 0},
      {"by-namespace.txt", ReportBy::kNamespace, 0},
      {"by-reason.txt", ReportBy::kReason, 0},
      {"narrow.txt", ReportBy::kNamespace, 60},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.file);
    ExpectGolden(c.file, TextOf(SampleData(), c.by, {.width = c.width}));
  }
}

TEST(ReportTextTest, FitsTheTerminalWhateverItsWidth) {
  ReportData data = SampleData();
  data.Add(Row({.workload = "a-namespace-of-some-length/Deployment/"
                            "a-workload-with-a-name-that-goes-on/container",
                .image = "registry.example.com/team/project/component/app"}));
  for (const size_t width : {66u, 76u, 80u, 100u, 132u, 200u}) {
    for (const ReportBy by : {ReportBy::kWorkload, ReportBy::kImage,
                              ReportBy::kNamespace, ReportBy::kReason}) {
      const std::string text = TextOf(data, by, {.width = width});
      for (const absl::string_view line : absl::StrSplit(text, '\n')) {
        // What to write is never cut: it is there to be copied.
        if (line.find("component/app") != absl::string_view::npos) continue;
        EXPECT_LE(line.size(), width) << line;
      }
    }
  }
}

TEST(ReportTextTest, SaysWhenThereIsNothing) {
  EXPECT_EQ(TextOf(ReportData(), ReportBy::kWorkload, {}),
            "No decision was made in the time and namespaces asked for.\n");
}

TEST(ReportTextTest, HoldsNoByteThatATerminalActsOn) {
  ReportData data;
  v1::LedgerRow row = Row({.workload = "n\x1b[2J/D\r/w\xe2\x80\xae/c\x07",
                           .image = "i\x1b]0;x\x07\xff"});
  row.set_message(
      "pinwarden: image \"x\" refused by rule \"r\" (p:1): a\x1b; "
      "b\x1b[2J");
  data.Add(row);
  data.AddSource(Source("node\x1b[2J"));
  for (const ReportBy by : {ReportBy::kWorkload, ReportBy::kImage,
                            ReportBy::kNamespace, ReportBy::kReason}) {
    const std::string text = TextOf(data, by, {.width = 80});
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
      return c == '\n' || (c >= 0x20 && c < 0x7f);
    })) << text;
    EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
  }
}

TEST(ReportTextTest, HasColoursOnlyWhenAsked) {
  EXPECT_THAT(TextOf(SampleData(), ReportBy::kWorkload, {}),
              Not(HasSubstr("\x1b")));
  EXPECT_THAT(TextOf(SampleData(), ReportBy::kWorkload, {.colour = true}),
              HasSubstr("\x1b[1;33m60.0 %"));
}

TEST(ReportCsvTest, HasALineForEachContainer) {
  const std::string csv = CsvOf(SampleData());
  EXPECT_THAT(csv, StartsWith("\"standing\",\"namespace\",\"workload_kind\""));
  EXPECT_THAT(csv,
              HasSubstr("\r\n\"finding\",\"shop\",\"Deployment\",\"web\",\"app"
                        "\",\"nginx\",\"no_tag\",\"default\",\"would_reject\","
                        "\"42\",\"1\",\"2026-11-01T00:00:00.000000Z\","));
  EXPECT_THAT(csv, HasSubstr("no tag means \"\"latest\"\", which"));
  EXPECT_THAT(csv, EndsWith("\"\"\r\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
}

TEST(ReportCsvTest, MakesFormulasHarmless) {
  const struct {
    std::string image;
    const char* want;
  } kCases[] = {
      {"=1+1", "\"'=1+1\""},
      {"+1", "\"'+1\""},
      {"-1", "\"'-1\""},
      {"@SUM(A1)", "\"'@SUM(A1)\""},
      {"\t=1", "\"\\t=1\""},
      {"\r\n=1", "\"\\r\\n=1\""},
      {"a\"b,c", "\"a\"\"b,c\""},
      {"\xef\xbc\x9d"
       "1",
       "\"\\xef\\xbc\\x9d1\""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    ReportData data;
    data.Add(Row({.image = c.image}));
    EXPECT_THAT(CsvOf(data), HasSubstr(absl::StrCat(",", c.want, ",")));
  }
}

TEST(TableTest, ShrinksTheWidestColumnsAlike) {
  TableLayout table({{"A", false, true}, {"B", false, true}, {"N", true}});
  const std::vector<std::string> cells = {std::string(40, 'a'),
                                          std::string(30, 'b'), "123"};
  table.Learn(cells);
  table.FitInto(47);
  EXPECT_EQ(table.Line(cells),
            std::string(8, 'a') + "..." + std::string(9, 'a') + "  " +
                std::string(8, 'b') + "..." + std::string(9, 'b') + "  123");
  table.FitInto(3);  // cannot be: it stops
  EXPECT_EQ(table.Line(cells).size(), 8u + 2 + 8 + 2 + 3);
}

TEST(TableTest, WrapsAtSpacesOnly) {
  EXPECT_EQ(Wrap("aa bb  cc", "", 5), "aa bb\ncc\n");
  EXPECT_EQ(Wrap("aaaaaaaaaa bb", "> ", 5), "> aaaaaaaaaa\n  bb\n");
  EXPECT_EQ(Wrap("", "> ", 5), "");
}

}  // namespace
}  // namespace pinwarden::testing
