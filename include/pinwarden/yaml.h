// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_YAML_H_
#define PINWARDEN_YAML_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/problem.h"

namespace pinwarden {

inline constexpr size_t kMaxYamlBytes = 8 << 20;
inline constexpr size_t kMaxYamlNodes = 1'000'000;
inline constexpr int kMaxYamlDepth = 32;
// The longest text, comment or list in brackets; see ParseYaml().
inline constexpr size_t kMaxYamlPieceBytes = 256 << 10;

struct YamlEntry;

// One node of a YAML document, and where it starts. A small view: copy it
// freely, but use it only while its document and the text of that live.
class YamlNode {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };

  YamlNode() = default;  // kNull
  YamlNode(Position at, absl::string_view scalar, bool quoted)
      : YamlNode(Kind::kScalar, at, scalar.data(), scalar.size()) {
    quoted_ = quoted;
  }
  YamlNode(Position at, absl::Span<const YamlNode> items)
      : YamlNode(Kind::kSequence, at, items.data(), items.size()) {}
  YamlNode(Position at, absl::Span<const YamlEntry> entries);
  explicit YamlNode(Position at) : YamlNode(Kind::kNull, at, nullptr, 0) {}

  Kind kind() const { return kind_; }
  Position at() const { return at_; }
  // A scalar in quotes (or a block scalar), so it is a string.
  bool quoted() const { return quoted_; }

  absl::string_view scalar() const;                   // "" unless kScalar
  absl::Span<const YamlNode> items() const;           // empty unless kSequence
  absl::Span<const YamlEntry> entries() const;        // empty unless kMapping
  const YamlNode* Find(absl::string_view key) const;  // of a mapping, or null

 private:
  YamlNode(Kind kind, Position at, const void* data, size_t size)
      : data_(data), size_(static_cast<uint32_t>(size)), at_(at), kind_(kind) {}

  const void* data_ = nullptr;  // what kind_ says
  uint32_t size_ = 0;           // kMaxYamlBytes fits
  Position at_;
  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
};

// One `key: value` of a mapping.
struct YamlEntry {
  absl::string_view key;
  Position key_at;
  YamlNode value;
};

// "a string", "a list", "a mapping", "nothing": for messages.
absl::string_view KindName(YamlNode::Kind kind);

struct YamlDocument {
  YamlNode root;
  // Whether `root` holds all of the text. False after what is not YAML; a
  // duplicate key or an anchor leaves a tree that can be checked further.
  bool complete = false;
  std::vector<Problem> problems;
  // What the nodes point to, besides the text.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
};

// Parses exactly one document of plain data: a tree, so reading it needs no
// care about aliases or cycles. The result points into `text`. Refused, each as
// a Problem with its position: text that is not YAML or not UTF-8, control
// characters, a second document, duplicate keys, keys that are no scalars,
// anchors, aliases and merge keys (a pattern that starts with '*' has to be
// quoted, and the message says so), explicit tags, nesting beyond
// kMaxYamlDepth, more than kMaxYamlBytes or kMaxYamlNodes. Bounded time and
// memory for any input: the underlying scanner may look ahead without limit, so
// it is cut off where it takes in kMaxYamlPieceBytes without giving anything
// out. An empty document is a kNull root. Thread-safe.
YamlDocument ParseYaml(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_YAML_H_
