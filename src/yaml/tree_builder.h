// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_YAML_TREE_BUILDER_H_
#define PINWARDEN_YAML_TREE_BUILDER_H_

#include <cstddef>
#include <memory_resource>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/problem.h"
#include "pinwarden/yaml.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/mark.h"

namespace pinwarden {

// Makes YamlNodes of yaml-cpp's events, which come from the parser's recursion.
// It never throws: past a limit it sets stopped() and ignores what still comes.
class TreeBuilder final : public YAML::EventHandler {
 public:
  // A collection whose end has not come yet.
  struct Frame {
    bool mapping = false;
    bool in_brackets = false;
    Position at;
    size_t first = 0;  // of its children in nodes_ or entries_
    bool has_key = false;
    absl::string_view key;
    Position key_at;
  };

  // `text` is without byte order mark; had it one, the columns of its first
  // line are `first_line_shift` higher. All pointers outlive this.
  TreeBuilder(absl::string_view text, int first_line_shift,
              std::pmr::memory_resource* memory, ProblemLog* log)
      : text_(text),
        first_line_shift_(first_line_shift),
        memory_(memory),
        log_(log) {}

  const YamlNode& root() const { return root_; }
  bool stopped() const { return stopped_; }
  size_t events() const { return events_; }
  // Where the last event was.
  size_t last_offset() const { return last_offset_; }
  // The innermost open collection, or null.
  const Frame* open() const {
    return frames_.empty() ? nullptr : &frames_.back();
  }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override;

 private:
  // Counts an event and notes where it was; false when it is to be ignored.
  bool Enter(const YAML::Mark& mark);
  void Stop(Position at, std::string message);
  Position At(const YAML::Mark& mark) const;
  Position NullAt(const YAML::Mark& mark) const;
  void CheckTag(const YAML::Mark& mark, const std::string& tag);
  void Open(const YAML::Mark& mark, bool mapping, bool in_brackets);
  void Place(const YamlNode& node);
  void CheckDuplicates(absl::Span<const YamlEntry> entries);
  absl::string_view Keep(const YAML::Mark& mark, bool quoted,
                         const std::string& value);
  template <typename T>
  absl::Span<const T> TakeFrom(std::vector<T>* stack, size_t first);

  const absl::string_view text_;
  const int first_line_shift_;
  std::pmr::memory_resource* const memory_;
  ProblemLog* const log_;

  std::vector<Frame> frames_;
  std::vector<YamlNode> nodes_;     // children of the open sequences
  std::vector<YamlEntry> entries_;  // of the open mappings
  YamlNode root_;
  int documents_ = 0;
  size_t events_ = 0;
  size_t last_offset_ = 0;
  bool stopped_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_YAML_TREE_BUILDER_H_
