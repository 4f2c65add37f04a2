// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The grammar, as Compose's own parser reads it:
//
//   text     := (variable | "$$" | byte)*
//   variable := "$" name | "${" name [operator word] "}"
//   operator := [":"] ("-" | "+" | "?")
//   name     := [A-Za-z_] [A-Za-z0-9_]*
//
// A word ends at the brace that closes the one before the name, every "{" of
// the word being closed first. Where they do not match up it ends at the last
// "}" of the line.
#include "pinwarden/interpolation.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxShownBytes = 64;       // of a variable's name
constexpr size_t kMaxShownWordBytes = 200;  // of what "?" says

absl::Status Malformed(absl::string_view what, size_t offset) {
  return absl::InvalidArgumentError(absl::StrCat(what, " at byte ", offset));
}

absl::Status TooLong() {
  return absl::ResourceExhaustedError(absl::StrCat(
      "more than ", kMaxInterpolatedBytes, " bytes with variables filled in"));
}

bool StartsName(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}

bool ContinuesName(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

size_t NameEnd(absl::string_view text, size_t pos) {
  if (pos == text.size() || !StartsName(text[pos])) return pos;
  while (pos < text.size() && ContinuesName(text[pos])) ++pos;
  return pos;
}

// Where the "}" is that belongs to the "{" at `open`; npos: nowhere.
size_t ClosingBrace(absl::string_view text, size_t open) {
  size_t last = absl::string_view::npos;
  int depth = 0;
  for (size_t i = open; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] != '}') continue;
    last = i;
    if (--depth == 0) return i;
  }
  return last;
}

class Interpolator {
 public:
  explicit Interpolator(VariableLookup lookup) : lookup_(lookup) {}

  // `offset` is where `text` begins in the whole.
  absl::Status Run(absl::string_view text, size_t offset, int depth) {
    if (depth > kMaxInterpolationDepth) {
      return absl::ResourceExhaustedError("variables nested too deeply");
    }
    size_t pos = 0;
    while (pos < text.size()) {
      const size_t dollar = text.find('$', pos);
      PW_RETURN_IF_ERROR(Append(text.substr(pos, dollar - pos)));
      if (dollar == absl::string_view::npos) break;
      pos = dollar + 1;
      if (pos == text.size()) return Append("$");
      if (text[pos] == '{') {
        PW_RETURN_IF_ERROR(Braced(text, offset, depth, &pos));
      } else if (StartsName(text[pos])) {
        const size_t end = NameEnd(text, pos);
        PW_RETURN_IF_ERROR(Plain(text.substr(pos, end - pos)));
        pos = end;
      } else {
        PW_RETURN_IF_ERROR(Append("$"));
        if (text[pos] == '$') ++pos;
      }
    }
    return absl::OkStatus();
  }

  Interpolation Take() && { return std::move(result_); }

 private:
  absl::Status Append(absl::string_view part) {
    if (part.size() > kMaxInterpolatedBytes - result_.text.size()) {
      return TooLong();
    }
    result_.text.append(part.data(), part.size());
    return absl::OkStatus();
  }

  absl::Status Value(const VariableValue& value) {
    if (result_.unset.empty()) result_.unset = std::string(value.unset);
    return Append(value.text);
  }

  absl::Status Plain(absl::string_view name) {
    const std::optional<VariableValue> value = lookup_(name);
    return Value(value.value_or(VariableValue{"", name}));
  }

  // From the "{" at `*pos` to behind its "}".
  absl::Status Braced(absl::string_view text, size_t offset, int depth,
                      size_t* pos) {
    const size_t open = *pos;
    const size_t end = NameEnd(text, open + 1);
    const absl::string_view name = text.substr(open + 1, end - open - 1);
    if (name.empty()) {
      return Malformed("no variable's name after \"${\"", offset + open + 1);
    }
    size_t op = end;
    const bool colon = op < text.size() && text[op] == ':';
    if (colon) ++op;
    const char kind = op < text.size() ? text[op] : '\0';
    if (kind == '}' && !colon) {
      *pos = op + 1;
      return Plain(name);
    }
    if (kind != '-' && kind != '+' && kind != '?') {
      return Malformed("unclosed \"${\" or unknown operator", offset + op);
    }
    const size_t close = ClosingBrace(text, open);
    if (close == absl::string_view::npos) {
      return Malformed("\"${\" without \"}\"", offset + open - 1);
    }
    *pos = close + 1;
    return Operator(kind, colon, name, text.substr(op + 1, close - op - 1),
                    offset + op + 1, depth);
  }

  absl::Status Operator(char kind, bool colon, absl::string_view name,
                        absl::string_view word, size_t offset, int depth) {
    const std::optional<VariableValue> value = lookup_(name);
    // What is empty for want of another variable may be anything.
    if (value.has_value() && !value->unset.empty() && result_.unset.empty()) {
      result_.unset = std::string(value->unset);
    }
    const bool there = value.has_value() && !(colon && value->text.empty());
    if (kind == '+') {
      return there ? Run(word, offset, depth + 1) : absl::OkStatus();
    }
    if (there) return Value(*value);
    if (kind == '-') return Run(word, offset, depth + 1);
    return Missing(name, value.has_value(), word, offset, depth);
  }

  absl::Status Missing(absl::string_view name, bool empty,
                       absl::string_view word, size_t offset, int depth) const {
    Interpolator message(lookup_);
    PW_RETURN_IF_ERROR(message.Run(word, offset, depth + 1));
    const std::string said = std::move(message).Take().text;
    return absl::FailedPreconditionError(
        absl::StrCat(Plainer(name), empty ? " is empty" : " is not set",
                     said.empty() ? "" : ": ",
                     said.empty() ? "" : Quote(said, kMaxShownWordBytes)));
  }

  // Only letters, digits and "_" stand in a name.
  static std::string Plainer(absl::string_view name) {
    return absl::StrCat(name.substr(0, kMaxShownBytes),
                        name.size() > kMaxShownBytes ? "..." : "");
  }

  VariableLookup lookup_;
  Interpolation result_;
};

}  // namespace

absl::StatusOr<Interpolation> Interpolate(absl::string_view text,
                                          VariableLookup lookup) {
  if (text.size() > kMaxInterpolatedBytes) return TooLong();
  Interpolator interpolator(lookup);
  PW_RETURN_IF_ERROR(interpolator.Run(text, 0, 0));
  return std::move(interpolator).Take();
}

}  // namespace pinwarden
