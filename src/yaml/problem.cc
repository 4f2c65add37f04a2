// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/problem.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

// How much of a line is shown on either side of the caret.
constexpr size_t kContextBytes = 60;
constexpr size_t kMaxGuessBytes = 64;

bool Before(const Problem& a, const Problem& b) {
  return std::make_tuple(a.file, a.at.line, a.at.column) <
         std::make_tuple(b.file, b.at.line, b.at.column);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The length of the character at the front of valid UTF-8, and whether it is
// one that could change how the rest looks: controls (C0, DEL, C1), line
// separators (U+2028, U+2029) and direction marks (U+202A-E, U+2066-9).
struct Character {
  size_t bytes;
  bool printable;
};
Character FirstCharacter(absl::string_view text) {
  const auto at = [text](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  size_t bytes = 1;
  while (bytes < text.size() && IsContinuation(text[bytes])) ++bytes;
  const unsigned a = at(0);
  const unsigned b = at(1);
  const unsigned c = at(2);
  const bool separator = a == 0xe2 && b == 0x80 && c >= 0xa8 && c <= 0xae;
  const bool direction = a == 0xe2 && b == 0x81 && c >= 0xa6 && c <= 0xa9;
  const bool control = a < 0x20 || a == 0x7f || (a == 0xc2 && b < 0xa0);
  return {bytes, !control && !separator && !direction};
}

// `raw` as it may be shown, and as many blanks as it takes columns.
struct Shown {
  std::string text;
  std::string blanks;
};
Shown Show(absl::string_view raw) {
  const std::string valid = ToValidUtf8(raw, raw.size() * 3);
  Shown shown;
  absl::string_view rest = valid;
  while (!rest.empty()) {
    const Character first = FirstCharacter(rest);
    const bool tab = rest[0] == '\t';
    if (tab || first.printable) {
      absl::StrAppend(&shown.text, rest.substr(0, first.bytes));
    } else {
      shown.text.push_back('?');
    }
    shown.blanks.push_back(tab ? '\t' : ' ');
    rest.remove_prefix(first.bytes);
  }
  return shown;
}

// The end of `text`, about kContextBytes of it.
absl::string_view Tail(absl::string_view text) {
  size_t from = text.size() - kContextBytes;
  while (from < text.size() && IsContinuation(text[from])) ++from;
  return text.substr(from);
}

absl::string_view Head(absl::string_view text) {
  size_t size = kContextBytes;
  while (size > 0 && IsContinuation(text[size])) --size;
  return text.substr(0, size);
}

// The number of insertions, deletions, replacements and swaps of neighbours
// that turn `a` into `b`.
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before_last;
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string RenderProblem(const Problem& problem, absl::string_view file,
                          absl::string_view line_text) {
  const size_t column =
      problem.at.column > 0 ? static_cast<size_t>(problem.at.column - 1) : 0;
  absl::string_view before =
      line_text.substr(0, std::min(column, line_text.size()));
  absl::string_view after = line_text.substr(before.size());
  const bool cut_before = before.size() > kContextBytes;
  const bool cut_after = after.size() > kContextBytes;
  if (cut_before) before = Tail(before);
  if (cut_after) after = Head(after);
  const Shown left = Show(before);
  return absl::StrCat(
      Show(file).text, ":", problem.at.line, ":", problem.at.column,
      problem.severity == Severity::kError ? ": error: " : ": warning: ",
      problem.message, "\n", cut_before ? "..." : "", left.text,
      Show(after).text, cut_after ? "..." : "", "\n", cut_before ? "   " : "",
      left.blanks, "^\n");
}

std::string RenderProblems(absl::Span<const Problem> problems,
                           absl::string_view file, absl::string_view text) {
  std::vector<Problem> sorted(problems.begin(), problems.end());
  std::stable_sort(sorted.begin(), sorted.end(), Before);
  std::string out;
  int line = 1;
  for (const Problem& problem : sorted) {
    while (line < problem.at.line) {
      const size_t end = text.find('\n');
      if (end == absl::string_view::npos) {
        text = "";
        break;
      }
      text.remove_prefix(end + 1);
      ++line;
    }
    absl::string_view line_text = text.substr(0, text.find('\n'));
    if (!line_text.empty() && line_text.back() == '\r') {
      line_text.remove_suffix(1);
    }
    absl::StrAppend(&out, RenderProblem(problem, file, line_text));
  }
  return out;
}

bool HasErrors(absl::Span<const Problem> problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& p) {
    return p.severity == Severity::kError;
  });
}

void ProblemLog::Error(Position at, std::string message) {
  if (++errors_ > kMaxProblems) return;
  problems_.push_back({Severity::kError, at, std::move(message), file_});
}

void ProblemLog::Warning(Position at, std::string message) {
  if (++warnings_ > kMaxProblems) return;
  problems_.push_back({Severity::kWarning, at, std::move(message), file_});
}

void ProblemLog::Add(std::vector<Problem> problems) {
  for (Problem& problem : problems) {
    switch (problem.severity) {
      case Severity::kError:
        Error(problem.at, std::move(problem.message));
        break;
      case Severity::kWarning:
        Warning(problem.at, std::move(problem.message));
        break;
    }
  }
}

std::vector<Problem> ProblemLog::Take() && {
  std::stable_sort(problems_.begin(), problems_.end(), Before);
  const Position last = problems_.empty() ? Position() : problems_.back().at;
  const size_t file = problems_.empty() ? 0 : problems_.back().file;
  if (errors_ > kMaxProblems) {
    problems_.push_back(
        {Severity::kError, last,
         absl::StrCat(errors_ - kMaxProblems, " more errors are not shown"),
         file});
  }
  if (warnings_ > kMaxProblems) {
    problems_.push_back(
        {Severity::kWarning, last,
         absl::StrCat(warnings_ - kMaxProblems, " more warnings are not shown"),
         file});
  }
  return std::move(problems_);
}

std::string DidYouMean(absl::string_view got,
                       absl::Span<const absl::string_view> candidates) {
  if (got.empty() || got.size() > kMaxGuessBytes) return "";
  const std::string lower = absl::AsciiStrToLower(got);
  size_t best_distance = std::max<size_t>(1, got.size() / 3) + 1;
  absl::string_view best;
  for (absl::string_view candidate : candidates) {
    const size_t distance = EditDistance(lower, candidate);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best_distance = distance;
    best = candidate;
  }
  if (best.empty()) return "";
  return absl::StrCat("; did you mean ", Quote(best), "?");
}

bool IsPrintable(absl::string_view text) {
  if (ToValidUtf8(text, text.size()) != text) return false;
  while (!text.empty()) {
    const Character first = FirstCharacter(text);
    if (!first.printable) return false;
    text.remove_prefix(first.bytes);
  }
  return true;
}

}  // namespace pinwarden
