// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "dockerfile/expand.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dockerfile/expander.h"
#include "dockerfile/shell_pattern.h"
#include "pinwarden/image_use.h"

namespace pinwarden::dockerfile_internal {
namespace {

constexpr absl::string_view kSpecialNames = "@*#?-$!";
constexpr absl::string_view kBadSubstitution =
    "it has a variable that is not well formed";

constexpr absl::string_view kTooManyVariables =
    "the file has too many variables to work out";

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// Bytes of letters beyond ASCII, too.
bool IsNameByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;
}

bool IsAscii(absl::string_view text) {
  return absl::c_all_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Expansion Known(std::string text) { return {std::move(text), ""}; }
Expansion Unknown(std::string why) { return {"", std::move(why)}; }

}  // namespace

Expander::Expander(absl::string_view text, size_t begin, char escape,
                   const Lookup& lookup, WorkBudget* budget)
    : text_(text),
      pos_(begin),
      escape_(escape),
      lookup_(lookup),
      budget_(*budget) {}

Expansion Expander::Fail(absl::string_view why) {
  if (error_.empty()) error_ = std::string(why);
  return {};
}

bool Expander::Take(char c) {
  if (AtEnd() || text_[pos_] != c) return false;
  ++pos_;
  return true;
}

void Expander::Append(Expansion more, Expansion* to) {
  if (to->unknown.empty()) to->unknown = std::move(more.unknown);
  if (!budget_.Spend(more.text.size())) {
    Fail(kTooManyVariables);
  } else if (to->text.size() + more.text.size() > kMaxValueBytes) {
    Fail("it comes to more than 4096 bytes");
  } else {
    to->text += more.text;
  }
}

Expansion Expander::Until(char stop, bool keep_escapes, int depth) {
  Expansion result;
  if (depth > kMaxNesting) return Fail("its variables are nested too deeply");
  while (!AtEnd()) {
    const char c = text_[pos_];
    if (stop != kNoStop && c == stop) {
      ++pos_;
      return result;
    }
    if (c == '$') {
      Append(Dollar(depth), &result);
    } else if (c == '\'') {
      Append(SingleQuoted(), &result);
    } else if (c == '"') {
      Append(DoubleQuoted(keep_escapes, depth), &result);
    } else {
      std::string text;
      Escaped(keep_escapes, &text);
      Append(Known(std::move(text)), &result);
    }
  }
  if (stop != kNoStop) return Fail(kBadSubstitution);
  return result;
}

// One byte, or an escape character and what follows it.
void Expander::Escaped(bool keep_escapes, std::string* text) {
  if (text_[pos_] == escape_) {
    if (keep_escapes) text->push_back(escape_);
    if (++pos_ >= text_.size()) return;
  }
  text->push_back(text_[pos_++]);
}

Expansion Expander::SingleQuoted() {
  const size_t end = text_.find('\'', pos_ + 1);
  if (end == absl::string_view::npos) return Fail("it has a quote without end");
  const absl::string_view inside = text_.substr(pos_ + 1, end - pos_ - 1);
  pos_ = end + 1;
  return Known(std::string(inside));
}

Expansion Expander::DoubleQuoted(bool keep_escapes, int depth) {
  Expansion result;
  ++pos_;
  while (!AtEnd()) {
    if (Take('"')) return result;
    if (text_[pos_] == '$') {
      Append(Dollar(depth), &result);
      continue;
    }
    const char next = pos_ + 1 < text_.size() ? text_[pos_ + 1] : '\0';
    std::string text;
    if (next == '"' || next == '$' || next == escape_) {
      Escaped(keep_escapes, &text);
    } else {  // an escape character before anything else stands for itself
      text.push_back(text_[pos_++]);
    }
    Append(Known(std::move(text)), &result);
  }
  return Fail("it has a quote without end");
}

absl::string_view Expander::Name() {
  const size_t begin = pos_;
  if (AtEnd()) return {};
  if (absl::StrContains(kSpecialNames, text_[pos_])) {
    ++pos_;
  } else {
    const auto belongs = IsDigit(text_[pos_]) ? IsDigit : IsNameByte;
    while (pos_ < text_.size() && belongs(text_[pos_])) ++pos_;
  }
  return text_.substr(begin, pos_ - begin);
}

Variable Expander::Find(absl::string_view name) {
  Variable value = lookup_(name);
  if (!budget_.Spend(value.text.size() + 1)) Fail(kTooManyVariables);
  return value;
}

Expansion Expander::Dollar(int depth) {
  ++pos_;
  if (Take('{')) return Braced(depth + 1);
  const absl::string_view name = Name();
  if (name.empty()) return Known("$");
  Variable value = Find(name);
  return value.state == Variable::State::kKnown
             ? Known(std::move(value.text))
             : Unknown(std::move(value.text));
}

Expansion Expander::Braced(int depth) {
  const absl::string_view name = Name();
  if (name.empty() || AtEnd()) return Fail(kBadSubstitution);
  Variable value = Find(name);
  char op = text_[pos_++];
  const bool colon = op == ':';
  if (colon && !AtEnd()) op = text_[pos_++];
  switch (op) {
    case '}':
      if (colon) return Fail(kBadSubstitution);
      return value.state == Variable::State::kKnown
                 ? Known(std::move(value.text))
                 : Unknown(std::move(value.text));
    case '-':
    case '+':
    case '?':
      return Default(name, value, op, colon, depth);
    case '#':
    case '%':
      return Trim(value, op, depth);
    case '/':
      if (colon) return Fail(kBadSubstitution);
      return Replace(value, depth);
    default:
      return Fail(kBadSubstitution);
  }
}

Expansion Expander::Default(absl::string_view name, const Variable& value,
                            char op, bool colon, int depth) {
  Expansion word = Until('}', /*keep_escapes=*/false, depth);
  if (value.state == Variable::State::kUnknown) return Unknown(value.text);
  const bool is_known = value.state == Variable::State::kKnown;
  const bool is_there = is_known && !(colon && value.text.empty());
  if (op == '+') return is_there ? word : Known("");
  if (is_there) return Known(value.text);
  if (op == '-') return word;
  return Unknown(is_known ? absl::StrCat(Plainly(name), " must not be empty")
                          : value.text);
}

Expansion Expander::Trim(const Variable& value, char op, int depth) {
  Expansion word = Until('}', /*keep_escapes=*/true, depth);
  if (!word.unknown.empty()) return word;
  if (value.state != Variable::State::kKnown) return Unknown(value.text);
  const bool longest = !word.text.empty() && word.text[0] == op;
  const auto pattern = ShellPattern::Parse(
      absl::string_view(word.text).substr(longest ? 1 : 0), op == '%');
  if (!pattern.has_value()) return Fail("it has a pattern that is not valid");
  const auto text = pattern->WithoutStart(value.text, longest, &budget_);
  if (!text.has_value()) return Fail("its patterns are too much to work out");
  return Known(*text);
}

Expansion Expander::Replace(const Variable& value, int depth) {
  const bool all = Take('/');
  const Expansion from = Until('/', /*keep_escapes=*/true, depth);
  const Expansion to = Until('}', /*keep_escapes=*/true, depth);
  if (!from.unknown.empty()) return from;
  if (!to.unknown.empty()) return to;
  if (value.state != Variable::State::kKnown) return Unknown(value.text);
  const auto pattern = ShellPattern::Parse(from.text, /*from_end=*/false);
  // A builder takes "$1" in what is written for a part of what was matched.
  if (!pattern.has_value() || pattern->empty() ||
      absl::StrContains(to.text, '$')) {
    return Fail("it has a pattern that is not valid");
  }
  const auto text = pattern->Replace(value.text, to.text, all, &budget_);
  if (!text.has_value()) return Fail("its patterns are too much to work out");
  return Known(*text);
}

Expansion Expand(absl::string_view word, char escape, const Lookup& lookup,
                 WorkBudget* budget) {
  Expander expander(word, 0, escape, lookup, budget);
  Expansion result = expander.ToEnd();
  if (!expander.error().empty()) result.unknown = expander.error();
  return result;
}

std::optional<std::string> WithoutQuotes(absl::string_view word, char escape) {
  const Lookup itself = [](absl::string_view name) {
    return Variable{Variable::State::kKnown, absl::StrCat("$", name)};
  };
  WorkBudget budget;
  Expansion result = Expand(word, escape, itself, &budget);
  if (!result.unknown.empty()) return std::nullopt;
  return std::move(result.text);
}

std::optional<size_t> EndOfVariable(absl::string_view text, size_t begin,
                                    char escape) {
  const Lookup none = [](absl::string_view) { return Variable(); };
  WorkBudget budget;
  Expander expander(text, begin, escape, none, &budget);
  expander.ReadVariable();
  const size_t end = expander.position();
  if (!expander.error().empty() || !IsAscii(text.substr(begin, end - begin))) {
    return std::nullopt;
  }
  return end;
}

}  // namespace pinwarden::dockerfile_internal
