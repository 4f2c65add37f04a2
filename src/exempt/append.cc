// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Adds entries to a file that people write: as text, so that all else in it
// stays, and then read again, so that nothing is there but what was meant.
#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/exempt.h"
#include "pinwarden/quote.h"
#include "pinwarden/yaml.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kNewFile =
    "# Written by `pinwarden exempt`; yours to edit.\nversion: 1\n";
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How entries look, and where they go.
struct Layout {
  std::string indent = "  ";  // before the dash
  std::string gap = " ";      // after it
  std::string newline = "\n";
  bool spaced = false;  // a blank line stands between entries
  bool key = false;     // "exemptions:" is to be written too
  size_t at = 0;        // the offset that they go to
};

absl::Status CannotAdd(absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("exemptions cannot be added to it: ", why));
}

size_t OffsetOfLine(absl::string_view text, int line) {
  size_t offset = 0;
  for (int i = 1; i < line; ++i) {
    const size_t end = text.find('\n', offset);
    if (end == absl::string_view::npos) return text.size();
    offset = end + 1;
  }
  return offset;
}

absl::string_view LineAt(absl::string_view text, size_t offset) {
  return text.substr(offset, text.find('\n', offset) - offset);
}

size_t OffsetOf(absl::string_view text, Position at) {
  return OffsetOfLine(text, at.line) + static_cast<size_t>(at.column - 1);
}

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty();
}

// Before the line of `next`, and before the comments that belong to that.
size_t EndBefore(absl::string_view text, Position next) {
  int line = next.line;
  while (line > 1) {
    const absl::string_view above =
        absl::StripAsciiWhitespace(LineAt(text, OffsetOfLine(text, line - 1)));
    if (!above.empty() && above[0] != '#') break;
    --line;
  }
  return OffsetOfLine(text, line);
}

// How the last entry of a list in lines is written.
absl::Status LearnFrom(absl::string_view text, absl::Span<const YamlNode> items,
                       Layout* layout) {
  const Position last = items.back().at();
  const size_t line = OffsetOfLine(text, last.line);
  const absl::string_view before =
      text.substr(line, static_cast<size_t>(last.column - 1));
  const size_t dash = before.find_first_not_of(' ');
  if (dash == absl::string_view::npos || before[dash] != '-' ||
      before.find_first_not_of(' ', dash + 1) != absl::string_view::npos ||
      before.size() == dash + 1) {
    return CannotAdd(absl::StrCat("line ", last.line,
                                  " does not start with \"- name: ...\""));
  }
  layout->indent = std::string(before.substr(0, dash));
  layout->gap = std::string(before.substr(dash + 1));
  layout->spaced = items.size() > 1 && last.line > 1 &&
                   IsBlank(LineAt(text, OffsetOfLine(text, last.line - 1)));
  return absl::OkStatus();
}

// Makes room in "exemptions: []", or fails.
absl::Status OpenBrackets(const YamlNode& list, std::string* text,
                          Layout* layout) {
  const size_t open = OffsetOf(*text, list.at());
  const size_t close = text->find(']', open);
  if (!list.items().empty() || close == std::string::npos ||
      !IsBlank(absl::string_view(*text).substr(open + 1, close - open - 1))) {
    return CannotAdd(
        "its list is written in brackets; write one \"- name: ...\" a line");
  }
  size_t from = open;
  while (from > 0 && (*text)[from - 1] == ' ') --from;
  text->erase(from, close + 1 - from);
  const size_t end = text->find('\n', from);
  layout->at = end == std::string::npos ? text->size() : end + 1;
  return absl::OkStatus();
}

// Finds the place in `text`, which may be changed where the list is empty.
absl::Status FindPlace(const YamlNode& root, std::string* text,
                       Layout* layout) {
  layout->at = text->size();
  const YamlEntry* exemptions = nullptr;
  for (const YamlEntry& entry : root.entries()) {
    if (entry.key == "exemptions") exemptions = &entry;
  }
  if (exemptions == nullptr) {
    layout->key = true;
    return absl::OkStatus();
  }
  const YamlNode& list = exemptions->value;
  if (list.kind() == YamlNode::Kind::kNull) {
    const size_t line = OffsetOfLine(*text, exemptions->key_at.line);
    const size_t end = text->find('\n', line);
    if (end != std::string::npos) layout->at = end + 1;
    return absl::OkStatus();
  }
  if (list.kind() != YamlNode::Kind::kSequence) {
    return CannotAdd("\"exemptions\" is not a list");
  }
  const size_t start = OffsetOf(*text, list.at());
  if (start < text->size() && (*text)[start] == '[') {
    return OpenBrackets(list, text, layout);
  }
  const absl::Status learnt = LearnFrom(*text, list.items(), layout);
  if (!learnt.ok()) return learnt;
  for (const YamlEntry& entry : root.entries()) {
    if (entry.key_at.line <= exemptions->key_at.line) continue;
    layout->at = std::min(layout->at, EndBefore(*text, entry.key_at));
  }
  return absl::OkStatus();
}

// A text as YAML reads it back: plain where that is safe, else in quotes.
std::string Scalar(absl::string_view text) {
  const auto plain = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::StrContains(" -._/", c);
  };
  const bool safe =
      !text.empty() &&
      absl::ascii_isalnum(static_cast<unsigned char>(text.front())) &&
      text.back() != ' ' && std::all_of(text.begin(), text.end(), plain) &&
      absl::AsciiStrToLower(text) != "null";
  if (safe) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

std::string Render(absl::Span<const NewExemption> exemptions,
                   const Layout& layout) {
  const std::string& end = layout.newline;
  const std::string more(layout.indent.size() + 1 + layout.gap.size(), ' ');
  std::string out = layout.key ? absl::StrCat("exemptions:", end) : "";
  bool first = layout.key;
  for (const NewExemption& e : exemptions) {
    if (layout.spaced && !first) absl::StrAppend(&out, end);
    first = false;
    absl::StrAppend(&out, layout.indent, "-", layout.gap,
                    "name: ", Scalar(e.name), end);
    absl::StrAppend(&out, more, "match: {namespaces: [", Scalar(e.name_space),
                    "], images: [", Scalar(e.image), "]}", end);
    absl::StrAppend(&out, more, "reason: ", Scalar(e.reason), end);
    absl::StrAppend(&out, more, "owner: ", Scalar(e.owner), end);
    absl::StrAppend(&out, more, "expires: ", Scalar(e.expires), end);
  }
  return out;
}

// What a file with exemptions holds, all in one text.
std::string Dump(const YamlNode& node) {
  switch (node.kind()) {
    case YamlNode::Kind::kNull:
      return "~";
    case YamlNode::Kind::kScalar:
      return Quote(node.scalar(), node.scalar().size() * 4 + 8);
    case YamlNode::Kind::kSequence: {
      std::string out = "[";
      for (const YamlNode& item : node.items()) {
        absl::StrAppend(&out, Dump(item), ",");
      }
      return out + "]";
    }
    case YamlNode::Kind::kMapping: {
      std::string out = "{";
      for (const YamlEntry& entry : node.entries()) {
        absl::StrAppend(&out, Quote(entry.key), ":", Dump(entry.value), ",");
      }
      return out + "}";
    }
  }
  return "";
}

// Each old entry, and each other key, as it was; then the new ones by name.
bool HoldsBoth(const YamlNode& before, const YamlNode& after,
               absl::Span<const NewExemption> exemptions) {
  for (const YamlEntry& entry : before.entries()) {
    const YamlNode* const now = after.Find(entry.key);
    if (now == nullptr) return false;
    if (entry.key != "exemptions" && Dump(*now) != Dump(entry.value)) {
      return false;
    }
  }
  const YamlNode* const list = after.Find("exemptions");
  const YamlNode* const old_list = before.Find("exemptions");
  const size_t old = old_list == nullptr ? 0 : old_list->items().size();
  if (list == nullptr || list->items().size() != old + exemptions.size()) {
    return false;
  }
  for (size_t i = 0; i < old; ++i) {
    if (Dump(list->items()[i]) != Dump(old_list->items()[i])) return false;
  }
  for (size_t i = 0; i < exemptions.size(); ++i) {
    const YamlNode* const name = list->items()[old + i].Find("name");
    if (name == nullptr || name->scalar() != exemptions[i].name) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> AppendExemptions(
    absl::string_view text, absl::Span<const NewExemption> exemptions) {
  if (exemptions.empty()) return std::string(text);
  const YamlDocument before = ParseYaml(text);
  if (!before.complete || HasErrors(before.problems)) {
    return CannotAdd("it is not YAML");
  }
  std::string edited(text);
  Layout layout;
  if (before.root.kind() == YamlNode::Kind::kNull) {
    // Nothing but comments, if anything.
    if (!edited.empty() && edited.back() != '\n') edited.push_back('\n');
    absl::StrAppend(&edited, edited.empty() ? kNewFile : "version: 1\n");
    layout.key = true;
    layout.at = edited.size();
  } else if (before.root.kind() != YamlNode::Kind::kMapping ||
             absl::StartsWith(
                 absl::string_view(edited).substr(std::min(
                     OffsetOf(edited, before.root.at()), edited.size())),
                 "{") ||
             absl::StartsWith(edited, kByteOrderMark)) {
    return CannotAdd("it has to be YAML in lines, without brackets around all");
  } else {
    if (absl::StrContains(edited, "\r\n")) layout.newline = "\r\n";
    const absl::Status status = FindPlace(before.root, &edited, &layout);
    if (!status.ok()) return status;
  }
  std::string added = Render(exemptions, layout);
  if (layout.at > 0 && edited[layout.at - 1] != '\n') {
    added.insert(0, layout.newline);
  }
  edited.insert(layout.at, added);
  const YamlDocument after = ParseYaml(edited);
  if (!after.complete || HasErrors(after.problems) ||
      !HoldsBoth(before.root, after.root, exemptions)) {
    return CannotAdd("its lines are laid out in a way that is not understood");
  }
  return edited;
}

}  // namespace pinwarden
