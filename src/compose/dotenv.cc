// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The grammar, as Compose's own parser reads it:
//
//   file      := (space | comment | statement)*
//   comment   := "#" up to the end of the line
//   statement := ["export" space+] name blank* (assigns blank* value | "\n")
//   assigns   := "=" | ":"
//   name      := [A-Za-z0-9_.-] and "[", "]", or any byte that is not ASCII
//   value     := '"' (byte | "\" byte)* '"' | "'" (byte | "\" byte)* "'"
//              | up to the end of the line
//
// After a quoted value the next statement may begin at once.
#include "pinwarden/dotenv.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pinwarden {
namespace {

constexpr size_t kNone = absl::string_view::npos;

bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

bool IsBlank(char c) { return c != '\n' && IsSpace(c); }

bool IsNameByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || absl::StrContains("_.-[]", c) ||
         byte >= 0x80;
}

// As UTF-8; `code` is below 256.
void AppendCode(unsigned code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  out->push_back(static_cast<char>(0xC0 | (code >> 6)));
  out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
}

// The escape at the "\" of `text`: what it stands for goes to `out`. Gives how
// many bytes it takes; 1 where it is none.
size_t Unescape(absl::string_view text, std::string* out) {
  constexpr absl::string_view kNames = "abfnrtv\"\\$";
  constexpr absl::string_view kValues[] = {"\a", "\b", "\f", "\n", "\r",
                                           "\t", "\v", "\"", "\\", "$$"};
  const char c = text.size() > 1 ? text[1] : '\0';
  const size_t known = c == '\0' ? kNone : kNames.find(c);
  if (known != kNone) {
    out->append(kValues[known].data(), kValues[known].size());
    return 2;
  }
  size_t end = 2;
  unsigned code = 0;
  bool octal = c == '0';
  while (c == '0' && end < std::min<size_t>(text.size(), 5) &&
         text[end] >= '0' && text[end] <= '9') {
    octal = octal && text[end] < '8';
    code = code * 8 + static_cast<unsigned>(text[end] - '0');
    ++end;
  }
  if (octal && end == 5 && code < 256) {
    AppendCode(code, out);
    return end;
  }
  out->push_back('\\');
  return c == '0' ? 2 : 1;  // a "0" that begins no escape is dropped
}

std::string Unescaped(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t pos = 0;
  while (pos < text.size()) {
    if (text[pos] == '\\') {
      pos += Unescape(text.substr(pos), &out);
    } else {
      out.push_back(text[pos++]);
    }
  }
  return out;
}

class DotenvParser {
 public:
  DotenvParser(absl::string_view text, VariableLookup lookup)
      : text_(text), lookup_(lookup) {}

  Dotenv Run() && {
    if (absl::StartsWith(text_, "\xEF\xBB\xBF")) pos_ = 3;
    while (SkipToStatement() && Statement()) {
    }
    return std::move(result_);
  }

 private:
  bool Fail(absl::string_view what) {
    const size_t end = std::min(text_.find('\n', line_), text_.size());
    const absl::string_view line =
        absl::StripSuffix(text_.substr(line_, end - line_), "\r");
    result_.problems.push_back(
        {{line_, line_ + line.size()},
         absl::StrCat(what, ": the variables from here on are not known")});
    return false;
  }

  void Advance() {
    if (text_[pos_] == '\n') line_ = pos_ + 1;
    ++pos_;
  }
  void SkipBlanks() {
    while (pos_ < text_.size() && IsBlank(text_[pos_])) ++pos_;
  }

  bool SkipToStatement() {
    while (pos_ < text_.size()) {
      if (text_[pos_] == '#') {
        pos_ = std::min(text_.find('\n', pos_), text_.size());
      } else if (IsSpace(text_[pos_])) {
        Advance();
      } else {
        return true;
      }
    }
    return false;
  }

  bool Statement() {
    if (absl::StartsWith(text_.substr(pos_), "export") &&
        pos_ + 6 < text_.size() && IsSpace(text_[pos_ + 6])) {
      pos_ += 6;
      SkipBlanks();
    }
    const size_t begin = pos_;
    while (pos_ < text_.size() && !absl::StrContains("=:\n", text_[pos_])) {
      if (!IsNameByte(text_[pos_]) && !IsBlank(text_[pos_])) {
        return Fail("a variable's name has a bad character");
      }
      ++pos_;
    }
    const absl::string_view name =
        absl::StripTrailingAsciiWhitespace(text_.substr(begin, pos_ - begin));
    if (std::any_of(name.begin(), name.end(), IsBlank)) {
      return Fail("a variable's name has a space");
    }
    if (pos_ == text_.size() || text_[pos_] == '\n') return Inherit(name);
    ++pos_;
    SkipBlanks();
    const char quote = pos_ < text_.size() ? text_[pos_] : '\0';
    return quote == '"' || quote == '\'' ? Quoted(name, quote) : Unquoted(name);
  }

  bool Inherit(absl::string_view name) {
    const std::optional<VariableValue> value = lookup_(name);
    if (!value.has_value()) return true;
    return Set(name, {std::string(value->text), std::string(value->unset)});
  }

  bool Unquoted(absl::string_view name) {
    const size_t end = std::min(text_.find('\n', pos_), text_.size());
    absl::string_view value = text_.substr(pos_, end - pos_);
    value = value.substr(0, value.find(" #"));
    pos_ = end;
    return Fill(name, absl::StripTrailingAsciiWhitespace(value));
  }

  bool Quoted(absl::string_view name, char quote) {
    std::string value;
    size_t end = pos_ + 1;
    for (; end < text_.size() && text_[end] != quote; ++end) {
      if (text_[end] == '\\' && end + 1 < text_.size()) {
        ++end;
        if (text_[end] != quote) value.push_back('\\');
      }
      value.push_back(text_[end]);
    }
    if (end >= text_.size()) return Fail("a quoted value does not end");
    const size_t begin = pos_;
    pos_ = end + 1;
    const bool kept = quote == '"' ? Fill(name, Unescaped(value))
                                   : Set(name, {std::move(value), ""});
    const size_t newline = text_.substr(begin, end - begin).rfind('\n');
    if (kept && newline != kNone) line_ = begin + newline + 1;
    return kept;
  }

  // Sets `name` to `value` with its variables filled in.
  bool Fill(absl::string_view name, absl::string_view value) {
    if (!absl::StrContains(value, '$')) {
      return Set(name, {std::string(value), ""});
    }
    absl::StatusOr<Interpolation> filled = Interpolate(
        value, [this](absl::string_view wanted) { return LookUp(wanted); });
    if (!filled.ok()) {
      return Fail(
          absl::StrCat("a value cannot be read: ", filled.status().message()));
    }
    return Set(name, {std::move(filled->text), std::move(filled->unset)});
  }

  std::optional<VariableValue> LookUp(absl::string_view name) const {
    if (auto value = lookup_(name); value.has_value()) return value;
    const auto it = result_.values.find(name);
    if (it == result_.values.end()) return std::nullopt;
    return VariableValue{it->second.text, it->second.unset};
  }

  bool Set(absl::string_view name, Dotenv::Value value) {
    bytes_ += value.text.size();
    if (bytes_ > kMaxDotenvValueBytes) {
      return Fail(
          absl::StrCat("more than ", kMaxDotenvValueBytes, " bytes of values"));
    }
    result_.values.insert_or_assign(std::string(name), std::move(value));
    return true;
  }

  absl::string_view text_;
  VariableLookup lookup_;
  size_t pos_ = 0;
  size_t line_ = 0;  // where the line of pos_ starts
  size_t bytes_ = 0;
  Dotenv result_;
};

}  // namespace

Dotenv ParseDotenv(absl::string_view text, VariableLookup lookup) {
  if (text.size() > kMaxDotenvBytes) {
    Dotenv result;
    result.problems.push_back({{0, 0},
                               absl::StrCat("longer than ", kMaxDotenvBytes,
                                            " bytes: none "
                                            "of its variables is known")});
    return result;
  }
  return DotenvParser(text, lookup).Run();
}

}  // namespace pinwarden
