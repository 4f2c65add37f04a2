// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_TABLE_H_
#define PINWARDEN_REPORT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pinwarden {

// A column of a table on a terminal.
struct TableColumn {
  std::string title;
  bool right = false;    // numbers
  bool shrinks = false;  // may be shortened, in the middle
  size_t width = 0;      // as wide as its widest cell, until it has to shrink
};

// Lays out lines of cells. Widths are learnt from all cells first, so that
// every part of a report stands in the same columns.
class TableLayout {
 public:
  explicit TableLayout(std::vector<TableColumn> columns);

  void Learn(const std::vector<std::string>& cells);

  // Shrinks columns until a line has at most `width` bytes, or none can shrink
  // further. Call it after the last Learn().
  void FitInto(size_t width);

  std::string Line(const std::vector<std::string>& cells) const;
  std::string Titles() const;

 private:
  std::vector<TableColumn> columns_;
};

// `text` in lines of at most `width` bytes, broken at spaces only and ending in
// '\n'; `first` stands before the first of them, as many spaces before others.
std::string Wrap(absl::string_view text, absl::string_view first, size_t width);

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_TABLE_H_
