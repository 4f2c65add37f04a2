// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/source_tree.h"

#include <initializer_list>

namespace pinwarden {
namespace {

const SourceNode& NoNode() {
  static const SourceNode node;
  return node;
}

}  // namespace

SourceNode::SourceNode(Kind kind, TextRange at, const void* data, size_t size)
    : data_(data),
      size_(static_cast<uint32_t>(size)),
      begin_(static_cast<uint32_t>(at.begin)),
      end_(static_cast<uint32_t>(at.end)),
      kind_(kind) {}

SourceNode::SourceNode(TextRange at)
    : SourceNode(Kind::kNull, at, nullptr, 0) {}

SourceNode::SourceNode(TextRange at, absl::string_view scalar, Style style,
                       bool literal)
    : SourceNode(Kind::kScalar, at, scalar.data(), scalar.size()) {
  style_ = style;
  literal_ = literal;
}

SourceNode::SourceNode(TextRange at, absl::Span<const SourceNode> items)
    : SourceNode(Kind::kSequence, at, items.data(), items.size()) {}

SourceNode::SourceNode(TextRange at, absl::Span<const SourceEntry> entries)
    : SourceNode(Kind::kMapping, at, entries.data(), entries.size()) {}

SourceNode SourceNode::WithTag(const std::string* tag) const {
  SourceNode node = *this;
  node.tag_ = tag;
  return node;
}

absl::string_view SourceNode::tag() const {
  return tag_ == nullptr ? absl::string_view() : absl::string_view(*tag_);
}

absl::string_view SourceNode::scalar() const {
  if (kind_ != Kind::kScalar) return "";
  return absl::string_view(static_cast<const char*>(data_), size_);
}

absl::Span<const SourceNode> SourceNode::items() const {
  if (kind_ != Kind::kSequence) return {};
  return absl::MakeConstSpan(static_cast<const SourceNode*>(data_), size_);
}

absl::Span<const SourceEntry> SourceNode::entries() const {
  if (kind_ != Kind::kMapping) return {};
  return absl::MakeConstSpan(static_cast<const SourceEntry*>(data_), size_);
}

const SourceNode& SourceNode::Find(absl::string_view key) const {
  const absl::Span<const SourceEntry> all = entries();
  // Merged entries come after the mapping's own, and never repeat their keys.
  for (size_t i = all.size(); i-- > 0;) {
    if (all[i].key == key) return all[i].value;
  }
  return NoNode();
}

const SourceNode& SourceNode::Find(
    std::initializer_list<absl::string_view> keys) const {
  const SourceNode* node = this;
  for (const absl::string_view key : keys) node = &node->Find(key);
  return *node;
}

}  // namespace pinwarden
