// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_REFERENCE_CHAR_CLASS_H_
#define PINWARDEN_SRC_REFERENCE_CHAR_CLASS_H_

#include <array>
#include <cstdint>

namespace pinwarden::reference_internal {

// What a byte may be in a reference: one table look-up for each question.
enum CharClass : uint8_t {
  kPathChar = 1 << 0,  // [a-z0-9]
  kUpper = 1 << 1,     // [A-Z]
  kDigit = 1 << 2,     // [0-9]
  kHex = 1 << 3,       // [0-9a-f]
  kIpv6Char = 1 << 4,  // [0-9A-Fa-f:]
  kTagStart = 1 << 5,  // [A-Za-z0-9_]
  kTagChar = 1 << 6,   // [A-Za-z0-9_.-]
  kHostChar = 1 << 7,  // [A-Za-z0-9]
};

constexpr std::array<uint8_t, 256> MakeCharClasses() {
  std::array<uint8_t, 256> classes = {};
  for (unsigned char c = '0'; c <= '9'; ++c) {
    classes[c] = kPathChar | kDigit | kHex | kIpv6Char | kTagStart | kTagChar |
                 kHostChar;
  }
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    classes[c] = kPathChar | kTagStart | kTagChar | kHostChar;
    if (c <= 'f') classes[c] |= kHex | kIpv6Char;
  }
  for (unsigned char c = 'A'; c <= 'Z'; ++c) {
    classes[c] = kUpper | kTagStart | kTagChar | kHostChar;
    if (c <= 'F') classes[c] |= kIpv6Char;
  }
  classes[':'] = kIpv6Char;
  classes['_'] = kTagStart | kTagChar;
  classes['.'] = kTagChar;
  classes['-'] = kTagChar;
  return classes;
}
inline constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

inline bool Is(char c, CharClass wanted) {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

}  // namespace pinwarden::reference_internal

#endif  // PINWARDEN_SRC_REFERENCE_CHAR_CLASS_H_
