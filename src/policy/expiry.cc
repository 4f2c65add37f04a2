// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   expiry := date | date "T" time zone
//   date   := 4DIGIT "-" 2DIGIT "-" 2DIGIT
//   time   := 2DIGIT ":" 2DIGIT ":" 2DIGIT [ "." 1*9DIGIT ]
//   zone   := "Z" | ( "+" | "-" ) 2DIGIT ":" 2DIGIT
#include "pinwarden/expiry.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kDateBytes = 10;
constexpr size_t kTimeBytes = 8;
constexpr size_t kMaxFractionDigits = 9;
constexpr int kFirstYear = 1970;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `text` has the form of `shape`, in which '0' stands for a digit.
bool HasShape(absl::string_view text, absl::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(
             text.begin(), text.end(), shape.begin(),
             [](char c, char s) { return s == '0' ? IsDigit(c) : c == s; });
}

int Number(absl::string_view digits) {
  int number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : -1;
}

absl::Status NotATime(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(text, 64),
                   " is neither a date nor a time; write it like 2027-01-31 "
                   "or 2027-01-31T12:00:00Z"));
}

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view date) {
  const int year = Number(date.substr(0, 4));
  const int month = Number(date.substr(5, 2));
  const int day = Number(date.substr(8, 2));
  const absl::CivilDay civil(year, month, day);
  // A CivilDay turns February 30 into March 2.
  if (civil.year() != year || civil.month() != month || civil.day() != day) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no day ", date, " in the calendar"));
  }
  if (year < kFirstYear) {
    return absl::InvalidArgumentError(
        absl::StrCat("the year ", year, " is too long ago"));
  }
  return civil;
}

// What follows a date: "T12:00:00Z".
absl::Status CheckClock(absl::string_view text, absl::string_view clock) {
  if (clock[0] == ' ' && clock.size() > 1) {
    return absl::InvalidArgumentError(
        "write a \"T\" between date and time, like 2027-01-31T12:00:00Z");
  }
  if (clock[0] != 'T' || !HasShape(clock.substr(1, kTimeBytes), "00:00:00")) {
    return NotATime(text);
  }
  const absl::string_view time = clock.substr(1, kTimeBytes);
  absl::string_view zone = clock.substr(1 + kTimeBytes);
  if (!zone.empty() && zone[0] == '.') {
    size_t end = 1;
    while (end < zone.size() && IsDigit(zone[end])) ++end;
    if (end == 1 || end > kMaxFractionDigits + 1) return NotATime(text);
    zone.remove_prefix(end);
  }
  if (zone.empty()) {
    return absl::InvalidArgumentError(
        "a time needs its zone: end it with Z for UTC, or with one like "
        "+02:00");
  }
  const bool offset = HasShape(zone, "+00:00") || HasShape(zone, "-00:00");
  if (zone != "Z" && !offset) return NotATime(text);
  if (Number(time.substr(0, 2)) > 23 || Number(time.substr(3, 2)) > 59 ||
      Number(time.substr(6, 2)) > 59 ||
      (offset &&
       (Number(zone.substr(1, 2)) > 23 || Number(zone.substr(4, 2)) > 59))) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no time ", clock.substr(1), " on a clock"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::Time> ParseExpiry(absl::string_view text) {
  if (!HasShape(text.substr(0, kDateBytes), "0000-00-00")) {
    return NotATime(text);
  }
  const auto day = ParseDay(text.substr(0, kDateBytes));
  if (!day.ok()) return day.status();
  if (text.size() == kDateBytes) {
    return absl::FromCivil(*day + 1, absl::UTCTimeZone());
  }
  const absl::Status clock = CheckClock(text, text.substr(kDateBytes));
  if (!clock.ok()) return clock;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return NotATime(text);
  }
  return time;
}

}  // namespace pinwarden
