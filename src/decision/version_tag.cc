// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   version  := ["v"] digit+ ("." digit+)*        what follows does not count
//   part     := what stands between "-" and "_"
//   date     := part of: day [digit+] [time] | dotted-day [time]
//             | dashed-day [time]                  over three parts
//   day      := "20" yy mm dd, with "." or "-" (or "_") between in the others
//   time     := "T" digit+ ["Z"] | "." digit+
//   commit   := part of 7 to 64 hex digits, of which one is a letter and one
//               a decimal digit
#include "decision/version_tag.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace pinwarden {
namespace {

constexpr size_t kMinCommitDigits = 7;
constexpr size_t kMaxCommitDigits = 64;

bool IsSeparator(char c) { return c == '-' || c == '_'; }

size_t CountDigits(absl::string_view text) {
  return static_cast<size_t>(
      std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit) -
      text.begin());
}

// version := ["v"] digit+ ("." digit+)*
int CountLeadingNumbers(absl::string_view tag) {
  if (!tag.empty() && tag[0] == 'v') tag.remove_prefix(1);
  int count = 0;
  while (const size_t digits = CountDigits(tag)) {
    ++count;
    tag.remove_prefix(digits);
    if (tag.empty() || tag[0] != '.') break;
    tag.remove_prefix(1);
  }
  return count;
}

// The number that two digits make.
int TwoDigits(absl::string_view text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// A day of this century. The two must hold four, two and two digits.
bool IsPlausibleDay(absl::string_view year, absl::string_view month,
                    absl::string_view day) {
  const int m = TwoDigits(month);
  const int d = TwoDigits(day);
  return year[0] == '2' && year[1] == '0' && m >= 1 && m <= 12 && d >= 1 &&
         d <= 31;
}

// What may follow the day, up to the end of the part.
// time := "T" digit+ ["Z"] | "." digit+
bool IsTimeOrNothing(absl::string_view text) {
  if (text.empty()) return true;
  const bool clock = text[0] == 'T';
  if (!clock && text[0] != '.') return false;
  text.remove_prefix(1);
  const size_t digits = CountDigits(text);
  if (digits == 0) return false;
  text.remove_prefix(digits);
  return text.empty() || (clock && text == "Z");
}

// day [digit+] [time]
bool IsCompactDate(absl::string_view part) {
  const size_t digits = CountDigits(part);
  return digits >= 8 &&
         IsPlausibleDay(part.substr(0, 4), part.substr(4, 2),
                        part.substr(6, 2)) &&
         IsTimeOrNothing(part.substr(digits));
}

// Whether `text` starts with a day written as 2024-01-10, 2024_01_10 or
// 2024.01.10, and its part ends there or in a time.
bool StartsWithSplitDate(absl::string_view text) {
  constexpr size_t kDayBytes = 10;
  if (text.size() < kDayBytes || CountDigits(text) != 4) return false;
  const char between = text[4];
  if ((!IsSeparator(between) && between != '.') || text[7] != between ||
      CountDigits(text.substr(5)) != 2 || CountDigits(text.substr(8)) != 2) {
    return false;
  }
  absl::string_view rest = text.substr(kDayBytes);
  rest = rest.substr(
      0,
      static_cast<size_t>(std::find_if(rest.begin(), rest.end(), IsSeparator) -
                          rest.begin()));
  return IsPlausibleDay(text.substr(0, 4), text.substr(5, 2),
                        text.substr(8, 2)) &&
         IsTimeOrNothing(rest);
}

// commit := part of 7 to 64 hex digits
bool IsCommit(absl::string_view part) {
  return part.size() >= kMinCommitDigits && part.size() <= kMaxCommitDigits &&
         std::all_of(part.begin(), part.end(), absl::ascii_isxdigit) &&
         std::any_of(part.begin(), part.end(), absl::ascii_isdigit) &&
         std::any_of(part.begin(), part.end(), absl::ascii_isalpha);
}

}  // namespace

bool IsVersionTag(absl::string_view tag, int components) {
  if (CountLeadingNumbers(tag) >= components) return true;
  for (size_t begin = 0; begin < tag.size();) {
    const absl::string_view rest = tag.substr(begin);
    const auto end = std::find_if(rest.begin(), rest.end(), IsSeparator);
    const absl::string_view part =
        rest.substr(0, static_cast<size_t>(end - rest.begin()));
    // A split date may follow a "." too: RELEASE.2024-01-11T07-46-16Z.
    const size_t dot = part.rfind('.');
    const bool after_dot =
        dot != part.npos && StartsWithSplitDate(rest.substr(dot + 1));
    if (after_dot || StartsWithSplitDate(rest) || IsCompactDate(part) ||
        IsCommit(part)) {
      return true;
    }
    begin += part.size() + 1;
  }
  return false;
}

}  // namespace pinwarden
