// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/line_index.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool StartsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

LineIndex::LineIndex(absl::string_view text) : text_(text), starts_{0} {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && text.substr(i + 1, 1) != "\n")) {
      starts_.push_back(i + 1);
    }
  }
}

Position LineIndex::At(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  size_t start = *std::prev(after);
  // Nobody sees a byte order mark.
  if (start == 0 && absl::StartsWith(text_, kByteOrderMark)) {
    start = std::min(offset, kByteOrderMark.size());
  }
  const absl::string_view before = text_.substr(start, offset - start);
  const auto characters =
      std::count_if(before.begin(), before.end(), StartsCharacter);
  return {static_cast<int>(after - starts_.begin()),
          static_cast<int>(characters) + 1};
}

absl::string_view LineIndex::Line(int line) const {
  if (line < 1 || line > lines()) return "";
  const size_t start = starts_[static_cast<size_t>(line - 1)];
  absl::string_view rest = text_.substr(start);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

size_t LineIndex::StartOf(int line) const {
  const int last = std::clamp(line, 1, lines());
  return starts_[static_cast<size_t>(last - 1)];
}

}  // namespace pinwarden
