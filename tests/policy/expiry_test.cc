// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/expiry.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ParseExpiryTest, TakesDatesAndTimes) {
  const struct {
    const char* text;
    const char* want;  // UTC
  } kCases[] = {
      {"2027-01-31", "2027-02-01T00:00:00+00:00"},
      {"2027-12-31", "2028-01-01T00:00:00+00:00"},
      {"2028-02-29", "2028-03-01T00:00:00+00:00"},
      {"9999-12-31", "10000-01-01T00:00:00+00:00"},
      {"2027-01-31T12:00:00Z", "2027-01-31T12:00:00+00:00"},
      {"2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00+00:00"},
      {"2027-01-31T23:30:00-01:30", "2027-02-01T01:00:00+00:00"},
      {"2027-01-31T12:00:00.25Z", "2027-01-31T12:00:00.25+00:00"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto time = ParseExpiry(c.text);
    EXPECT_EQ(time.ok() ? absl::FormatTime(absl::RFC3339_full, *time,
                                           absl::UTCTimeZone())
                        : time.status().ToString(),
              c.want);
  }
}

TEST(ParseExpiryTest, RefusesWhatIsNoInstant) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"", "neither a date nor a time"},
      {"never", "neither a date nor a time"},
      {"infinite-future", "neither a date nor a time"},
      {"2027-01-3", "neither a date nor a time"},
      {" 2027-01-31", "neither a date nor a time"},
      {"2027-01-31 ", "neither a date nor a time"},
      {"2027-01-31x", "neither a date nor a time"},
      {"2027/01/31", "neither a date nor a time"},
      {"+027-01-31", "neither a date nor a time"},
      {"2027-02-29", "no day 2027-02-29"},
      {"2027-00-10", "no day 2027-00-10"},
      {"2027-13-01", "no day 2027-13-01"},
      {"0000-01-01", "too long ago"},
      {"2027-01-31 12:00:00Z", "write a \"T\""},
      {"2027-01-31T", "neither a date nor a time"},
      {"2027-01-31T12:00Z", "neither a date nor a time"},
      {"2027-01-31T12:00:00", "needs its zone"},
      {"2027-01-31T12:00:00.5", "needs its zone"},
      {"2027-01-31T12:00:00.Z", "neither a date nor a time"},
      {"2027-01-31T12:00:00.1234567890Z", "neither a date nor a time"},
      {"2027-01-31T12:00:00z", "neither a date nor a time"},
      {"2027-01-31T12:00:00Zulu", "neither a date nor a time"},
      {"2027-01-31T12:00:00+0200", "neither a date nor a time"},
      {"2027-01-31T24:00:00Z", "no time 24:00:00Z"},
      {"2027-01-31T12:60:00Z", "no time 12:60:00Z"},
      {"2027-01-31T12:00:60Z", "no time 12:00:60Z"},
      {"2027-01-31T12:00:00+24:00", "no time 12:00:00+24:00"},
      {"2027-01-31T12:00:00+00:60", "no time 12:00:00+00:60"},
      {"2027-01-31\x1b[2J", "\\x1b"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(
        ParseExpiry(c.text),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.want)));
  }
}

}  // namespace
}  // namespace pinwarden
