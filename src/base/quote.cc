// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/quote.h"

#include <algorithm>
#include <cstdint>

namespace pinwarden {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Appends `c` as Quote() shows it.
void AppendEscaped(char c, std::string* out) {
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
    case '\\':
      out->push_back('\\');
      out->push_back(c);
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\t':
      out->append("\\t");
      return;
    case '\r':
      out->append("\\r");
      return;
    default:
      break;
  }
  if (byte >= 0x20 && byte < 0x7f) {
    out->push_back(c);
    return;
  }
  out->append("\\x");
  out->push_back(kHex[byte >> 4]);
  out->push_back(kHex[byte & 0xf]);
}

// The length of the well-formed UTF-8 sequence that `text`, which is not empty,
// starts with, or 0. By table 3-7 of the Unicode standard.
size_t Utf8SequenceLength(absl::string_view text) {
  const auto at = [text](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continuation = [](unsigned byte) { return (byte & 0xc0) == 0x80; };
  const unsigned a = at(0);
  const unsigned b = at(1);
  if (a < 0x80) return 1;
  if (a >= 0xc2 && a <= 0xdf) return continuation(b) ? 2 : 0;
  if (a >= 0xe0 && a <= 0xef) {
    const unsigned low = a == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = a == 0xed ? 0x9f : 0xbf;
    return b >= low && b <= high && continuation(at(2)) ? 3 : 0;
  }
  if (a >= 0xf0 && a <= 0xf4) {
    const unsigned low = a == 0xf0 ? 0x90 : 0x80;
    const unsigned high = a == 0xf4 ? 0x8f : 0xbf;
    return b >= low && b <= high && continuation(at(2)) && continuation(at(3))
               ? 4
               : 0;
  }
  return 0;
}

}  // namespace

std::string Quote(absl::string_view text, size_t max_bytes) {
  constexpr absl::string_view kCut = "...\"";
  max_bytes = std::max<size_t>(max_bytes, 8);
  std::string out = "\"";
  size_t fits = out.size();  // the longest prefix that leaves room for kCut
  for (char c : text) {
    AppendEscaped(c, &out);
    if (out.size() + kCut.size() <= max_bytes) fits = out.size();
    if (out.size() + 1 > max_bytes) {
      out.resize(fits);
      out.append(kCut.data(), kCut.size());
      return out;
    }
  }
  out.push_back('"');
  return out;
}

std::string ToValidUtf8(absl::string_view text, size_t max_bytes) {
  std::string out;
  out.reserve(std::min(text.size(), max_bytes));
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const absl::string_view piece =
        length > 0 ? text.substr(0, length) : kReplacement;
    if (out.size() + piece.size() > max_bytes) break;
    out.append(piece.data(), piece.size());
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

}  // namespace pinwarden
