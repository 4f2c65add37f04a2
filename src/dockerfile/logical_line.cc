// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/logical_line.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "dockerfile/directives.h"

namespace pinwarden::dockerfile_internal {
namespace {

// Takes the escape character off a line that goes on. One that stands after
// another is escaped itself.
bool TakeEscape(char escape, absl::string_view* line) {
  size_t end = line->size();
  while (end > 0 && ((*line)[end - 1] == ' ' || (*line)[end - 1] == '\t')) {
    --end;
  }
  if (end == 0 || (*line)[end - 1] != escape) return false;
  if (end > 1 && (*line)[end - 2] == escape) return false;
  *line = line->substr(0, end - 1);
  return true;
}

}  // namespace

TextRange LogicalLine::Place(size_t begin, size_t end) const {
  return {OffsetOf(begin), OffsetOf(end - 1) + 1};
}

void LogicalLine::Clear() {
  parts_.clear();
  joined_.clear();
  only_ = {};
}

void LogicalLine::Add(absl::string_view more, size_t offset) {
  if (parts_.empty()) only_ = more;
  if (parts_.size() == 1) joined_.assign(only_.data(), only_.size());
  const size_t begin = parts_.empty() ? 0 : joined_.size();
  if (!parts_.empty()) joined_.append(more.data(), more.size());
  parts_.push_back({begin, offset});
}

size_t LogicalLine::OffsetOf(size_t i) const {
  const auto after = std::upper_bound(
      parts_.begin(), parts_.end(), i,
      [](size_t wanted, const Part& part) { return wanted < part.begin; });
  const Part& part = *(after - 1);
  return part.offset + (i - part.begin);
}

LineReader::LineReader(absl::string_view text, char escape)
    : text_(text), escape_(escape), pos_(SizeOfByteOrderMark(text)) {}

absl::string_view LineReader::TakeLine() {
  const size_t end = std::min(text_.find('\n', pos_), text_.size());
  absl::string_view line = text_.substr(pos_, end - pos_);
  while (absl::ConsumeSuffix(&line, "\r")) {
  }
  pos_ = std::min(end + 1, text_.size());
  return line;
}

bool LineReader::Next(LogicalLine* line) {
  line->Clear();
  bool first = true;
  while (pos_ < text_.size()) {
    absl::string_view rest = TakeLine();
    const absl::string_view stripped = absl::StripLeadingAsciiWhitespace(rest);
    if (stripped.empty() || stripped[0] == '#') continue;
    if (first) rest = stripped;
    const bool goes_on = TakeEscape(escape_, &rest);
    line->Add(rest, static_cast<size_t>(rest.data() - text_.data()));
    if (!goes_on) return true;
    first = false;
  }
  return !first;
}

bool LineReader::Skip(const Heredoc& heredoc) {
  if (!skips_) return true;
  const size_t start = pos_;
  while (pos_ < text_.size()) {
    absl::string_view line = TakeLine();
    while (heredoc.strips_tabs && absl::ConsumePrefix(&line, "\t")) {
    }
    if (line == heredoc.name) return true;
  }
  pos_ = start;
  skips_ = false;
  return false;
}

}  // namespace pinwarden::dockerfile_internal
