// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_STRING_POOL_H_
#define PINWARDEN_REPORT_STRING_POOL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// Keeps each text once, in blocks that never move, and hands out numbers for
// them. Id 0 is the empty text. Not thread-safe.
class StringPool {
 public:
  using Id = uint32_t;

  StringPool();
  StringPool(const StringPool&) = delete;
  StringPool& operator=(const StringPool&) = delete;

  Id Intern(absl::string_view text);

  // Valid as long as the pool.
  absl::string_view Get(Id id) const { return texts_[id]; }

 private:
  // An id stands for its text, so that a text costs few bytes besides its own.
  using Texts = std::deque<absl::string_view>;
  struct Hash {
    using is_transparent = void;
    const Texts* texts;
    size_t operator()(absl::string_view text) const {
      return absl::Hash<absl::string_view>()(text);
    }
    size_t operator()(Id id) const { return (*this)((*texts)[id]); }
  };
  struct Equal {
    using is_transparent = void;
    const Texts* texts;
    bool operator()(Id a, Id b) const { return a == b; }
    bool operator()(Id a, absl::string_view b) const {
      return (*texts)[a] == b;
    }
  };

  absl::string_view Keep(absl::string_view text);

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t free_ = 0;  // bytes at the end of the last block
  Texts texts_;
  absl::flat_hash_set<Id, Hash, Equal> ids_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_STRING_POOL_H_
