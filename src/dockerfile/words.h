// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_WORDS_H_
#define PINWARDEN_SRC_DOCKERFILE_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pinwarden::dockerfile_internal {

// Bytes [begin, end) of an instruction's text.
struct Span {
  size_t begin = 0;
  size_t end = 0;

  bool empty() const { return begin == end; }
};

// The next word from `begin` on, up to a space; empty at the end.
Span NextWord(absl::string_view text, size_t begin);

// The same, but spaces in quotes or behind an escape character belong to it.
Span NextQuotedWord(absl::string_view text, size_t begin, char escape);

// `--name=value`, its quotes and backslashes taken out.
struct Flag {
  std::string text;          // "--from=nginx"
  std::vector<uint32_t> at;  // where each byte of that stands
  Span span;                 // all of it

  // "from"
  absl::string_view name() const;
  // What is behind the "=", as bytes of `text`; empty without one.
  Span value() const;
  bool has_value() const;
};

// The flags that an instruction begins with; `begin` is behind its keyword.
// `*rest` becomes where its other words start.
std::vector<Flag> ReadFlags(absl::string_view text, size_t begin, size_t* rest);

// What matters here of the value of --mount.
struct Mount {
  std::string type;  // in lower case
  std::string from;
  Span from_at;  // as bytes of the instruction's text
};

// Reads `key=value` fields between commas, each of which may stand in double
// quotes. The last one of a key counts.
Mount ReadMount(const Flag& flag);

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_WORDS_H_
