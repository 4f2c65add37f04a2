// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "policy/reach.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace pinwarden {
namespace {

// What a match may ask for. One that covers another asks for nothing that the
// other does not ask for as well.
enum Dimension : size_t { kNamespaces, kImages, kLabels, kDimensions };

using Bucket = std::vector<uint32_t>;  // ascending
// A fixed part and nothing, or a label's key and value.
using Key = std::pair<absl::string_view, absl::string_view>;
using Keys = std::vector<Key>;

// The bytes of a pattern before its first wildcard.
absl::string_view FixedPart(absl::string_view pattern) {
  return pattern.substr(0, pattern.find('*'));
}

bool Asks(const Match& match, Dimension dimension) {
  switch (dimension) {
    case kNamespaces:
      return !match.namespaces.empty();
    case kImages:
      return !match.images.empty();
    case kLabels:
      return !match.labels.empty();
    case kDimensions:
      break;
  }
  return false;
}

template <typename Pattern>
Keys FixedParts(const std::vector<Pattern>& patterns) {
  Keys keys;
  for (const Pattern& pattern : patterns) {
    keys.emplace_back(FixedPart(pattern.pattern()), "");
  }
  return keys;
}

// The keys that a match is filed under, so that ProbeKeys() of all that it
// covers hold at least one of them: the fixed parts of its patterns (what one
// of them covers starts with its fixed part), or one of its labels.
Keys FileKeys(const Match& match, Dimension dimension) {
  switch (dimension) {
    case kNamespaces:
      return FixedParts(match.namespaces);
    case kImages:
      return FixedParts(match.images);
    case kLabels:
      return {Key(match.labels.front())};
    case kDimensions:
      break;
  }
  return {};
}

// Every start of the first pattern's fixed part, or every label.
Keys ProbeKeys(const Match& match, Dimension dimension) {
  Keys keys;
  if (dimension == kLabels) {
    for (const auto& label : match.labels) keys.emplace_back(label);
    return keys;
  }
  const absl::string_view fixed =
      FixedPart(dimension == kNamespaces ? match.namespaces[0].pattern()
                                         : match.images[0].pattern());
  for (size_t size = 0; size <= fixed.size(); ++size) {
    keys.emplace_back(fixed.substr(0, size), "");
  }
  return keys;
}

// The matches so far that ask for the same dimensions, filed under each.
struct Shelf {
  std::array<absl::flat_hash_map<Key, Bucket>, kDimensions> by;
};

size_t ShelfOf(const Match& match) {
  size_t shelf = 0;
  for (size_t d = 0; d < kDimensions; ++d) {
    if (Asks(match, static_cast<Dimension>(d))) shelf |= size_t{1} << d;
  }
  return shelf;
}

// What is compared when `wide` is asked whether it covers `narrow`, at most.
size_t CoverWork(const Match& wide, const Match& narrow) {
  return 1 + wide.namespaces.size() * narrow.namespaces.size() +
         wide.images.size() * narrow.images.size() +
         wide.labels.size() * narrow.labels.size();
}

class Finder {
 public:
  explicit Finder(absl::Span<const Match* const> matches) : matches_(matches) {}

  std::vector<Covered> Run() {
    std::vector<Covered> found;
    for (size_t i = 0; i < matches_.size(); ++i) {
      const size_t by = FirstCovering(i);
      if (work_ > kMaxCoverWork) break;
      if (by < i) {
        found.push_back({i, by});
      } else {
        File(i);  // what covers a covered one is filed already
      }
    }
    return found;
  }

 private:
  void File(size_t index) {
    const Match& match = *matches_[index];
    Shelf& shelf = shelves_[ShelfOf(match)];
    if (match.MatchesEverything()) {
      everything_ = std::min(everything_, index);
      return;
    }
    for (size_t d = 0; d < kDimensions; ++d) {
      if (!Asks(match, static_cast<Dimension>(d))) continue;
      for (const Key& key : FileKeys(match, static_cast<Dimension>(d))) {
        Bucket& bucket = shelf.by[d][key];
        if (bucket.empty() || bucket.back() != index) {
          bucket.push_back(static_cast<uint32_t>(index));
        }
      }
    }
  }

  // The first match before `index` that covers it, or `index`.
  size_t FirstCovering(size_t index) {
    const Match& match = *matches_[index];
    const size_t asked = ShelfOf(match);
    std::array<Keys, kDimensions> probes;
    for (size_t d = 0; d < kDimensions; ++d) {
      if ((asked >> d & 1) == 0) continue;
      probes[d] = ProbeKeys(match, static_cast<Dimension>(d));
      // Each is hashed, and they grow byte by byte.
      work_ += probes[d].size() * probes[d].size() / 64;
    }
    if (work_ > kMaxCoverWork) return index;
    size_t first = std::min(index, everything_);
    for (size_t shelf = 1; shelf < shelves_.size(); ++shelf) {
      if ((shelf & asked) != shelf) continue;
      for (const Bucket* bucket : Candidates(shelf, probes)) {
        first = std::min(first, SearchBucket(*bucket, match, first));
      }
    }
    return first;
  }

  // Of a shelf, what one dimension leaves to compare: the one that leaves the
  // least.
  std::vector<const Bucket*> Candidates(
      size_t shelf, const std::array<Keys, kDimensions>& probes) const {
    std::vector<const Bucket*> best;
    size_t best_size = static_cast<size_t>(-1);
    for (size_t d = 0; d < kDimensions; ++d) {
      if ((shelf >> d & 1) == 0) continue;
      std::vector<const Bucket*> buckets;
      size_t size = 0;
      for (const Key& key : probes[d]) {
        const auto found = shelves_[shelf].by[d].find(key);
        if (found == shelves_[shelf].by[d].end()) continue;
        buckets.push_back(&found->second);
        size += found->second.size();
      }
      if (size < best_size) {
        best_size = size;
        best = std::move(buckets);
      }
    }
    return best;
  }

  size_t SearchBucket(const Bucket& bucket, const Match& match, size_t before) {
    for (uint32_t candidate : bucket) {
      if (candidate >= before) return before;
      work_ += CoverWork(*matches_[candidate], match);
      if (work_ > kMaxCoverWork) return before;
      if (matches_[candidate]->Covers(match)) return candidate;
    }
    return before;
  }

  const absl::Span<const Match* const> matches_;
  std::array<Shelf, size_t{1} << kDimensions> shelves_;
  size_t everything_ = static_cast<size_t>(-1);
  size_t work_ = 0;
};

}  // namespace

std::vector<Covered> FindCovered(absl::Span<const Match* const> matches) {
  return Finder(matches).Run();
}

}  // namespace pinwarden
