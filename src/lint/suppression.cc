// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   comment     := "#" "pinwarden:" "ignore" suppression
//   suppression := reason "until" date
//
// with blanks between the words. A date is one that exemptions of a policy take.
#include "lint/suppression.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/expiry.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kMarker = "pinwarden:";
constexpr absl::string_view kVerb = "ignore";
constexpr size_t kMaxReasonBytes = 1024;
// Lines of comments above an image that are looked at.
constexpr int kMaxLinesAbove = 20;

absl::StatusOr<Suppression> ParseComment(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, kVerb) ||
      (!text.empty() &&
       !absl::ascii_isspace(static_cast<unsigned char>(text.front())))) {
    return absl::InvalidArgumentError(
        "a comment for pinwarden reads \"pinwarden: ignore <reason> until "
        "<date>\"");
  }
  return ParseSuppression(text);
}

// What stands after "pinwarden:" in a comment that starts at `offset`, which is
// at its "#".
std::optional<TextRange> MarkedText(absl::string_view text, size_t offset) {
  const size_t line_end =
      std::min(text.find_first_of("\r\n", offset), text.size());
  const size_t start = text.find_first_not_of("# \t", offset);
  if (start >= line_end ||
      !absl::StartsWith(text.substr(start, line_end - start), kMarker)) {
    return std::nullopt;
  }
  return TextRange{start, line_end};
}

SuppressionComment Parse(absl::string_view text, TextRange at) {
  return {at,
          ParseComment(
              text.substr(at.begin, at.end - at.begin).substr(kMarker.size()))};
}

}  // namespace

absl::StatusOr<Suppression> ParseSuppression(absl::string_view text) {
  constexpr absl::string_view kUntil = "until";
  text = absl::StripAsciiWhitespace(text);
  const size_t date_start = text.find_last_of(" \t");
  const absl::string_view date =
      date_start == absl::string_view::npos ? "" : text.substr(date_start + 1);
  absl::string_view before =
      absl::StripAsciiWhitespace(text.substr(0, text.size() - date.size()));
  if (date.empty() || !absl::ConsumeSuffix(&before, kUntil) ||
      (!before.empty() &&
       !absl::ascii_isspace(static_cast<unsigned char>(before.back())))) {
    return absl::InvalidArgumentError(
        "it does not say until when: end it with \"until\" and a date, like "
        "2027-01-31");
  }
  before = absl::StripAsciiWhitespace(before);
  if (before.empty()) {
    return absl::InvalidArgumentError(
        "it gives no reason: say why the image stays as it is, before "
        "\"until\"");
  }
  if (before.size() > kMaxReasonBytes || !IsPrintable(before)) {
    return absl::InvalidArgumentError(
        "its reason is too long or not plain text");
  }
  const auto ends = ParseExpiry(date);
  if (!ends.ok()) return ends.status();
  return Suppression{std::string(before), std::string(date), *ends};
}

std::optional<SuppressionComment> FindSuppression(absl::string_view text,
                                                  const LineIndex& lines,
                                                  TextRange use,
                                                  bool same_line) {
  if (same_line) {
    const size_t line_end =
        std::min(text.find_first_of("\r\n", use.end), text.size());
    for (size_t i = use.end; i < line_end; ++i) {
      if (text[i] != '#' || (text[i - 1] != ' ' && text[i - 1] != '\t')) {
        continue;
      }
      if (const auto at = MarkedText(text, i)) return Parse(text, *at);
    }
  }
  const int line = lines.At(use.begin).line;
  for (int above = line - 1; above >= std::max(1, line - kMaxLinesAbove);
       --above) {
    const absl::string_view comment = lines.Line(above);
    const size_t hash = comment.find_first_not_of(" \t");
    if (hash == absl::string_view::npos || comment[hash] != '#') break;
    if (const auto at = MarkedText(text, lines.StartOf(above) + hash)) {
      return Parse(text, *at);
    }
  }
  return std::nullopt;
}

}  // namespace pinwarden
