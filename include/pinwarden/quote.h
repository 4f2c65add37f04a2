// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_QUOTE_H_
#define PINWARDEN_QUOTE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Makes text from outside safe to show on one line of a terminal or a log:
// `"` and `\` are escaped, and every byte that is not printable ASCII becomes
// \n, \t, \r or \xHH. The result stands in double quotes.
//
//   nginx        ->  "nginx"
//   a<ESC>[2Jb   ->  "a\x1b[2Jb"
//
// At most `max_bytes` bytes in all, the quotes included (at least 8 are taken):
// longer text is cut between characters and ends in `..."`.
std::string Quote(absl::string_view text, size_t max_bytes = 512);

// `text` with every invalid UTF-8 sequence replaced by U+FFFD and cut to at
// most `max_bytes`, between code points: what a protobuf string may hold.
std::string ToValidUtf8(absl::string_view text, size_t max_bytes);

}  // namespace pinwarden

#endif  // PINWARDEN_QUOTE_H_
