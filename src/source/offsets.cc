// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source/offsets.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_format.h"

namespace pinwarden {
namespace {

unsigned char At(absl::string_view text, size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool StartsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// The bytes of the character at `i` and its code point; 0 bytes if it is none.
struct Character {
  size_t bytes = 0;
  uint32_t code = 0;
};

Character DecodeAt(absl::string_view text, size_t i) {
  const unsigned char first = At(text, i);
  if (first < 0x80) return {1, first};
  const size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || i + bytes > text.size()) return {};
  uint32_t code = first & (0xFFu >> (bytes + 1));
  for (size_t k = 1; k < bytes; ++k) {
    const unsigned char next = At(text, i + k);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3Fu);
  }
  const uint32_t least = bytes == 2 ? 0x80 : bytes == 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    return {};
  }
  return {bytes, code};
}

// YAML 1.1, 5.1: what a stream may hold.
bool IsAllowed(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  if (code < 0x7F) return true;
  return code == 0x85 ||
         (code >= 0xA0 && code != 0xFEFF && code != 0xFFFE && code != 0xFFFF);
}

}  // namespace

std::optional<SourceProblem> CheckSourceText(absl::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = At(text, i);
    if (c >= 0x20 && c < 0x7F) {
      ++i;
      continue;
    }
    const Character character = DecodeAt(text, i);
    if (character.bytes == 0) {
      return SourceProblem{{i, i + 1}, "this byte is not UTF-8"};
    }
    if (!IsAllowed(character.code)) {
      return SourceProblem{
          {i, i + character.bytes},
          absl::StrFormat("character U+%04X is not allowed in such a file",
                          character.code)};
    }
    i += character.bytes;
  }
  return std::nullopt;
}

CharacterOffsets::CharacterOffsets(absl::string_view text) : text_(text) {
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return (c & 0x80) == 0; })) {
    return;
  }
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!StartsCharacter(text[i])) continue;
    if (characters % kStep == 0) steps_.push_back(i);
    ++characters;
  }
}

size_t CharacterOffsets::ByteAt(size_t index) const {
  if (steps_.empty()) return std::min(index, text_.size());
  const size_t step = std::min(index / kStep, steps_.size() - 1);
  size_t left = index - step * kStep;
  size_t offset = steps_[step];
  while (offset < text_.size()) {
    if (StartsCharacter(text_[offset]) && left-- == 0) break;
    ++offset;
  }
  return offset;
}

size_t CharacterOffsets::CharactersBefore(size_t offset) const {
  offset = std::min(offset, text_.size());
  if (steps_.empty()) return offset;
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), offset);
  if (after == steps_.begin()) return 0;
  const size_t step = static_cast<size_t>(after - steps_.begin()) - 1;
  const absl::string_view part =
      text_.substr(steps_[step], offset - steps_[step]);
  return step * kStep + static_cast<size_t>(std::count_if(
                            part.begin(), part.end(), StartsCharacter));
}

}  // namespace pinwarden
