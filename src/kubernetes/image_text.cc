// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/image_text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxShownBytes = 64;
constexpr absl::string_view kTransport = "docker://";

bool IsNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}

// The name in "$(name)", "${name}", "${name:-text}" or "$name" in `text`; ""
// where there is none of these.
absl::string_view VariableIn(absl::string_view text) {
  const bool round = absl::StrContains(text, ')');
  const bool curly = absl::StrContains(text, '}');
  size_t at = 0;
  while ((at = text.find('$', at)) != absl::string_view::npos) {
    absl::string_view rest = text.substr(++at);
    if (round && absl::StartsWith(rest, "(")) {
      const size_t end = rest.find(')');
      if (end != absl::string_view::npos) return rest.substr(1, end - 1);
    } else if (curly && absl::StartsWith(rest, "{")) {
      const size_t end = rest.find('}');
      if (end == absl::string_view::npos) continue;
      rest = rest.substr(1, end - 1);
      const absl::string_view name =
          rest.substr(0, rest.find_first_of(":-=+?"));
      return name.empty() ? rest : name;
    } else if (!rest.empty() && IsNameStart(rest[0])) {
      const auto end = std::find_if(rest.begin(), rest.end(), [](char c) {
        return !IsNameStart(c) &&
               !absl::ascii_isdigit(static_cast<unsigned char>(c));
      });
      return rest.substr(0, static_cast<size_t>(end - rest.begin()));
    }
  }
  return "";
}

std::string WhyTemplate(absl::string_view text, absl::string_view group) {
  const size_t begin = text.find("{{");
  if (begin == absl::string_view::npos) return "";
  const size_t end = text.find("}}", begin);
  const std::string shown =
      Quote(text.substr(begin,
                        end == absl::string_view::npos ? end : end + 2 - begin),
            kMaxShownBytes);
  if (group == "argoproj.io") {
    return absl::StrCat("the parameter ", shown,
                        " gets its value when the workflow runs; look at where "
                        "that is set");
  }
  return absl::StrCat(shown,
                      " is a template; lint what is made of it, such as the "
                      "output of `helm template`");
}

// As YAML 1.1, and JSON, have it: a plain scalar that is no string.
bool IsNumber(absl::string_view text) {
  if (absl::StartsWith(text, "-") || absl::StartsWith(text, "+")) {
    text.remove_prefix(1);
  }
  if (absl::StartsWith(text, "0x")) {
    text.remove_prefix(2);
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF_") ==
                                absl::string_view::npos;
  }
  if (text.empty() || absl::StrContains("eE_", text[0])) return false;
  const size_t exponent = text.find_first_of("eE");
  const absl::string_view mantissa = text.substr(0, exponent);
  if (mantissa.find_first_of("0123456789") == absl::string_view::npos ||
      mantissa.find_first_not_of("0123456789_.") != absl::string_view::npos ||
      std::count(mantissa.begin(), mantissa.end(), '.') > 1) {
    return false;
  }
  if (exponent == absl::string_view::npos) return true;
  absl::string_view digits = text.substr(exponent + 1);
  if (!digits.empty() && absl::StrContains("+-", digits[0])) {
    digits.remove_prefix(1);
  }
  // With more, it is too large for a number.
  return !digits.empty() && digits.size() <= 3 &&
         digits.find_first_not_of("0123456789") == absl::string_view::npos;
}

bool IsBoolean(absl::string_view text) {
  constexpr absl::string_view kWords[] = {"true", "false", "yes",
                                          "no",   "on",    "off"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [text](absl::string_view word) {
                       return absl::EqualsIgnoreCase(text, word);
                     });
}

std::string WhyNoString(const SourceNode& node) {
  const absl::string_view tag = node.tag();
  if (tag == "!!str" || tag == "!" || tag == "tag:yaml.org,2002:str") return "";
  if (!tag.empty()) {
    return absl::StrCat("it has the tag ", Quote(tag, kMaxShownBytes),
                        "; write it as a plain string");
  }
  if (node.style() != SourceNode::Style::kPlain) return "";
  const bool number = IsNumber(node.scalar());
  if (!number && !IsBoolean(node.scalar())) return "";
  return absl::StrCat("this is ", number ? "a number" : "true or false",
                      " and no string; put it in quotes");
}

}  // namespace

TextRange StartOf(const SourceNode& node, absl::string_view text) {
  const TextRange at = node.at();
  const absl::string_view start =
      text.substr(at.begin, std::min(at.end - at.begin, kMaxShownBytes));
  return {at.begin,
          at.begin + start.substr(0, start.find_first_of("\r\n")).size()};
}

std::string WhyUnknown(const SourceNode& node, absl::string_view group) {
  if (!node.IsScalar()) {
    return absl::StrCat("this is a ", node.IsMapping() ? "mapping" : "list",
                        " and no string");
  }
  // What is longer is no reference anyway.
  const absl::string_view text = node.scalar().substr(0, kMaxReferenceBytes);
  std::string why = WhyTemplate(text, group);
  if (!why.empty()) return why;
  const absl::string_view variable = VariableIn(text);
  if (!variable.empty()) {
    return absl::StrCat("the variable ", Quote(variable, kMaxShownBytes),
                        " has no value here; lint the file as it is applied, "
                        "with that filled in");
  }
  return WhyNoString(node);
}

ImageUse UseOfText(const SourceNode& node, absl::string_view group,
                   absl::string_view text) {
  ImageUse use = UseOf(node, "");
  use.not_judged = WhyUnknown(node, group);
  if (node.IsScalar()) {
    if (absl::StartsWith(use.image, kTransport)) {
      use.image.erase(0, kTransport.size());
      if (use.literal) use.at.begin += kTransport.size();
    }
    // A pin in it would be one of what nobody knows.
    use.literal = use.literal && use.not_judged.empty();
    return use;
  }
  // `image: {{ .Values.image }}` is a mapping to YAML.
  use.at = StartOf(node, text);
  use.image = std::string(absl::StripAsciiWhitespace(
      text.substr(use.at.begin, use.at.end - use.at.begin)));
  const std::string why = WhyTemplate(use.image, group);
  if (!why.empty()) use.not_judged = why;
  return use;
}

}  // namespace pinwarden
