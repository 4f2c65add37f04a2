// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_FINDER_H_
#define PINWARDEN_SRC_DOCKERFILE_FINDER_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "dockerfile/arguments.h"
#include "dockerfile/directives.h"
#include "dockerfile/logical_line.h"
#include "dockerfile/words.h"
#include "pinwarden/image_use.h"

namespace pinwarden::dockerfile_internal {

// Goes through one Dockerfile and keeps what it finds.
class Finder {
 public:
  Finder(absl::string_view text, const SearchOptions& options);

  ImageSearch Run() &&;

 private:
  void Read(const LogicalLine& line);
  // An instruction, which starts at `begin` of the line. Returns false where it
  // is none.
  bool ReadInstruction(absl::string_view keyword, size_t rest, bool on_build);
  void ReadFrom(size_t begin);
  void ReadOnBuild(size_t begin);
  void ReadCopy(size_t begin, bool on_build);
  void ReadRun(size_t begin, bool on_build);
  void CheckOrder(absl::string_view keyword, Span at);
  void SkipHeredocs();

  void NameStage(Span name);
  // What `from` of `what` names, whose place is `at`.
  void AddSource(std::string from, Span at, absl::string_view what,
                 bool on_build);
  // "stage build", or "stage 0" of one without name.
  std::string Stage() const;

  void AddUse(std::string image, Span at, std::string where,
              std::string not_judged);
  void AddUseAt(std::string image, TextRange at, std::string where,
                std::string not_judged);
  void AddProblem(Span at, std::string message);
  void AddProblemAt(TextRange at, std::string message);

  const absl::string_view text_;
  const Directives directives_;
  LineReader reader_;
  Arguments arguments_;
  const LogicalLine* line_ = nullptr;  // being read

  size_t stages_ = 0;  // begun so far
  std::string stage_;  // the name of the last, "" for none
  std::set<std::string, std::less<>> earlier_;  // names, in lower case
  bool told_order_ = false;
  bool is_full_ = false;
  ImageSearch result_;
};

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_FINDER_H_
