// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml/tree_builder.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "yaml/check_text.h"

namespace pinwarden {
namespace {

size_t OffsetOf(const YAML::Mark& mark) {
  return mark.pos < 0 ? 0 : static_cast<size_t>(mark.pos);
}

// False when a quote starts at `offset` and none ends it. yaml-cpp 0.7 then
// takes all the rest of the file for the scalar, where that ends in a line
// feed.
bool QuoteIsClosed(absl::string_view text, size_t offset) {
  if (offset >= text.size()) return true;
  const char quote = text[offset];
  if (quote != '"' && quote != '\'') return true;
  for (size_t i = offset + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || text.substr(i + 1, 1) != "'") return true;
      ++i;
    }
  }
  return false;
}

bool Less(Position a, Position b) {
  return std::make_pair(a.line, a.column) < std::make_pair(b.line, b.column);
}

}  // namespace

bool TreeBuilder::Enter(const YAML::Mark& mark) {
  last_offset_ = OffsetOf(mark);
  ++events_;
  if (!stopped_ && events_ > kMaxYamlNodes) {
    Stop(At(mark),
         absl::StrCat("more than ", kMaxYamlNodes, " values in one file"));
  }
  return !stopped_;
}

void TreeBuilder::Stop(Position at, std::string message) {
  stopped_ = true;
  log_->Error(at, std::move(message));
}

Position TreeBuilder::At(const YAML::Mark& mark) const {
  if (mark.is_null()) return Position();
  return {mark.line + 1,
          mark.column + 1 + (mark.line == 0 ? first_line_shift_ : 0)};
}

// yaml-cpp gives an absent value the place of whatever comes next. A reader
// looks for it at its key, or at the dash that has nothing after it.
Position TreeBuilder::NullAt(const YAML::Mark& mark) const {
  const Position at = At(mark);
  if (frames_.empty()) return at;
  const Frame& frame = frames_.back();
  if (frame.has_key) return frame.key_at.line == at.line ? at : frame.key_at;
  if (frame.mapping || frame.in_brackets) return at;
  const absl::string_view here = LineAt(text_, OffsetOf(mark));
  if (absl::StrContains(here.substr(0, static_cast<size_t>(mark.column)),
                        '-')) {
    return at;  // "- ~" or "- null"
  }
  size_t line_end = text_.substr(0, OffsetOf(mark)).rfind('\n');
  for (int line = at.line - 1; line_end != absl::string_view::npos; --line) {
    const absl::string_view above = LineAt(text_, line_end);
    const size_t dash = above.find_first_not_of(' ');
    if (dash != absl::string_view::npos && above[dash] == '-') {
      return {line, static_cast<int>(dash) + 1};
    }
    line_end = text_.substr(0, line_end).rfind('\n');
  }
  return at;
}

void TreeBuilder::CheckTag(const YAML::Mark& mark, const std::string& tag) {
  // yaml-cpp itself gives "!" to scalars in quotes and "?" to all else.
  const bool own = tag.empty() || tag == "?" || tag == "!";
  if (own && !absl::StartsWith(
                 text_.substr(std::min(OffsetOf(mark), text_.size())), "!")) {
    return;
  }
  log_->Error(At(mark),
              "tags are not supported; a text that starts with \"!\" has to be "
              "quoted");
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 1 || stopped_) return;
  const absl::string_view rest =
      text_.substr(std::min(OffsetOf(mark), text_.size()));
  Stop(At(mark),
       absl::StartsWith(rest, "---")
           ? "a second document starts here; a file holds one"
           : "this does not belong to what is above it; check that all "
             "top-level keys start in the same column");
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t) {
  if (Enter(mark)) Place(YamlNode(NullAt(mark)));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  if (!Enter(mark)) return;
  log_->Error(At(mark),
              "aliases are not supported; write the value out, or quote a "
              "pattern that starts with \"*\"");
  Place(YamlNode(At(mark)));
}

void TreeBuilder::OnAnchor(const YAML::Mark& mark, const std::string&) {
  if (!Enter(mark)) return;
  log_->Error(At(mark),
              "anchors are not supported; a text that starts with \"&\" has to "
              "be quoted");
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                           YAML::anchor_t, const std::string& value) {
  if (!Enter(mark)) return;
  CheckTag(mark, tag);
  const bool quoted = tag == "!";
  if (quoted && !QuoteIsClosed(text_, OffsetOf(mark))) {
    return Stop(At(mark), "this quote is never closed");
  }
  Place(YamlNode(At(mark), Keep(mark, quoted, value), quoted));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark,
                                  const std::string& tag, YAML::anchor_t,
                                  YAML::EmitterStyle::value style) {
  if (!Enter(mark)) return;
  CheckTag(mark, tag);
  Open(mark, false, style == YAML::EmitterStyle::Flow);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag,
                             YAML::anchor_t, YAML::EmitterStyle::value style) {
  if (!Enter(mark)) return;
  CheckTag(mark, tag);
  Open(mark, true, style == YAML::EmitterStyle::Flow);
}

void TreeBuilder::Open(const YAML::Mark& mark, bool mapping, bool in_brackets) {
  if (frames_.size() >= kMaxYamlDepth) {
    return Stop(At(mark),
                absl::StrCat("nested deeper than ", kMaxYamlDepth, " levels"));
  }
  Frame frame;
  frame.mapping = mapping;
  frame.in_brackets = in_brackets;
  frame.at = At(mark);
  frame.first = mapping ? entries_.size() : nodes_.size();
  frames_.push_back(frame);
}

void TreeBuilder::OnSequenceEnd() {
  if (stopped_) return;
  const Frame frame = frames_.back();
  frames_.pop_back();
  Place(YamlNode(frame.at, TakeFrom(&nodes_, frame.first)));
}

void TreeBuilder::OnMapEnd() {
  if (stopped_) return;
  const Frame frame = frames_.back();
  frames_.pop_back();
  const absl::Span<const YamlEntry> entries = TakeFrom(&entries_, frame.first);
  CheckDuplicates(entries);
  Place(YamlNode(frame.at, entries));
}

void TreeBuilder::Place(const YamlNode& node) {
  if (frames_.empty()) {
    root_ = node;
    return;
  }
  Frame& frame = frames_.back();
  if (!frame.mapping) {
    nodes_.push_back(node);
  } else if (frame.has_key) {
    entries_.push_back({frame.key, frame.key_at, node});
    frame.has_key = false;
  } else {
    if (node.kind() != YamlNode::Kind::kScalar) {
      log_->Error(node.at(), "a key has to be a plain text before a \":\"");
    } else if (node.scalar() == "<<" && !node.quoted()) {
      log_->Error(node.at(),
                  "merge keys are not supported; write the values "
                  "out");
    }
    frame.key = node.scalar();
    frame.key_at = node.at();
    frame.has_key = true;
  }
}

void TreeBuilder::CheckDuplicates(absl::Span<const YamlEntry> entries) {
  std::vector<const YamlEntry*> sorted;
  sorted.reserve(entries.size());
  for (const YamlEntry& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const YamlEntry* a, const YamlEntry* b) {
              if (a->key != b->key) return a->key < b->key;
              return Less(a->key_at, b->key_at);
            });
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key.empty() || sorted[i]->key != sorted[i - 1]->key) {
      continue;
    }
    log_->Error(
        sorted[i]->key_at,
        absl::StrCat("key ", Quote(sorted[i]->key, 64),
                     " was already given on line ", sorted[i - 1]->key_at.line,
                     "; keep one of the two"));
  }
}

absl::string_view TreeBuilder::Keep(const YAML::Mark& mark, bool quoted,
                                    const std::string& value) {
  // Most scalars stand in the text just so, and need no memory.
  const size_t offset = OffsetOf(mark) + (quoted ? 1 : 0);
  if (offset <= text_.size() &&
      text_.substr(offset, value.size()) == absl::string_view(value)) {
    return text_.substr(offset, value.size());
  }
  char* copy = static_cast<char*>(memory_->allocate(value.size(), 1));
  std::memcpy(copy, value.data(), value.size());
  return absl::string_view(copy, value.size());
}

template <typename T>
absl::Span<const T> TreeBuilder::TakeFrom(std::vector<T>* stack, size_t first) {
  const size_t count = stack->size() - first;
  if (count == 0) return {};
  T* copy = static_cast<T*>(memory_->allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_copy(stack->begin() + static_cast<ptrdiff_t>(first),
                          stack->end(), copy);
  stack->resize(first);
  return absl::MakeConstSpan(copy, count);
}

}  // namespace pinwarden
