// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "report/shown.h"

namespace pinwarden {
namespace {

constexpr size_t kGapBytes = 2;
constexpr size_t kLeastWidth = 8;  // of a column that was shortened

size_t Least(const TableColumn& column) {
  return std::max(kLeastWidth, column.title.size());
}

}  // namespace

TableLayout::TableLayout(std::vector<TableColumn> columns)
    : columns_(std::move(columns)) {
  for (TableColumn& column : columns_) column.width = column.title.size();
}

void TableLayout::Learn(const std::vector<std::string>& cells) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].width = std::max(columns_[i].width, cells[i].size());
  }
}

void TableLayout::FitInto(size_t width) {
  size_t used = kGapBytes * (columns_.size() - 1);
  for (const TableColumn& column : columns_) used += column.width;
  while (used > width) {
    TableColumn* widest = nullptr;
    size_t next = 0;  // the widest but one, so that all shrink alike
    for (TableColumn& column : columns_) {
      if (!column.shrinks || column.width <= Least(column)) continue;
      if (widest == nullptr || column.width > widest->width) {
        if (widest != nullptr) next = std::max(next, widest->width);
        widest = &column;
      } else {
        next = std::max(next, column.width);
      }
    }
    if (widest == nullptr) return;
    const size_t room = widest->width - Least(*widest);
    const size_t most = widest->width > next ? widest->width - next : 1;
    const size_t cut = std::min({used - width, most, room});
    widest->width -= cut;
    used -= cut;
  }
}

std::string TableLayout::Line(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const TableColumn& column = columns_[i];
    const std::string cell = Fit(cells[i], column.width);
    const std::string pad(column.width - cell.size(), ' ');
    absl::StrAppend(&line, i == 0 ? "" : std::string(kGapBytes, ' '),
                    column.right ? pad : "", cell, column.right ? "" : pad);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string TableLayout::Titles() const {
  std::vector<std::string> titles;
  for (const TableColumn& column : columns_) titles.push_back(column.title);
  return Line(titles);
}

std::string Wrap(absl::string_view text, absl::string_view first,
                 size_t width) {
  std::string out;
  std::string line(first);
  bool empty = true;  // but for what stands before
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (!empty && line.size() + 1 + word.size() > width) {
      absl::StrAppend(&out, line, "\n");
      line.assign(first.size(), ' ');
      empty = true;
    }
    absl::StrAppend(&line, empty ? "" : " ", word);
    empty = false;
  }
  return empty ? out : absl::StrCat(out, line, "\n");
}

}  // namespace pinwarden
