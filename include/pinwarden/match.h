// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_MATCH_H_
#define PINWARDEN_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/glob.h"
#include "pinwarden/image_pattern.h"

namespace pinwarden {

// One pod label, as views into what the runtime sent.
struct Label {
  absl::string_view key;
  absl::string_view value;
};

// What a `match` is compared with.
struct MatchSubject {
  absl::string_view name_space;    // the pod's
  absl::string_view image_name;    // "registry/repository"; "" has no name
  absl::Span<const Label> labels;  // the pod's
};

// The `match` of a rule or an exemption. An empty list asks for nothing; the
// lists that are not empty must all hold: one of `namespaces`, one of `images`,
// every one of `labels`.
struct Match {
  std::vector<Glob> namespaces;
  std::vector<ImagePattern> images;
  std::vector<std::pair<std::string, std::string>> labels;

  bool MatchesEverything() const {
    return namespaces.empty() && images.empty() && labels.empty();
  }
  bool Holds(const MatchSubject& subject) const;

  // True when this holds wherever `other` does, as Glob::Covers().
  bool Covers(const Match& other) const;
};

// Finds the first of an ordered list of matches that holds, in time that does
// not grow with the number of matches on other literal names.
//
// Each match is filed once, under what tells it apart best: the image names or
// their literal prefixes, literal namespaces, both together, or one label; a
// list files it under each of its entries. Only matches made of wildcards alone
// are looked at one by one.
class MatchIndex {
 public:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  MatchIndex() = default;

  // `matches` are copied from only for keys; they must outlive the index, and
  // the i-th of them is what index i stands for below.
  explicit MatchIndex(std::vector<const Match*> matches);

  // The lowest index whose match holds for `subject` and for which
  // `accept(index)` is true, or kNone. Allocates nothing. Thread-safe.
  size_t First(const MatchSubject& subject,
               absl::FunctionRef<bool(size_t)> accept) const;

 private:
  enum class KeyKind : uint8_t {
    kImage,              // a literal name
    kImagePrefix,        // literal_prefix() of a pattern with wildcards
    kNamespace,          // a literal namespace
    kNamespaceAndImage,  // both literal
    kLabel,              // key and value
  };
  static constexpr size_t kKeyKinds = 5;

  struct Key {
    KeyKind kind;
    absl::string_view first;
    absl::string_view second;  // of the last two kinds

    friend bool operator==(const Key& a, const Key& b) {
      return a.kind == b.kind && a.first == b.first && a.second == b.second;
    }
    template <typename H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.kind, key.first, key.second);
    }
  };
  using Keys = std::vector<Key>;
  using Bucket = absl::InlinedVector<uint32_t, 4>;  // ascending

  static std::vector<Keys> WaysToFile(const Match& match);
  void File(uint32_t index, const Keys& keys);

  std::vector<const Match*> matches_;
  absl::flat_hash_map<Key, Bucket> buckets_;
  bool used_[kKeyKinds] = {};        // the kinds of key in buckets_
  size_t longest_prefix_bytes_ = 0;  // of the kImagePrefix keys
  Bucket rest_;                      // what no key finds
};

}  // namespace pinwarden

#endif  // PINWARDEN_MATCH_H_
