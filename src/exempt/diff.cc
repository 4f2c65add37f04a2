// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One hunk is enough: only one place of a file is changed.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pinwarden/exempt.h"

namespace pinwarden {
namespace {

constexpr size_t kContextLines = 3;

// With their line ends; the last one may have none.
std::vector<absl::string_view> Lines(absl::string_view text) {
  std::vector<absl::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == absl::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

void AppendLine(char sign, absl::string_view line, std::string* out) {
  absl::StrAppend(out, absl::string_view(&sign, 1), line);
  if (line.back() != '\n') {
    absl::StrAppend(out, "\n\\ No newline at end of file\n");
  }
}

// "3,4": where a hunk starts in one of the files, and how many lines it has.
std::string Range(size_t first, size_t lines) {
  return absl::StrCat(lines == 0 ? first : first + 1, ",", lines);
}

}  // namespace

std::string UnifiedDiff(absl::string_view before, absl::string_view after,
                        absl::string_view name) {
  if (before == after) return "";
  const std::vector<absl::string_view> old = Lines(before);
  const std::vector<absl::string_view> now = Lines(after);
  const size_t shorter = std::min(old.size(), now.size());
  size_t same = 0;  // lines at the start
  while (same < shorter && old[same] == now[same]) ++same;
  size_t tail = 0;  // and at the end
  while (tail < shorter - same &&
         old[old.size() - 1 - tail] == now[now.size() - 1 - tail]) {
    ++tail;
  }
  const size_t from = same - std::min(same, kContextLines);
  const size_t context = std::min(tail, kContextLines);
  const size_t old_end = old.size() - tail;
  const size_t now_end = now.size() - tail;
  std::string out = absl::StrCat(
      "--- ", before.empty() ? "/dev/null" : absl::StrCat("a/", name),
      "\n+++ b/", name, "\n@@ -", Range(from, old_end + context - from), " +",
      Range(from, now_end + context - from), " @@\n");
  for (size_t i = from; i < same; ++i) AppendLine(' ', old[i], &out);
  for (size_t i = same; i < old_end; ++i) AppendLine('-', old[i], &out);
  for (size_t i = same; i < now_end; ++i) AppendLine('+', now[i], &out);
  for (size_t i = 0; i < context; ++i) AppendLine(' ', old[old_end + i], &out);
  return out;
}

}  // namespace pinwarden
