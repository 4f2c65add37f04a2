// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SOURCE_TREE_H_
#define PINWARDEN_SOURCE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/line_index.h"

namespace pinwarden {

inline constexpr size_t kMaxSourceBytes = 8 << 20;
// With every alias and merge key written out; of a text, each 64 bytes count as
// one more.
inline constexpr size_t kMaxSourceNodes = 1'000'000;
inline constexpr int kMaxSourceDepth = 100;

struct SourceEntry;

// One node of a file that other programs read: a manifest, a Compose file, a
// task definition. A small view: copy it freely, but use it only while its
// SourceTree and the text of that live.
class SourceNode {
 public:
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };
  enum class Style : uint8_t { kPlain, kQuoted, kBlock };

  SourceNode() = default;  // kNull
  explicit SourceNode(TextRange at);
  SourceNode(TextRange at, absl::string_view scalar, Style style, bool literal);
  SourceNode(TextRange at, absl::Span<const SourceNode> items);
  SourceNode(TextRange at, absl::Span<const SourceEntry> entries);

  Kind kind() const { return kind_; }
  bool IsScalar() const { return kind_ == Kind::kScalar; }
  bool IsSequence() const { return kind_ == Kind::kSequence; }
  bool IsMapping() const { return kind_ == Kind::kMapping; }
  Style style() const { return style_; }
  // Where it is written, without tag, anchor and, for a scalar, quotes. Under
  // an alias or a merge key that is where the anchor is.
  TextRange at() const { return {begin_, end_}; }
  // A scalar that stands in the text just as its value is: no escapes, no
  // folded lines. Only such a one can be rewritten.
  bool literal() const { return literal_; }
  // "!Sub" of `!Sub text`; "" where there is none, as for JSON.
  absl::string_view tag() const;

  absl::string_view scalar() const;               // "" unless kScalar
  absl::Span<const SourceNode> items() const;     // empty unless kSequence
  absl::Span<const SourceEntry> entries() const;  // empty unless kMapping
  // The value of `key` in a mapping, the last one where it is given twice, or
  // a kNull node.
  const SourceNode& Find(absl::string_view key) const;
  // Find() of one key after the other.
  const SourceNode& Find(std::initializer_list<absl::string_view> keys) const;

  // For who builds the tree. `tag` outlives the node.
  SourceNode WithTag(const std::string* tag) const;

 private:
  SourceNode(Kind kind, TextRange at, const void* data, size_t size);

  const void* data_ = nullptr;        // what kind_ says
  const std::string* tag_ = nullptr;  // null: none
  uint32_t size_ = 0;
  uint32_t begin_ = 0;  // kMaxSourceBytes fits
  uint32_t end_ = 0;
  Kind kind_ = Kind::kNull;
  Style style_ = Style::kPlain;
  bool literal_ = false;
};

// One `key: value` of a mapping. Keys that are no scalars are left out, with a
// problem.
struct SourceEntry {
  absl::string_view key;
  TextRange key_at;
  SourceNode value;
};

// Something about a file that its author has to know.
struct SourceProblem {
  TextRange at;
  std::string message;  // one line, hostile bytes escaped, without position
};

struct SourceTree {
  std::vector<SourceNode> documents;  // none for an empty file
  std::vector<SourceProblem> problems;
  // What the nodes point to, besides the text.
  std::vector<std::unique_ptr<const std::string>> tags;
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
};

// Parse a whole file into located trees. Both take any bytes, in bounded time
// and memory, and point into `text`. What is wrong becomes a problem, and the
// rest is there all the same: a document that does not parse is left out, and
// the next one starts at the next line with "---". Thread-safe.
//
// YAML as go-yaml reads it, which Kubernetes, Compose and Helm do: any number
// of documents; aliases and merge keys resolved (a key of the mapping itself
// comes before a merged one); tags kept. A problem, too: a key given twice, an
// alias inside its own anchor, what would grow over kMaxSourceNodes.
SourceTree ParseYamlSource(absl::string_view text);

// JSON: one document. Numbers and words become plain scalars, null a kNull.
SourceTree ParseJsonSource(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_SOURCE_TREE_H_
