// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_SHOW_USES_H_
#define PINWARDEN_TESTS_TESTING_SHOW_USES_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pinwarden/image_use.h"
#include "pinwarden/line_index.h"

namespace pinwarden::testing {

inline std::string ShowPlace(TextRange at, absl::string_view text) {
  if (at.begin > at.end || at.end > text.size()) return "OUTSIDE OF THE TEXT";
  const LineIndex index(text);
  const Position begin = index.At(at.begin);
  const Position end = index.At(at.end);
  return absl::StrCat(begin.line, ":", begin.column, "-",
                      end.line == begin.line ? "" : absl::StrCat(end.line, ":"),
                      end.column);
}

// One line for each use, and then for each problem:
//
//   3:12-17 "nginx" Pod web, container app [prod tier=web] ignored "x" ?: why
//
// "~" before the image: it does not stand there just so.
inline std::string ShowUses(const ImageSearch& search, absl::string_view text) {
  std::string out;
  for (const ImageUse& use : search.uses) {
    absl::StrAppend(&out, ShowPlace(use.at, text), use.literal ? " \"" : " ~\"",
                    use.image, "\" ", use.where);
    if (use.kind == UseKind::kAction) absl::StrAppend(&out, " (action)");
    std::vector<std::string> of_pod;
    if (use.name_space) of_pod.push_back(*use.name_space);
    for (const auto& [key, value] : use.labels) {
      of_pod.push_back(absl::StrCat(key, "=", value));
    }
    if (!of_pod.empty()) {
      absl::StrAppend(&out, " [", absl::StrJoin(of_pod, " "), "]");
    }
    if (!use.ignore.empty()) absl::StrAppend(&out, " ignored ", use.ignore);
    if (!use.not_judged.empty()) absl::StrAppend(&out, " ?: ", use.not_judged);
    if (use.literal &&
        text.substr(use.at.begin, use.at.end - use.at.begin) != use.image) {
      absl::StrAppend(&out, " BUT IT IS NOT WHAT STANDS THERE");
    }
    absl::StrAppend(&out, "\n");
  }
  for (const auto& [file, problem] : search.problems) {
    absl::StrAppend(&out, ShowPlace(problem.at, text),
                    " problem: ", problem.message, "\n");
  }
  return out;
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_SHOW_USES_H_
