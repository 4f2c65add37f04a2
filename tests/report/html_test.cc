// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The page as text; tests/browser opens it.
#include <sha2.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/report_format.h"
#include "report/rows.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string HtmlOf(const ReportData& data) {
  std::ostringstream out;
  WriteReportHtml(MakeReport(data, ReportBy::kWorkload, At(100)), data, out);
  return out.str();
}

// What stands between the first `from` and the next `to`.
std::string Between(const std::string& text, const std::string& from,
                    const std::string& to) {
  const size_t start = text.find(from);
  if (start == std::string::npos) return "";
  const size_t after = start + from.size();
  return text.substr(after, text.find(to, after) - after);
}

std::string HashOf(const std::string& text) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, reinterpret_cast<const uint8_t*>(text.data()),
               text.size());
  SHA256Final(digest, &context);
  return absl::StrCat("'sha256-",
                      absl::Base64Escape(absl::string_view(
                          reinterpret_cast<char*>(digest), sizeof(digest))),
                      "'");
}

constexpr char kDataStart[] = "<script type=\"application/json\" id=\"data\">";

TEST(ReportHtmlTest, LetsNothingRunOrLoadButWhatIsInIt) {
  const std::string page = HtmlOf(SampleData());
  EXPECT_EQ(
      Between(page, "Content-Security-Policy\" content=\"", "\""),
      absl::StrCat("default-src 'none'; script-src ",
                   HashOf(Between(page, "<script>", "</script>")),
                   "; style-src ", HashOf(Between(page, "<style>", "</style>")),
                   "; img-src data:; base-uri 'none'; form-action "
                   "'none'"));
  const std::string addresses =
      absl::StrReplaceAll(page, {{"'http://www.w3.org/2000/svg'", "a name"}});
  EXPECT_THAT(addresses, Not(HasSubstr("http:")));
  EXPECT_THAT(addresses, Not(HasSubstr("https:")));
  EXPECT_THAT(page, Not(HasSubstr("@DATA@")));
}

TEST(ReportHtmlTest, HoldsTheReport) {
  const std::string page = HtmlOf(SampleData());
  EXPECT_THAT(page, HasSubstr("60.0 % ready</h1>"));
  EXPECT_THAT(page, HasSubstr("3 of 5 workloads would run unchanged"));
  const auto data =
      nlohmann::json::parse(Between(page, kDataStart, "</script>"));
  EXPECT_EQ(data["meta"]["permille"], 600);
  EXPECT_EQ(data["counts"], nlohmann::json({3, 1, 1, 1}));
  EXPECT_EQ(data["rows"].size(), 6u);
  const auto text = [&](size_t field) {
    return data["strings"][data["rows"][0][field].get<size_t>()];
  };
  EXPECT_EQ(text(1), "shop");
  EXPECT_EQ(text(3), "db");
  EXPECT_EQ(text(4), "exporter");
  EXPECT_EQ(text(5), "nginx");
  EXPECT_EQ(text(16), "pin it: nginx:<version> or nginx@sha256:<digest>");
  EXPECT_EQ(data["namespaces"][2], nlohmann::json({"shop", 2, 0, 3}));
  EXPECT_EQ(data["byReason"], nlohmann::json({{4, 2}, {6, 1}}));
  EXPECT_EQ(data["hours"].size(), 2u);
  EXPECT_EQ(data["exemptions"][0][0], "billing-vendor");
}

TEST(ReportHtmlTest, KeepsHostileTextInsideItsData) {
  const char* const kHostile[] = {
      "</script><script>x</script>",
      "<!--<script>",
      "@JS@",
      "@DATA@",
      "\xe2\x80\xa8",
      "\"},\"a\":{\"",
      "\\u003c/script>",
  };
  for (const char* text : kHostile) {
    SCOPED_TRACE(text);
    ReportData plain;
    plain.Add(Row({.image = "plain"}));
    ReportData data;
    data.Add(Row({.image = text}));
    const std::string page = HtmlOf(data);
    const std::string held = Between(page, kDataStart, "</script>");
    EXPECT_THAT(held, Not(HasSubstr("<")));
    const auto json = nlohmann::json::parse(held, nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_EQ(json["strings"][json["rows"][0][5].get<size_t>()], text);
    // All but the data is as if it were not there.
    const std::string other = HtmlOf(plain);
    EXPECT_EQ(page.substr(0, page.find(kDataStart)),
              other.substr(0, other.find(kDataStart)));
    constexpr char kDataEnd[] = "</script>\n<script>";
    EXPECT_EQ(page.substr(page.find(kDataEnd)),
              other.substr(other.find(kDataEnd)));
  }
}

TEST(ReportHtmlTest, SaysHowManyContainersItLeavesOut) {
  ReportData data;
  for (size_t i = 0; i < kMaxHtmlRows + 3; ++i) {
    data.Add(Row({.workload = absl::StrCat("ns/Job/", i, "/app"),
                  .outcome = v1::OUTCOME_ALLOWED,
                  .reason = v1::REASON_PINNED}));
  }
  data.Add(Row({}));
  const auto json =
      nlohmann::json::parse(Between(HtmlOf(data), kDataStart, "</script>"));
  EXPECT_EQ(json["meta"]["leftOut"], 4);
  EXPECT_EQ(json["rows"].size(), kMaxHtmlRows);
  EXPECT_EQ(json["rows"][0][0], 0);  // the finding comes first
}

}  // namespace
}  // namespace pinwarden::testing
