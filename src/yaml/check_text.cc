// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml/check_text.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr size_t kNone = absl::string_view::npos;

// The first control character that is no tab and no part of a line end.
size_t FindControl(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != 0x7f) continue;
    if (byte == '\t' || byte == '\n') continue;
    if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    return i;
  }
  return kNone;
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool IsUtf8(absl::string_view text) {
  return ToValidUtf8(text, text.size() * 3) == text;
}

// The start of the first character that is not UTF-8.
size_t FindInvalidUtf8(absl::string_view text) {
  // Whole blocks first, which end between characters; then one of them by
  // character.
  constexpr size_t kBlockBytes = 64 << 10;
  size_t block = 0;
  size_t end = 0;
  while (end < text.size()) {
    block = end;
    end = std::min(block + kBlockBytes, text.size());
    while (end < text.size() && end > block && IsContinuation(text[end])) --end;
    if (end == block) return block;  // nothing but continuations
    if (!IsUtf8(text.substr(block, end - block))) break;
    block = end;
  }
  for (size_t at = block; at < end;) {
    size_t next = at + 1;
    while (next < end && IsContinuation(text[next])) ++next;
    if (!IsUtf8(text.substr(at, next - at))) return at;
    at = next;
  }
  return kNone;
}

Problem ErrorAt(absl::string_view text, size_t offset, std::string message) {
  return {Severity::kError, PositionAt(text, offset), std::move(message)};
}

}  // namespace

Position PositionAt(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // 0 when there is none
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(before.size() - line_start) + 1};
}

absl::string_view LineAt(absl::string_view text, size_t offset) {
  const size_t start = text.substr(0, offset).rfind('\n') + 1;
  absl::string_view line = text.substr(start);
  line = line.substr(0, line.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::optional<Problem> CheckText(absl::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return Problem{
        Severity::kError, Position(),
        absl::StrCat("the file has ", text.size(), " bytes; at most ",
                     kMaxYamlBytes, " are read")};
  }
  const size_t control = FindControl(text);
  if (control != kNone && text[control] == '\r') {
    return ErrorAt(text, control,
                   "carriage return without a line feed; save the file with "
                   "Unix line ends");
  }
  if (control != kNone) {
    return ErrorAt(
        text, control,
        absl::StrFormat("control character 0x%02x; remove it, or save the file "
                        "as UTF-8 text",
                        static_cast<unsigned char>(text[control])));
  }
  const size_t invalid = FindInvalidUtf8(text);
  if (invalid != kNone) {
    return ErrorAt(text, invalid,
                   absl::StrFormat("byte 0x%02x is not UTF-8; save the file as "
                                   "UTF-8 text",
                                   static_cast<unsigned char>(text[invalid])));
  }
  return std::nullopt;
}

}  // namespace pinwarden
