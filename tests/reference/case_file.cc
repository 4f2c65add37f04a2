// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "reference/case_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace pinwarden::testing {
namespace {

// The N characters that "{c*N}" and "{hex*N}" stand for.
std::string Repeat(const std::string& what, size_t count) {
  const std::string pattern = what == "hex" ? "0123456789abcdef" : what;
  std::string out;
  while (out.size() < count) out += pattern;
  out.resize(count);
  return out;
}

// Replaces \xHH and {..*N} in a column.
std::string Expand(const std::string& column) {
  if (column == "-") return "";
  std::string out;
  for (size_t i = 0; i < column.size(); ++i) {
    if (column.compare(i, 2, "\\x") == 0) {
      out += static_cast<char>(std::stoi(column.substr(i + 2, 2), nullptr, 16));
      i += 3;
      continue;
    }
    const size_t star = column[i] == '{' ? column.find('*', i) : column.npos;
    const size_t close = star == column.npos ? star : column.find('}', star);
    if (close == column.npos || star - i > 4) {
      out += column[i];
      continue;
    }
    out += Repeat(column.substr(i + 1, star - i - 1),
                  std::stoul(column.substr(star + 1, close - star - 1)));
    i = close;
  }
  return out;
}

struct Row {
  std::string where;
  std::vector<std::string> columns;
};

std::vector<Row> ReadRows(const std::string& name, size_t columns) {
  std::ifstream file(absl::StrCat(PINWARDEN_TESTDATA, "/reference/", name));
  std::vector<Row> rows;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    Row row = {absl::StrCat(name, ":", number), absl::StrSplit(line, '\t')};
    EXPECT_EQ(row.columns.size(), columns) << row.where;
    row.columns.resize(columns);
    for (std::string& column : row.columns) column = Expand(column);
    rows.push_back(std::move(row));
  }
  EXPECT_FALSE(rows.empty()) << name << " holds no cases";
  return rows;
}

}  // namespace

std::vector<GoodCase> ReadGoodCases() {
  std::vector<GoodCase> cases;
  for (const Row& row : ReadRows("good.tsv", 6)) {
    const std::vector<std::string>& c = row.columns;
    EXPECT_TRUE(c[5] == "name" || c[5] == "defaulted" || c[5] == "id")
        << row.where;
    cases.push_back({row.where, c[0],
                     Reference{.kind = c[5] == "id" ? ReferenceKind::kImageId
                                                    : ReferenceKind::kName,
                               .registry = c[1],
                               .repository = c[2],
                               .tag = c[3],
                               .digest = c[4],
                               .tag_defaulted = c[5] == "defaulted"}});
  }
  return cases;
}

std::vector<BadCase> ReadBadCases() {
  std::vector<BadCase> cases;
  for (const Row& row : ReadRows("bad.tsv", 2)) {
    cases.push_back({row.where, row.columns[0], row.columns[1]});
  }
  return cases;
}

bool IsPrintable(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace pinwarden::testing
