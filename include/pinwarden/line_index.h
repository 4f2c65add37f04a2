// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINE_INDEX_H_
#define PINWARDEN_LINE_INDEX_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/problem.h"

namespace pinwarden {

// Bytes [begin, end) of a text.
struct TextRange {
  size_t begin = 0;
  size_t end = 0;

  bool empty() const { return begin == end; }
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

// Where the bytes of a text are for its reader. `text` must outlive this. A
// line ends with "\n", "\r\n" or a "\r" by itself, as editors have it.
class LineIndex {
 public:
  explicit LineIndex(absl::string_view text);

  // Of the byte at `offset`, or of the end of the text. The column counts
  // characters (Unicode code points), as editors do, and not bytes.
  Position At(size_t offset) const;

  int lines() const { return static_cast<int>(starts_.size()); }
  // The line, counted from 1, without its end; "" where there is none.
  absl::string_view Line(int line) const;
  // Where it starts.
  size_t StartOf(int line) const;

 private:
  absl::string_view text_;
  std::vector<size_t> starts_;  // of each line
};

}  // namespace pinwarden

#endif  // PINWARDEN_LINE_INDEX_H_
