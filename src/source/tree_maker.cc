// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "source/tree_maker.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

// A place, of which a few bytes are enough.
TextRange Short(TextRange at) {
  constexpr size_t kMaxBytes = 64;
  return {at.begin, std::min(at.end, at.begin + kMaxBytes)};
}

}  // namespace

void AddProblem(SourceTree* tree, TextRange at, std::string message) {
  if (tree->problems.size() > kMaxSourceProblems) return;
  if (tree->problems.size() == kMaxSourceProblems) {
    message = "there is more wrong with this file than is shown";
  }
  tree->problems.push_back({at, std::move(message)});
}

void TreeMaker::Problem(TextRange at, std::string message) {
  AddProblem(tree_, Short(at), std::move(message));
}

void TreeMaker::StartDocument() {
  frames_.clear();
  nodes_.clear();
  entries_.clear();
  anchors_.clear();
  root_ = SourceNode();
  has_root_ = false;
}

void TreeMaker::EndDocument() {
  if (has_root_) tree_->documents.push_back(root_);
}

bool TreeMaker::Count(size_t nodes, TextRange at) {
  if (full()) return false;
  nodes_made_ += nodes;
  if (!full()) return true;
  Problem(at, absl::StrCat("more than ", kMaxSourceNodes,
                           " values up to here, aliases written out: the rest "
                           "is not looked at"));
  return false;
}

bool TreeMaker::Scalar(TextRange at, absl::string_view value,
                       SourceNode::Style style, const Properties& properties) {
  // What many aliases stand for is looked at many times, so length counts.
  constexpr size_t kBytesLikeANode = 64;
  const size_t weight = 1 + value.size() / kBytesLikeANode;
  if (!Count(weight, at)) return false;
  const bool literal = text_.substr(at.begin, at.end - at.begin) == value;
  const SourceNode node = SourceNode(at, Keep(at, value), style, literal)
                              .WithTag(KeepTag(properties.tag));
  Remember(properties.anchor, {node, weight, 0});
  return Place(node, 0);
}

bool TreeMaker::Null(TextRange at, const Properties& properties) {
  if (!Count(1, at)) return false;
  const SourceNode node = SourceNode(at).WithTag(KeepTag(properties.tag));
  Remember(properties.anchor, {node, 1, 0});
  return Place(node, 0);
}

bool TreeMaker::Alias(TextRange at, absl::string_view anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    const bool inside =
        std::any_of(frames_.begin(), frames_.end(),
                    [anchor](const Frame& f) { return f.anchor == anchor; });
    Problem(at, absl::StrCat("alias ", Quote(anchor, 64),
                             inside ? " is inside of what it stands for"
                                    : " stands for no anchor above it"));
    return Count(1, at) && Place(SourceNode(at), 0);
  }
  const Anchored& anchored = found->second;
  if (frames_.size() + static_cast<size_t>(anchored.height) > kMaxSourceDepth) {
    return TooDeep(at);
  }
  return Count(anchored.nodes, at) && Place(anchored.node, anchored.height);
}

bool TreeMaker::TooDeep(TextRange at) {
  Problem(at, absl::StrCat("nested deeper than ", kMaxSourceDepth,
                           " levels: this document is not looked at"));
  return false;
}

bool TreeMaker::Open(size_t begin, bool mapping, const Properties& properties) {
  const TextRange at = {begin, begin + 1};
  if (frames_.size() >= kMaxSourceDepth) return TooDeep(at);
  const size_t made_before = nodes_made_;
  if (!Count(1, at)) return false;
  Frame frame;
  frame.mapping = mapping;
  frame.begin = begin;
  frame.first = mapping ? entries_.size() : nodes_.size();
  frame.anchor = std::string(properties.anchor);
  frame.tag = KeepTag(properties.tag);
  frame.made_before = made_before;
  frames_.push_back(std::move(frame));
  return true;
}

bool TreeMaker::Close(size_t end) {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  const TextRange at = {frame.begin, std::max(frame.begin, end)};
  const SourceNode node =
      (frame.mapping ? CloseMapping(frame, at)
                     : SourceNode(at, TakeFrom(&nodes_, frame.first)))
          .WithTag(frame.tag);
  const int height = frame.height + 1;
  Remember(frame.anchor, {node, nodes_made_ - frame.made_before, height});
  return Place(node, height);
}

bool TreeMaker::Place(const SourceNode& node, int height) {
  if (frames_.empty()) {
    root_ = node;
    has_root_ = true;
    return true;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, height);
  if (!frame.mapping) {
    nodes_.push_back(node);
    return true;
  }
  switch (frame.expects) {
    case Frame::kKey:
      PlaceKey(node, &frame);
      return true;
    case Frame::kDropValue:
      break;
    case Frame::kValue:
      if (frame.merge) {
        frame.merged.push_back(node);
      } else {
        entries_.push_back({frame.key, frame.key_at, node});
      }
      break;
  }
  frame.expects = Frame::kKey;
  return true;
}

void TreeMaker::PlaceKey(const SourceNode& node, Frame* frame) {
  if (node.IsSequence() || node.IsMapping()) {
    Problem(node.at(), "a key has to be a plain text before a \":\"");
    frame->expects = Frame::kDropValue;
    return;
  }
  frame->expects = Frame::kValue;
  frame->key = node.scalar();
  frame->key_at = node.at();
  frame->merge = node.scalar() == "<<" &&
                 node.style() == SourceNode::Style::kPlain &&
                 node.tag().empty();
}

SourceNode TreeMaker::CloseMapping(const Frame& frame, TextRange at) {
  CheckDuplicates(absl::MakeConstSpan(entries_).subspan(frame.first));
  if (!frame.merged.empty()) Merge(frame);
  return SourceNode(at, TakeFrom(&entries_, frame.first));
}

void TreeMaker::Merge(const Frame& frame) {
  absl::flat_hash_map<absl::string_view, bool> present;
  for (size_t i = frame.first; i < entries_.size(); ++i) {
    present.emplace(entries_[i].key, true);
  }
  const auto add = [&](const SourceNode& from) {
    if (!from.IsMapping()) {
      Problem(from.at(), "a merge key takes mappings only");
      return;
    }
    // The last of those given twice, as everywhere.
    const absl::Span<const SourceEntry> all = from.entries();
    for (size_t i = all.size(); i-- > 0;) {
      if (present.emplace(all[i].key, true).second) entries_.push_back(all[i]);
    }
  };
  for (const SourceNode& merged : frame.merged) {
    if (!merged.IsSequence()) {
      add(merged);
      continue;
    }
    for (const SourceNode& item : merged.items()) add(item);
  }
}

void TreeMaker::CheckDuplicates(absl::Span<const SourceEntry> entries) {
  std::vector<const SourceEntry*> sorted;
  sorted.reserve(entries.size());
  for (const SourceEntry& entry : entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const SourceEntry* a, const SourceEntry* b) {
              if (a->key != b->key) return a->key < b->key;
              return a->key_at.begin < b->key_at.begin;
            });
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key != sorted[i - 1]->key) continue;
    Problem(sorted[i]->key_at,
            absl::StrCat("key ", Quote(sorted[i]->key, 64),
                         " is given twice in one mapping; only the last one "
                         "counts, if the file is taken at all"));
  }
}

void TreeMaker::Remember(absl::string_view anchor, const Anchored& anchored) {
  if (!anchor.empty()) anchors_.insert_or_assign(std::string(anchor), anchored);
}

const std::string* TreeMaker::KeepTag(absl::string_view tag) {
  // yaml.org's own tags say what a plain text already is.
  if (tag.empty() || tag == "!") return nullptr;
  const auto known = tags_.find(tag);
  if (known != tags_.end()) return known->second;
  tree_->tags.push_back(std::make_unique<const std::string>(tag));
  const std::string* const kept = tree_->tags.back().get();
  tags_.emplace(*kept, kept);
  return kept;
}

absl::string_view TreeMaker::Keep(TextRange at, absl::string_view value) {
  // Most scalars stand in the text just so, and need no memory.
  const absl::string_view written = text_.substr(at.begin, value.size());
  if (written == value) return written;
  char* copy = static_cast<char*>(tree_->memory->allocate(value.size(), 1));
  std::memcpy(copy, value.data(), value.size());
  return absl::string_view(copy, value.size());
}

template <typename T>
absl::Span<const T> TreeMaker::TakeFrom(std::vector<T>* stack, size_t first) {
  const size_t count = stack->size() - first;
  if (count == 0) return {};
  T* copy =
      static_cast<T*>(tree_->memory->allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_copy(stack->begin() + static_cast<ptrdiff_t>(first),
                          stack->end(), copy);
  stack->resize(first);
  return absl::MakeConstSpan(copy, count);
}

}  // namespace pinwarden
