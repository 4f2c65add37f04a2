// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_REFERENCE_CASE_FILE_H_
#define PINWARDEN_TESTS_REFERENCE_CASE_FILE_H_

#include <string>
#include <vector>

#include "pinwarden/reference.h"

namespace pinwarden::testing {

// One line of tests/testdata/reference/good.tsv or bad.tsv, whose first lines
// say how they are written.
struct GoodCase {
  std::string where;  // "good.tsv:10"
  std::string text;
  Reference want;
};
struct BadCase {
  std::string where;
  std::string text;
  std::string want;
};

// All cases; a line that cannot be read, or none at all, fails the test.
std::vector<GoodCase> ReadGoodCases();
std::vector<BadCase> ReadBadCases();

// Whether all of `text` is printable ASCII.
bool IsPrintable(const std::string& text);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_REFERENCE_CASE_FILE_H_
