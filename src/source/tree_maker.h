// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_TREE_MAKER_H_
#define PINWARDEN_SRC_SOURCE_TREE_MAKER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_set.h"
#include "absl/strings/string_view.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// Makes the nodes of a SourceTree from a parser's events, one document after
// the other. Every call returns false when the document cannot be gone on with:
// why is then among the problems.
class TreeMaker {
 public:
  // Properties that YAML gives to a node; "" where there is none.
  struct Properties {
    absl::string_view anchor;
    absl::string_view tag;
  };

  TreeMaker(absl::string_view text, SourceTree* tree)
      : text_(text), tree_(tree) {}

  void StartDocument();
  void EndDocument();

  // `at` is without quotes.
  bool Scalar(TextRange at, absl::string_view value, SourceNode::Style style,
              const Properties& properties);
  bool Null(TextRange at, const Properties& properties);
  bool Alias(TextRange at, absl::string_view anchor);
  bool Open(size_t begin, bool mapping, const Properties& properties);
  bool Close(size_t end);

  // True once no further document can be made: the file is too large.
  bool full() const { return nodes_made_ > kMaxSourceNodes; }

 private:
  // A collection whose end has not come yet.
  struct Frame {
    bool mapping = false;
    size_t begin = 0;
    size_t first = 0;  // of its children in nodes_ or entries_
    enum { kKey, kValue, kDropValue } expects = kKey;
    absl::string_view key;
    TextRange key_at;
    bool merge = false;  // the key is "<<"
    std::string anchor;
    const std::string* tag = nullptr;
    size_t made_before = 0;
    int height = 0;                  // levels of what is in it so far
    std::vector<SourceNode> merged;  // values of "<<"
  };
  struct Anchored {
    SourceNode node;
    size_t nodes = 0;  // in it, as kMaxSourceNodes counts
    int height = 0;    // levels of it, the same
  };

  bool Count(size_t nodes, TextRange at);
  bool TooDeep(TextRange at);
  // `height`: levels of collections that it has.
  bool Place(const SourceNode& node, int height);
  void PlaceKey(const SourceNode& node, Frame* frame);
  void Remember(absl::string_view anchor, const Anchored& anchored);
  const std::string* KeepTag(absl::string_view tag);
  absl::string_view Keep(TextRange at, absl::string_view value);
  SourceNode CloseMapping(const Frame& frame, TextRange at);
  void CheckDuplicates(absl::Span<const SourceEntry> entries);
  void Merge(const Frame& frame);
  void Problem(TextRange at, std::string message);
  template <typename T>
  absl::Span<const T> TakeFrom(std::vector<T>* stack, size_t first);

  const absl::string_view text_;
  SourceTree* const tree_;

  std::vector<Frame> frames_;
  std::vector<SourceNode> nodes_;     // children of the open sequences
  std::vector<SourceEntry> entries_;  // of the open mappings
  SourceNode root_;
  bool has_root_ = false;
  absl::flat_hash_map<std::string, Anchored> anchors_;  // of this document
  absl::flat_hash_map<absl::string_view, const std::string*> tags_;
  size_t nodes_made_ = 0;  // in all documents, aliases written out
};

// At most this many problems of one file are kept, and one that says so.
inline constexpr size_t kMaxSourceProblems = 100;
void AddProblem(SourceTree* tree, TextRange at, std::string message);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_TREE_MAKER_H_
