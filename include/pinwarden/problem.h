// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_PROBLEM_H_
#define PINWARDEN_PROBLEM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pinwarden {

// A place in a text file, both counted from 1; columns count bytes.
struct Position {
  int line = 1;
  int column = 1;
};

enum class Severity { kError, kWarning };

// Something that the author of a file has to know. Problems are data, not
// errors of the machinery: one pass over a file collects all of them.
struct Problem {
  Severity severity = Severity::kError;
  Position at;
  std::string message;  // one line, hostile bytes escaped, without position
  size_t file = 0;      // of a text in several files: which, counted from 0
};

// As a person sees it, `line_text` being the file's line at problem.at:
//
//   policy.yaml:9:14: error: unknown pin level "digets"; did you mean "digest"?
//       require: digets
//                ^
//
// Tabs of the line are kept, so that the caret stands right; other control
// bytes are shown as '?'; a long line is cut around the caret. Ends in '\n'.
std::string RenderProblem(const Problem& problem, absl::string_view file,
                          absl::string_view line_text);

// All of `problems` in order of position, taking lines from `text`.
std::string RenderProblems(absl::Span<const Problem> problems,
                           absl::string_view file, absl::string_view text);

bool HasErrors(absl::Span<const Problem> problems);

// Collects problems while a file is read. Keeps at most kMaxProblems of each
// severity and says so, so that a file made of mistakes stays cheap.
class ProblemLog {
 public:
  static constexpr size_t kMaxProblems = 100;

  // From here on problems are in this one of several files.
  void SetFile(size_t file) { file_ = file; }
  size_t file() const { return file_; }

  void Error(Position at, std::string message);
  void Warning(Position at, std::string message);
  void Add(std::vector<Problem> problems);

  // True once Error() was called, so what was read cannot be used.
  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }  // the dropped ones too

  // All of them, in order of file and position.
  std::vector<Problem> Take() &&;

 private:
  std::vector<Problem> problems_;
  size_t file_ = 0;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

// "; did you mean \"digest\"?" for the candidate closest to `got`, or "" when
// none is close.
std::string DidYouMean(absl::string_view got,
                       absl::Span<const absl::string_view> candidates);

// True for one line of valid UTF-8 without control characters, line separators
// and marks that turn the direction of writing: text that looks like what it is
// wherever it is shown.
bool IsPrintable(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_PROBLEM_H_
