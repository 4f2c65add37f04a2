// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_LOGICAL_LINE_H_
#define PINWARDEN_SRC_DOCKERFILE_LOGICAL_LINE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "dockerfile/heredoc.h"
#include "pinwarden/line_index.h"

namespace pinwarden::dockerfile_internal {

// One instruction: its lines joined, without the escape characters and line
// ends between them, and without comments.
class LogicalLine {
 public:
  // The file must outlive this.
  absl::string_view text() const { return parts_.size() > 1 ? joined_ : only_; }
  // Where bytes [begin, end) of text() stand in the file, begin < end.
  TextRange Place(size_t begin, size_t end) const;

  void Clear();
  // More of it, which is at `offset` of the file.
  void Add(absl::string_view more, size_t offset);

 private:
  struct Part {
    size_t begin;   // in text()
    size_t offset;  // in the file
  };
  size_t OffsetOf(size_t i) const;

  std::vector<Part> parts_;
  absl::string_view only_;  // where there is one part
  std::string joined_;
};

class LineReader {
 public:
  LineReader(absl::string_view text, char escape);

  // The next instruction, which may be blank; false: there is none.
  bool Next(LogicalLine* line);

  // Goes past a here-document, which starts here. False: nothing ends it, and
  // none is looked for from now on, so that what follows is not overlooked.
  bool Skip(const Heredoc& heredoc);

 private:
  // Without its end: "\n" and any "\r" before it.
  absl::string_view TakeLine();

  const absl::string_view text_;
  const char escape_;
  size_t pos_ = 0;
  bool skips_ = true;
};

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_LOGICAL_LINE_H_
