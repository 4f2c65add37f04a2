// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_source.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pinwarden {
namespace {

// Gives the lines of a text, asked for in rising order.
class Lines {
 public:
  explicit Lines(absl::string_view text) : rest_(text) {}

  absl::string_view Get(int line) {
    for (; line_ < line; ++line_) {
      const size_t end = rest_.find('\n');
      rest_ = end == absl::string_view::npos ? "" : rest_.substr(end + 1);
    }
    return absl::StripSuffix(rest_.substr(0, rest_.find('\n')), "\r");
  }

 private:
  absl::string_view rest_;
  int line_ = 1;
};

bool Before(const Problem& a, const Problem& b) {
  return std::tie(a.file, a.at.line, a.at.column) <
         std::tie(b.file, b.at.line, b.at.column);
}

}  // namespace

std::vector<std::string> RenderPolicyProblems(
    const std::vector<Problem>& problems, const PolicySource& source,
    absl::string_view directory) {
  std::vector<Problem> sorted = problems;
  std::stable_sort(sorted.begin(), sorted.end(), Before);
  std::vector<std::string> rendered;
  rendered.reserve(sorted.size());
  size_t file = source.files.size();  // that `lines` goes through
  Lines lines("");
  for (const Problem& problem : sorted) {
    if (problem.file >= source.files.size()) continue;
    const PolicyText& in = source.files[problem.file];
    if (problem.file != file) {
      file = problem.file;
      lines = Lines(in.text);
    }
    rendered.push_back(RenderProblem(problem, absl::StrCat(directory, in.name),
                                     lines.Get(problem.at.line)));
  }
  return rendered;
}

}  // namespace pinwarden
