// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// As BuildKit does it, which is not as a shell does: the whole instruction is
// cut into words between spaces outside of quotes, where
//
//   heredoc := digit* "<<" "-"? space* name            name has no "<"
//
// is one word. "cat<<EOF" is therefore none, and neither is anything in an
// instruction whose quotes or variables do not end.
#include "dockerfile/heredoc.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "dockerfile/expand.h"

namespace pinwarden::dockerfile_internal {
namespace {

constexpr size_t kMaxHeredocs = 1000;
constexpr char kEscape = '\\';  // whatever the directive says

// Where the quoted text at `pos` ends, behind its quote.
std::optional<size_t> EndOfQuotes(absl::string_view text, size_t pos) {
  const char quote = text[pos];
  for (++pos; pos < text.size(); ++pos) {
    const char c = text[pos];
    if (c == quote) return pos + 1;
    if (quote == '\'') continue;
    if (c == kEscape) ++pos;
    if (c == '$') {
      const std::optional<size_t> end = EndOfVariable(text, pos, kEscape);
      if (!end.has_value()) return std::nullopt;
      pos = *end - 1;
    }
  }
  return std::nullopt;
}

std::optional<Heredoc> ParseHeredoc(absl::string_view word) {
  while (!word.empty() &&
         absl::ascii_isdigit(static_cast<unsigned char>(word[0]))) {
    word.remove_prefix(1);
  }
  if (!absl::ConsumePrefix(&word, "<<")) return std::nullopt;
  Heredoc heredoc;
  heredoc.strips_tabs = absl::ConsumePrefix(&word, "-");
  word = absl::StripLeadingAsciiWhitespace(word);
  if (word.empty() || absl::StrContains(word, '<')) return std::nullopt;
  std::optional<std::string> name = WithoutQuotes(word, kEscape);
  if (!name.has_value() || name->empty()) return std::nullopt;
  heredoc.name = *std::move(name);
  return heredoc;
}

// Cuts a text into words.
class Words {
 public:
  explicit Words(absl::string_view text) : text_(text) {}

  // The next one, empty at the end. `ok()` is false where a quote or a variable
  // does not end.
  absl::string_view Next() {
    while (pos_ < text_.size() && IsSpace(text_[pos_])) ++pos_;
    const size_t begin = pos_;
    has_variable_ = false;
    while (ok_ && pos_ < text_.size() && !IsSpace(text_[pos_])) Step();
    return text_.substr(begin, pos_ - begin);
  }
  bool ok() const { return ok_; }
  bool has_variable() const { return has_variable_; }

 private:
  static bool IsSpace(char c) {
    return absl::ascii_isspace(static_cast<unsigned char>(c));
  }

  void Step() {
    const char c = text_[pos_];
    if (c == '\'' || c == '"') {
      GoTo(EndOfQuotes(text_, pos_));
    } else if (c == '$') {
      has_variable_ = true;
      GoTo(EndOfVariable(text_, pos_, kEscape));
    } else if (c == kEscape) {
      pos_ = std::min(pos_ + 2, text_.size());
    } else if (absl::StartsWith(text_.substr(pos_), "<<")) {
      pos_ += 2;
      // "<<- EOF" is two words, "<< EOF" is one.
      pos_ = std::min(text_.find_first_not_of(" \t", pos_), text_.size());
    } else {
      ++pos_;
    }
  }

  void GoTo(std::optional<size_t> end) {
    ok_ = end.has_value();
    if (ok_) pos_ = *end;
  }

  const absl::string_view text_;
  size_t pos_ = 0;
  bool ok_ = true;
  bool has_variable_ = false;
};

}  // namespace

std::vector<Heredoc> HeredocsOf(absl::string_view instruction) {
  std::vector<Heredoc> heredocs;
  if (!absl::StrContains(instruction, "<<")) return heredocs;
  Words words(instruction);
  for (absl::string_view word = words.Next(); !word.empty();
       word = words.Next()) {
    if (words.has_variable() || heredocs.size() > kMaxHeredocs) continue;
    std::optional<Heredoc> heredoc = ParseHeredoc(word);
    if (heredoc.has_value()) heredocs.push_back(*std::move(heredoc));
  }
  if (!words.ok() || heredocs.size() > kMaxHeredocs) heredocs.clear();
  return heredocs;
}

}  // namespace pinwarden::dockerfile_internal
