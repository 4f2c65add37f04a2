// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_SOURCE_OFFSETS_H_
#define PINWARDEN_SRC_SOURCE_OFFSETS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// What no file of text may hold: bytes that are not UTF-8, or control
// characters that YAML forbids.
std::optional<SourceProblem> CheckSourceText(absl::string_view text);

// From characters to bytes: libyaml counts characters. `text` is UTF-8 and
// outlives this.
class CharacterOffsets {
 public:
  explicit CharacterOffsets(absl::string_view text);

  // Where the character is that `index` others are before.
  size_t ByteAt(size_t index) const;
  // How many characters start before `offset`.
  size_t CharactersBefore(size_t offset) const;

 private:
  static constexpr size_t kStep = 128;

  absl::string_view text_;
  // Where each kStep-th character starts; empty where all are of one byte.
  std::vector<size_t> steps_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_SOURCE_OFFSETS_H_
