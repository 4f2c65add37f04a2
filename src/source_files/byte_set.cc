// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   set    := "[" [ "!" | "^" ] member *member "]"
//   member := "[:" class ":]" | byte [ "-" byte ]      byte may be escaped
//
// The first member may be "]". A "-" that has nothing to its left or right is
// itself.
#include "source_files/byte_set.h"

#include "absl/strings/ascii.h"

namespace pinwarden {
namespace {

constexpr size_t kNone = absl::string_view::npos;

struct ByteClass {
  absl::string_view name;
  bool (*holds)(unsigned char);
};

constexpr ByteClass kClasses[] = {
    {"alnum", absl::ascii_isalnum}, {"alpha", absl::ascii_isalpha},
    {"blank", absl::ascii_isblank}, {"cntrl", absl::ascii_iscntrl},
    {"digit", absl::ascii_isdigit}, {"graph", absl::ascii_isgraph},
    {"lower", absl::ascii_islower}, {"print", absl::ascii_isprint},
    {"punct", absl::ascii_ispunct}, {"space", absl::ascii_isspace},
    {"upper", absl::ascii_isupper}, {"xdigit", absl::ascii_isxdigit},
};

bool AddClass(absl::string_view name, std::bitset<256>* set) {
  for (const ByteClass& known : kClasses) {
    if (known.name != name) continue;
    for (size_t byte = 0; byte < 256; ++byte) {
      if (known.holds(static_cast<unsigned char>(byte))) set->set(byte);
    }
    return true;
  }
  return false;
}

// Reads one byte, escaped or not, and moves behind it.
bool ReadByte(absl::string_view pattern, size_t* at, size_t* byte) {
  if (*at < pattern.size() && pattern[*at] == '\\') ++*at;
  if (*at >= pattern.size()) return false;
  *byte = static_cast<unsigned char>(pattern[(*at)++]);
  return true;
}

// The name in "[:name:]" at `at`; moves behind it. "" where there is none.
absl::string_view ReadClass(absl::string_view pattern, size_t* at) {
  if (pattern.substr(*at, 2) != "[:") return "";
  const size_t close = pattern.find(']', *at + 2);
  if (close == kNone || close < *at + 3 || pattern[close - 1] != ':') return "";
  const size_t begin = *at + 2;
  *at = close + 1;
  return close - 1 == begin ? "?" : pattern.substr(begin, close - 1 - begin);
}

}  // namespace

size_t ReadByteSet(absl::string_view pattern, size_t at,
                   std::bitset<256>* set) {
  ++at;
  const bool negated =
      at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  for (bool first = true;; first = false) {
    if (at >= pattern.size()) return kNone;
    if (!first && pattern[at] == ']') break;
    const absl::string_view name = ReadClass(pattern, &at);
    if (!name.empty()) {
      if (!AddClass(name, set)) return kNone;
      continue;
    }
    size_t low = 0;
    if (!ReadByte(pattern, &at, &low)) return kNone;
    size_t high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' &&
        pattern[at + 1] != ']') {
      ++at;
      if (!ReadByte(pattern, &at, &high)) return kNone;
      // As git has it, a range that runs backwards holds its start alone.
      set->set(low);
    }
    for (size_t byte = low; byte <= high; ++byte) set->set(byte);
  }
  if (negated) set->flip();
  set->reset('/');
  return at + 1;
}

}  // namespace pinwarden
