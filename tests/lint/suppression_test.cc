// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint/suppression.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

std::string Show(const absl::StatusOr<Suppression>& suppression) {
  if (!suppression.ok()) {
    return absl::StrCat("error: ", suppression.status().message());
  }
  return absl::StrCat(suppression->reason, "|", suppression->until, "|",
                      absl::FormatTime("%Y-%m-%dT%H:%M", suppression->ends,
                                       absl::UTCTimeZone()));
}

TEST(ParseSuppressionTest, TakesAReasonAndADate) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"vendor ships only latest, OPS-1 until 2027-01-31",
       "vendor ships only latest, OPS-1|2027-01-31|2027-02-01T00:00"},
      {"  kept until it is gone   until\t2027-01-31  ",
       "kept until it is gone|2027-01-31|2027-02-01T00:00"},
      {"x until 2027-01-31T12:00:00Z",
       "x|2027-01-31T12:00:00Z|2027-01-31T12:00"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Show(ParseSuppression(c.text)), c.want);
  }
}

TEST(ParseSuppressionTest, SaysWhatIsMissing) {
  constexpr const char* kNoDate =
      "error: it does not say until when: end it with \"until\" and a date, "
      "like 2027-01-31";
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", kNoDate},
      {"OPS-1", kNoDate},
      {"OPS-1 2027-01-31", kNoDate},
      {"OPS-1until 2027-01-31", kNoDate},
      {"until 2027-01-31",
       "error: it gives no reason: say why the image stays as it is, before "
       "\"until\""},
      {"OPS-1 until next year", kNoDate},
      {"OPS-1 until tomorrow",
       "error: \"tomorrow\" is neither a date nor a time; write it like "
       "2027-01-31 or 2027-01-31T12:00:00Z"},
      {"OPS-1 until 2027-02-30",
       "error: there is no day 2027-02-30 in the calendar"},
      {"\x1b[2J until 2027-01-31",
       "error: its reason is too long or not plain text"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Show(ParseSuppression(c.text)), c.want);
  }
}

// `text` holds "IMAGE" once: what is found for that.
std::string Found(absl::string_view text, bool same_line) {
  const size_t at = text.find("IMAGE");
  const LineIndex lines(text);
  const auto comment = FindSuppression(text, lines, {at, at + 5}, same_line);
  if (!comment) return "none";
  return absl::StrCat(
      lines.At(comment->at.begin).line, " ",
      comment->suppression.ok()
          ? comment->suppression->reason
          : std::string(comment->suppression.status().message()));
}

TEST(FindSuppressionTest, LooksBesideAndRightAbove) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"image: IMAGE # pinwarden: ignore a until 2027-01-01", "1 a"},
      {"image: \"IMAGE\"  #pinwarden: ignore a until 2027-01-01\n", "1 a"},
      {"# pinwarden: ignore a until 2027-01-01\nimage: IMAGE\n", "1 a"},
      {"# pinwarden: ignore a until 2027-01-01\n  # more\r\n image: IMAGE",
       "1 a"},
      {"# pinwarden: ignore a until 2027-01-01\n\nimage: IMAGE", "none"},
      {"x: 1 # pinwarden: ignore a until 2027-01-01\nimage: IMAGE", "none"},
      {"image: IMAGE\n# pinwarden: ignore a until 2027-01-01\n", "none"},
      {"image: IMAGE#pinwarden: ignore a until 2027-01-01", "none"},
      {"# see pinwarden: ignore a until 2027-01-01\nimage: IMAGE", "none"},
      {"image: IMAGE # x # pinwarden: ignore a until 2027-01-01", "1 a"},
      {"# pinwarden: ignored a until 2027-01-01\nIMAGE",
       "1 a comment for pinwarden reads \"pinwarden: ignore <reason> until "
       "<date>\""},
      {"# pinwarden: exempt a\nIMAGE",
       "1 a comment for pinwarden reads \"pinwarden: ignore <reason> until "
       "<date>\""},
      {"IMAGE", "none"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Found(c.text, true), c.want);
  }
}

TEST(FindSuppressionTest, KnowsThatADockerfileHasWholeLinesOnly) {
  EXPECT_EQ(Found("FROM IMAGE # pinwarden: ignore a until 2027-01-01", false),
            "none");
  EXPECT_EQ(Found("# pinwarden: ignore a until 2027-01-01\nFROM IMAGE", false),
            "1 a");
}

}  // namespace
}  // namespace pinwarden
