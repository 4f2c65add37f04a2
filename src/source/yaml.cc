// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// libyaml scans and parses; everything about it stays here. go-yaml, which
// Kubernetes, Helm and Compose read their files with, was made from it, so it
// takes what they take. It gives out events, so its memory is that of one.
#include <yaml.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/source_tree.h"
#include "source/offsets.h"
#include "source/tree_maker.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::string_view View(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

// Where the properties end that stand before a node, such as "!Sub &name ".
// libyaml counts them as part of it.
size_t SkipProperties(absl::string_view text, size_t begin, size_t end) {
  size_t i = begin;
  while (i < end) {
    if (text[i] == '!' || text[i] == '&') {
      i = std::min(end, text.find_first_of(" \t\r\n", i));
    } else if (text[i] == '#') {
      i = std::min(end, text.find_first_of("\r\n", i));
    } else if (absl::string_view(" \t\r\n").find(text[i]) !=
               absl::string_view::npos) {
      ++i;
    } else {
      break;
    }
  }
  return i;
}

bool IsNull(absl::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" ||
         plain == "NULL";
}

// Reads one stream of documents, from a place in the text on.
class Reader {
 public:
  Reader(absl::string_view text, SourceTree* tree)
      : text_(text), tree_(tree), offsets_(text), maker_(text, tree) {}

  // Reads from `start` on. Where that came to an end: at the text's end, or in
  // a document that cannot be read, whose problem is among the tree's.
  size_t ReadFrom(size_t start);

  bool full() const { return maker_.full(); }

 private:
  TextRange At(const yaml_event_t& event) const {
    const size_t begin = offsets_.ByteAt(base_ + event.start_mark.index);
    return {begin,
            std::max(begin, offsets_.ByteAt(base_ + event.end_mark.index))};
  }
  bool Take(const yaml_event_t& event);
  bool TakeScalar(const yaml_event_t& event);
  size_t Fail(const yaml_parser_t& parser);

  const absl::string_view text_;
  SourceTree* const tree_;
  const CharacterOffsets offsets_;
  TreeMaker maker_;
  size_t base_ = 0;  // characters before what libyaml was given
};

size_t Reader::ReadFrom(size_t start) {
  base_ = offsets_.CharactersBefore(start);
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) {
    AddProblem(tree_, {start, start}, "the YAML parser could not be started");
    return text_.size();
  }
  const auto clean_up =
      absl::MakeCleanup([&parser] { yaml_parser_delete(&parser); });
  const absl::string_view rest = text_.substr(start);
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(
      &parser, reinterpret_cast<const unsigned char*>(rest.data()),
      rest.size());
  for (;;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) return Fail(parser);
    const bool ended = event.type == YAML_STREAM_END_EVENT;
    const size_t end = At(event).end;
    const bool good = Take(event);
    yaml_event_delete(&event);
    if (ended) return text_.size();
    if (!good) return end;
  }
}

bool Reader::Take(const yaml_event_t& event) {
  const TextRange at = At(event);
  switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
      maker_.StartDocument();
      return true;
    case YAML_DOCUMENT_END_EVENT:
      maker_.EndDocument();
      return true;
    case YAML_ALIAS_EVENT:
      return maker_.Alias(at, View(event.data.alias.anchor));
    case YAML_SCALAR_EVENT:
      return TakeScalar(event);
    case YAML_SEQUENCE_START_EVENT: {
      const auto& start = event.data.sequence_start;
      return maker_.Open(SkipProperties(text_, at.begin, at.end), false,
                         {View(start.anchor), View(start.tag)});
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& start = event.data.mapping_start;
      return maker_.Open(SkipProperties(text_, at.begin, at.end), true,
                         {View(start.anchor), View(start.tag)});
    }
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return maker_.Close(at.end);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
      return true;
  }
  return true;
}

bool Reader::TakeScalar(const yaml_event_t& event) {
  const auto& scalar = event.data.scalar;
  const absl::string_view value(reinterpret_cast<const char*>(scalar.value),
                                scalar.length);
  const TreeMaker::Properties properties = {View(scalar.anchor),
                                            View(scalar.tag)};
  TextRange at = At(event);
  if (scalar.anchor != nullptr || scalar.tag != nullptr) {
    at.begin = SkipProperties(text_, at.begin, at.end);
  }
  switch (scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      if (at.end - at.begin >= 2) at = {at.begin + 1, at.end - 1};
      return maker_.Scalar(at, value, SourceNode::Style::kQuoted, properties);
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE: {
      // One line of text is where that is.
      const size_t line = text_.substr(0, at.end).find(value, at.begin);
      if (!value.empty() && line != absl::string_view::npos &&
          !absl::StrContains(value, '\n')) {
        at = {line, line + value.size()};
      }
      return maker_.Scalar(at, value, SourceNode::Style::kBlock, properties);
    }
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
      break;
  }
  if (properties.tag.empty() && IsNull(value)) {
    return maker_.Null(at, properties);
  }
  return maker_.Scalar(at, value, SourceNode::Style::kPlain, properties);
}

size_t Reader::Fail(const yaml_parser_t& parser) {
  const size_t offset = offsets_.ByteAt(base_ + parser.problem_mark.index);
  // What opened and is not closed says more than where that was noticed.
  std::string message = absl::StrCat(
      "this is not YAML: ",
      parser.problem == nullptr ? "it cannot be read" : parser.problem);
  if (parser.context != nullptr) {
    absl::StrAppend(&message, " ", parser.context);
    if (parser.context_mark.index != parser.problem_mark.index) {
      const absl::string_view before =
          text_.substr(0, offsets_.ByteAt(base_ + parser.context_mark.index));
      absl::StrAppend(&message, " that starts on line ",
                      std::count(before.begin(), before.end(), '\n') + 1);
    }
  }
  AddProblem(tree_, {offset, std::min(offset + 1, text_.size())},
             std::move(message));
  return offset;
}

// The next line after `offset` that starts a document.
size_t NextDocument(absl::string_view text, size_t offset) {
  size_t i = offset;
  while ((i = text.find("\n---", i)) != absl::string_view::npos) {
    ++i;
    const absl::string_view after = text.substr(i + 3, 1);
    if (after.empty() || absl::StrContains(" \t\r\n", after)) return i;
  }
  return text.size();
}

}  // namespace

SourceTree ParseYamlSource(absl::string_view text) {
  SourceTree tree;
  tree.memory = std::make_unique<std::pmr::monotonic_buffer_resource>();
  if (text.size() > kMaxSourceBytes) {
    AddProblem(&tree, {0, 0},
               absl::StrCat("larger than ", kMaxSourceBytes, " bytes"));
    return tree;
  }
  size_t start =
      absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  if (auto problem = CheckSourceText(text.substr(start))) {
    AddProblem(&tree, {problem->at.begin + start, problem->at.end + start},
               std::move(problem->message));
    return tree;
  }
  Reader reader(text, &tree);
  while (start < text.size() && !reader.full() &&
         tree.problems.size() <= kMaxSourceProblems) {
    const size_t end = reader.ReadFrom(start);
    start = NextDocument(text, std::max(end, start + 1) - 1);
  }
  return tree;
}

}  // namespace pinwarden
