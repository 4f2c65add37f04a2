// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/key_parts.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace pinwarden {
namespace {

// The length of the string that starts at `text`, quotes included. One that is
// not closed ends with its line, or, if it may hold lines, with the text.
//
// string := '"' ... '"' | "'" ... "'", each with one quote or with three; only
// those in '"' know escapes
size_t StringLength(absl::string_view text) {
  const char quote = text[0];
  const char three[] = {quote, quote, quote};
  const bool lines = absl::StartsWith(text, absl::string_view(three, 3));
  const size_t quotes = lines ? 3 : 1;
  const absl::string_view end = text.substr(0, quotes);
  for (size_t i = quotes; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == '\n' && !lines) {
      return i;
    } else if (absl::StartsWith(text.substr(i), end)) {
      size_t after = i + quotes;
      // Up to two quotes may stand before the three that close: """a""""".
      for (int more = 0; lines && more < 2; ++more) {
        if (after < text.size() && text[after] == quote) ++after;
      }
      return after;
    }
  }
  return text.size();
}

}  // namespace

size_t LineWithTooManyParts(absl::string_view text, size_t limit) {
  size_t line = 1;
  size_t dots = 0;
  while (!text.empty()) {
    size_t length = 1;
    switch (text[0]) {
      case '"':
      case '\'':
        length = StringLength(text);
        line += static_cast<size_t>(std::count(
            text.begin(), text.begin() + static_cast<int>(length), '\n'));
        break;
      case '#':
        length = std::min(text.find('\n'), text.size());
        break;
      case '\n':
        ++line;
        dots = 0;
        break;
      case '.':
        if (++dots >= limit) return line;
        break;
      default:
        break;
    }
    text.remove_prefix(length);
  }
  return 0;
}

}  // namespace pinwarden
