// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml/explain.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/quote.h"
#include "yaml-cpp/exceptions.h"
#include "yaml/check_text.h"

namespace pinwarden {
namespace {

constexpr size_t kNone = absl::string_view::npos;
constexpr absl::string_view kBlanks = " \t\r\n";
constexpr size_t kMaxShownBytes = 64;

// Collects what the rules below look at.
struct Scene {
  absl::string_view text;
  const SyntaxError& error;
  size_t offset;           // of the error, never beyond the last visible byte
  bool at_end;             // nothing but blanks follow
  absl::string_view line;  // that holds it
  size_t column;           // of the error in `line`, from 0

  Problem At(size_t where, std::string message) const {
    return {Severity::kError, PositionAt(text, where), std::move(message)};
  }
  Problem Here(std::string message) const {
    return At(offset, std::move(message));
  }
  size_t line_start() const { return offset - column; }
};

Scene MakeScene(absl::string_view text, const SyntaxError& error) {
  size_t offset = std::min(error.offset, text.size());
  const bool at_end = text.find_first_not_of(kBlanks, offset) == kNone;
  if (at_end) offset = text.find_last_not_of(kBlanks) + 1;
  const absl::string_view line = LineAt(text, offset);
  const size_t column = offset - (text.substr(0, offset).rfind('\n') + 1);
  return {text, error, offset, at_end, line, std::min(column, line.size())};
}

// The text at the error up to a blank or a bracket, quoted.
std::string WordAt(absl::string_view text, size_t offset) {
  const absl::string_view word = text.substr(offset);
  return Quote(word.substr(0, word.find_first_of(" \t\r\n,[]{}")),
               kMaxShownBytes);
}

std::optional<Problem> ExplainTab(const Scene& scene) {
  const absl::string_view indent =
      scene.line.substr(0, scene.line.find_first_not_of(" \t"));
  const size_t tab = indent.find('\t');
  if (tab == kNone) return std::nullopt;
  return scene.At(scene.line_start() + tab,
                  "a tab indents this line; indent with spaces");
}

bool IsAny(absl::string_view message,
           std::initializer_list<absl::string_view> candidates) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [message](absl::string_view candidate) {
                       return absl::StartsWith(message, candidate);
                     });
}

std::optional<Problem> ExplainIndicator(const Scene& scene) {
  namespace msg = YAML::ErrorMsg;
  // The scanner may stand behind the indicator already.
  const absl::string_view before = scene.text.substr(0, scene.offset + 1);
  if (IsAny(scene.error.message, {msg::ALIAS_NOT_FOUND, msg::CHAR_IN_ALIAS,
                                  msg::UNKNOWN_ANCHOR, msg::ALIAS_CONTENT})) {
    const size_t star = before.rfind('*');
    if (star == kNone) return std::nullopt;
    return scene.At(
        star, absl::StrCat("a text that starts with \"*\" has to be quoted: ",
                           WordAt(scene.text, star)));
  }
  if (IsAny(scene.error.message, {msg::ANCHOR_NOT_FOUND, msg::CHAR_IN_ANCHOR,
                                  msg::MULTIPLE_ANCHORS})) {
    const size_t ampersand = before.rfind('&');
    if (ampersand == kNone) return std::nullopt;
    return scene.At(ampersand,
                    "a text that starts with \"&\" has to be quoted");
  }
  if (IsAny(scene.error.message,
            {msg::CHAR_IN_TAG_HANDLE, msg::TAG_WITH_NO_SUFFIX,
             msg::END_OF_VERBATIM_TAG, msg::MULTIPLE_TAGS})) {
    return scene.Here("a text that starts with \"!\" has to be quoted");
  }
  if (scene.error.message == msg::UNKNOWN_TOKEN && !scene.at_end) {
    return scene.Here(absl::StrCat("a text cannot start with ",
                                   Quote(scene.text.substr(scene.offset, 1)),
                                   "; put it in quotes"));
  }
  return std::nullopt;
}

std::optional<Problem> ExplainQuotes(const Scene& scene) {
  namespace msg = YAML::ErrorMsg;
  if (IsAny(scene.error.message, {msg::EOF_IN_SCALAR, msg::DOC_IN_SCALAR})) {
    // The quote was opened after the last thing that the parser understood.
    const size_t quote =
        scene.text.find_first_of("\"'", scene.error.last_offset);
    if (quote == kNone) return std::nullopt;
    return scene.At(quote, "this quote is never closed");
  }
  if (IsAny(scene.error.message,
            {msg::INVALID_ESCAPE, msg::INVALID_HEX, msg::INVALID_UNICODE})) {
    return scene.Here(
        "unknown escape after \"\\\" in double quotes; use single quotes, or "
        "write the backslash twice");
  }
  // key: "text" more
  const absl::string_view before =
      absl::StripTrailingAsciiWhitespace(scene.line.substr(0, scene.column));
  if (IsAny(scene.error.message, {msg::END_OF_MAP, msg::END_OF_SEQ}) &&
      (absl::EndsWith(before, "\"") || absl::EndsWith(before, "'"))) {
    return scene.Here("text after the closing quote; quote the whole value");
  }
  return std::nullopt;
}

std::optional<Problem> ExplainBrackets(const Scene& scene) {
  namespace msg = YAML::ErrorMsg;
  const auto& open = scene.error.open;
  if (scene.error.message == msg::FLOW_END) {
    return scene.Here(absl::StrCat(
        Quote(scene.text.substr(scene.offset, 1)),
        open && open->in_brackets ? " does not fit the opening bracket"
                                  : " closes a bracket that was never opened"));
  }
  if (!open || !open->in_brackets) return std::nullopt;
  const absl::string_view bracket = open->mapping ? "}" : "]";
  if (scene.at_end) {
    return Problem{Severity::kError, open->at,
                   absl::StrCat("this bracket is never closed; a ",
                                Quote(bracket), " is missing")};
  }
  if (IsAny(scene.error.message,
            {msg::END_OF_MAP_FLOW, msg::END_OF_SEQ_FLOW, msg::BLOCK_ENTRY})) {
    return scene.Here(absl::StrCat(
        "expected \",\" or ", Quote(bracket), " here: the bracket opened at ",
        open->at.line, ":", open->at.column, " is not closed yet"));
  }
  return std::nullopt;
}

// The number of the last line before the error's that is neither blank nor a
// comment, or 0.
int LineBefore(const Scene& scene) {
  size_t end = scene.line_start();
  while (end > 0) {
    const absl::string_view line = LineAt(scene.text, end - 1);
    const size_t first = line.find_first_not_of(" \t");
    if (first != kNone && line[first] != '#') {
      return PositionAt(scene.text, end - 1).line;
    }
    end -= std::min(end, line.size() + 1);
  }
  return 0;
}

std::optional<Problem> ExplainColon(const Scene& scene) {
  if (scene.error.message != YAML::ErrorMsg::MAP_VALUE) return std::nullopt;
  const absl::string_view before = scene.line.substr(0, scene.column);
  if (absl::StrContains(before, ": ")) {
    return scene.Here(
        "a second \": \" on this line; a text that contains \": \" has to be "
        "quoted");
  }
  const size_t first = scene.line.find_first_not_of(" -");
  const int line_before = LineBefore(scene);
  if (first == kNone || first >= scene.column || line_before == 0) {
    return scene.Here("this \":\" has no key before it");
  }
  return scene.At(
      scene.line_start() + first,
      absl::StrCat("this reads as part of the text on line ", line_before,
                   "; a \":\" is missing there, or this line is indented too "
                   "far"));
}

std::optional<Problem> ExplainIndentation(const Scene& scene) {
  namespace msg = YAML::ErrorMsg;
  if (scene.error.message == msg::BLOCK_ENTRY ||
      scene.error.message == msg::MAP_KEY) {
    return scene.Here(
        "a list item cannot start here; put it on a line of its own, below "
        "its key");
  }
  if (!IsAny(scene.error.message, {msg::END_OF_MAP, msg::END_OF_SEQ}) ||
      !scene.error.open) {
    return std::nullopt;
  }
  const auto& open = *scene.error.open;
  const absl::string_view rest = scene.text.substr(scene.offset);
  if (open.mapping && absl::StartsWith(rest, "- ")) {
    return scene.Here(absl::StrCat(
        "a list item cannot stand among the keys that start on line ",
        open.at.line, "; is a key missing above, or the indentation off?"));
  }
  return scene.Here(absl::StrCat(
      open.mapping ? "expected another \"key: value\" of those that start at "
                   : "expected another \"- item\" of the list that starts at ",
      open.at.line, ":", open.at.column,
      "; check the indentation of this line"));
}

}  // namespace

Problem ExplainSyntaxError(absl::string_view text, const SyntaxError& error) {
  const Scene scene = MakeScene(text, error);
  for (const auto explain :
       {ExplainTab, ExplainIndicator, ExplainQuotes, ExplainBrackets,
        ExplainColon, ExplainIndentation}) {
    std::optional<Problem> problem = explain(scene);
    if (problem) return *std::move(problem);
  }
  return scene.Here(
      absl::StrCat("not YAML: ", Quote(error.message, 2 * kMaxShownBytes)));
}

}  // namespace pinwarden
