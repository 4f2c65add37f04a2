// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/text_diff.h"
#include "text_diff/edit_script.h"

namespace pinwarden {
namespace {

constexpr size_t kContextLines = 3;
constexpr char kOctal[] = "01234567";

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

// A file's name as the head of a diff has it. A tab ends one with spaces; what
// is not printable stands in quotes, as "\ooo".
std::string HeadName(absl::string_view side, absl::string_view name) {
  absl::ConsumePrefix(&name, "/");
  std::string escaped;
  bool odd = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      escaped.push_back(c);
      continue;
    }
    odd = true;
    for (const char part :
         {'\\', kOctal[byte >> 6], kOctal[byte >> 3 & 7], kOctal[byte & 7]}) {
      escaped.push_back(part);
    }
  }
  if (odd) return absl::StrCat("\"", side, escaped, "\"");
  return absl::StrCat(side, name,
                      name.find(' ') == absl::string_view::npos ? "" : "\t");
}

void AppendLine(char sign, absl::string_view line, std::string* out) {
  out->push_back(sign);
  out->append(line.data(), line.size());
  if (line.back() != '\n') out->append("\n\\ No newline at end of file\n");
}

// "3,4": where a hunk starts in one of the files, and how many lines it has.
std::string Range(size_t first, size_t lines) {
  return absl::StrCat(lines == 0 ? first : first + 1, ",", lines);
}

// The changes [first, last] and the lines around them.
void AppendHunk(const std::vector<absl::string_view>& old,
                const std::vector<absl::string_view>& now, const Change* first,
                const Change* last, std::string* out) {
  const size_t before = std::min(first->old_begin, kContextLines);
  const size_t after = std::min(old.size() - last->old_end, kContextLines);
  const size_t from = first->old_begin - before;
  const size_t new_from = first->new_begin - before;
  absl::StrAppend(out, "@@ -", Range(from, last->old_end + after - from), " +",
                  Range(new_from, last->new_end + after - new_from), " @@\n");
  size_t line = from;
  for (const Change* change = first; change <= last; ++change) {
    for (; line < change->old_begin; ++line) AppendLine(' ', old[line], out);
    for (; line < change->old_end; ++line) AppendLine('-', old[line], out);
    for (size_t i = change->new_begin; i < change->new_end; ++i) {
      AppendLine('+', now[i], out);
    }
  }
  for (; line < last->old_end + after; ++line) AppendLine(' ', old[line], out);
}

}  // namespace

std::string UnifiedDiff(absl::string_view before, absl::string_view after,
                        absl::string_view name) {
  if (before == after) return "";
  const std::vector<absl::string_view> old = Lines(before);
  const std::vector<absl::string_view> now = Lines(after);
  const std::vector<Change> changes = FindChanges(old, now);
  std::string out =
      absl::StrCat("--- ", before.empty() ? "/dev/null" : HeadName("a/", name),
                   "\n+++ ", HeadName("b/", name), "\n");
  for (size_t first = 0; first < changes.size();) {
    size_t last = first;
    while (last + 1 < changes.size() &&
           changes[last + 1].old_begin - changes[last].old_end <=
               2 * kContextLines) {
      ++last;
    }
    AppendHunk(old, now, &changes[first], &changes[last], &out);
    first = last + 1;
  }
  return out;
}

}  // namespace pinwarden
