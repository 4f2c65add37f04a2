// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   directive := "#" space* name space* "=" space* value space*
//   name      := "syntax" | "escape" | "check"           in any case
//
// The first line that is none ends them. BuildKit looks for the syntax by
// itself and before anything else: it may also stand behind "//", or below a
// first line that starts with "#!", but not behind spaces.
#include "dockerfile/directives.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace pinwarden::dockerfile_internal {
namespace {

struct Directive {
  std::string name;         // in lower case
  absl::string_view value;  // of the text
};

absl::string_view TakeLine(absl::string_view* text) {
  const size_t end = std::min(text->find('\n'), text->size());
  const absl::string_view line = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return line;
}

std::optional<Directive> Parse(absl::string_view line,
                               absl::string_view comment) {
  if (!absl::ConsumePrefix(&line, comment)) return std::nullopt;
  line = absl::StripLeadingAsciiWhitespace(line);
  const size_t equals = line.find('=');
  if (equals == absl::string_view::npos) return std::nullopt;
  const absl::string_view name =
      absl::StripTrailingAsciiWhitespace(line.substr(0, equals));
  const absl::string_view value =
      absl::StripAsciiWhitespace(line.substr(equals + 1));
  for (const absl::string_view known : {"syntax", "escape", "check"}) {
    if (!value.empty() && absl::EqualsIgnoreCase(name, known)) {
      return Directive{std::string(known), value};
    }
  }
  return std::nullopt;
}

// The value of the syntax directive, empty where there is none.
absl::string_view FindSyntax(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::StartsWith(rest, "#!")) TakeLine(&rest);
  for (const absl::string_view comment : {"#", "//"}) {
    absl::string_view lines = rest;
    std::vector<std::string> seen;
    while (!lines.empty()) {
      const auto directive = Parse(TakeLine(&lines), comment);
      if (!directive.has_value()) break;
      if (directive->name == "syntax") {
        return directive->value.substr(0, directive->value.find(' '));
      }
      if (absl::c_linear_search(seen, directive->name)) break;
      seen.push_back(directive->name);
    }
  }
  return {};
}

TextRange PlaceOf(absl::string_view part, absl::string_view text) {
  const auto begin = static_cast<size_t>(part.data() - text.data());
  return {begin, begin + part.size()};
}

}  // namespace

size_t SizeOfByteOrderMark(absl::string_view text) {
  return absl::StartsWith(text, "\xEF\xBB\xBF") ? 3 : 0;
}

Directives ReadDirectives(absl::string_view text) {
  Directives result;
  absl::string_view rest = text.substr(SizeOfByteOrderMark(text));
  const absl::string_view syntax = FindSyntax(rest);
  if (!syntax.empty()) result.syntax = PlaceOf(syntax, text);

  std::vector<std::string> seen;
  while (!rest.empty()) {
    const auto directive =
        Parse(absl::StripLeadingAsciiWhitespace(TakeLine(&rest)), "#");
    if (!directive.has_value()) break;
    const TextRange at = PlaceOf(directive->value, text);
    if (absl::c_linear_search(seen, directive->name)) {
      result.problems.push_back(
          {at, absl::StrCat("the directive \"", directive->name,
                            "\" is given twice")});
      break;
    }
    seen.push_back(directive->name);
    if (directive->name != "escape") continue;
    if (directive->value == "\\" || directive->value == "`") {
      result.escape = directive->value[0];
    } else {
      result.problems.push_back({at, "the escape character is \\ or `"});
    }
  }
  return result;
}

}  // namespace pinwarden::dockerfile_internal
