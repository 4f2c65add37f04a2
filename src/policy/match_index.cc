// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "pinwarden/match.h"

namespace pinwarden {
namespace {

// As few are looked at one by one: that is quicker than to look keys up.
constexpr size_t kFew = 8;
// A single key that more matches than this share is worth a narrower one.
constexpr size_t kCrowded = 8;
// A match on more pairs of a namespace and an image is not filed under pairs.
constexpr size_t kMaxPairs = 64;

bool AllLiteral(const std::vector<Glob>& namespaces) {
  return std::all_of(namespaces.begin(), namespaces.end(),
                     [](const Glob& g) { return g.literal(); });
}

bool AllLiteral(const std::vector<ImagePattern>& images) {
  return std::all_of(images.begin(), images.end(),
                     [](const ImagePattern& p) { return p.literal(); });
}

}  // namespace

// Each way is a list of keys of which every subject that `match` holds for has
// at least one. The ways that are cheaper to look up come first.
std::vector<MatchIndex::Keys> MatchIndex::WaysToFile(const Match& match) {
  std::vector<Keys> ways;
  const bool images_literal = AllLiteral(match.images);
  const bool namespaces_literal = AllLiteral(match.namespaces);
  Keys by_image;
  for (const ImagePattern& image : match.images) {
    if (image.literal_prefix().empty()) {
      by_image.clear();
      break;
    }
    by_image.push_back(
        {image.literal() ? KeyKind::kImage : KeyKind::kImagePrefix,
         image.literal_prefix(),
         {}});
  }
  if (images_literal) ways.push_back(by_image);
  if (namespaces_literal) {
    Keys by_namespace;
    for (const Glob& name_space : match.namespaces) {
      by_namespace.push_back({KeyKind::kNamespace, name_space.pattern(), {}});
    }
    ways.push_back(std::move(by_namespace));
  }
  for (const auto& [key, value] : match.labels) {
    ways.push_back({{KeyKind::kLabel, key, value}});
  }
  if (!images_literal) ways.push_back(by_image);
  if (images_literal && namespaces_literal &&
      match.images.size() * match.namespaces.size() <= kMaxPairs) {
    Keys by_both;
    for (const Glob& name_space : match.namespaces) {
      for (const ImagePattern& image : match.images) {
        by_both.push_back({KeyKind::kNamespaceAndImage, name_space.pattern(),
                           image.pattern()});
      }
    }
    ways.push_back(std::move(by_both));
  }
  ways.erase(std::remove_if(ways.begin(), ways.end(),
                            [](const Keys& keys) { return keys.empty(); }),
             ways.end());
  return ways;
}

void MatchIndex::File(uint32_t index, const Keys& keys) {
  for (const Key& key : keys) {
    Bucket& bucket = buckets_[key];
    // A list may name the same key twice.
    if (bucket.empty() || bucket.back() != index) bucket.push_back(index);
    used_[static_cast<size_t>(key.kind)] = true;
    if (key.kind == KeyKind::kImagePrefix) {
      longest_prefix_bytes_ = std::max(longest_prefix_bytes_, key.first.size());
    }
  }
}

MatchIndex::MatchIndex(std::vector<const Match*> matches)
    : matches_(std::move(matches)) {
  if (matches_.size() <= kFew) {
    for (uint32_t i = 0; i < matches_.size(); ++i) rest_.push_back(i);
    return;
  }
  // How many matches could be filed under each key.
  absl::flat_hash_map<Key, size_t> uses;
  for (const Match* match : matches_) {
    for (const Keys& way : WaysToFile(*match)) {
      for (const Key& key : way) ++uses[key];
    }
  }
  for (uint32_t i = 0; i < matches_.size(); ++i) {
    const std::vector<Keys> ways = WaysToFile(*matches_[i]);
    const Keys* best = nullptr;
    size_t best_uses = std::numeric_limits<size_t>::max();
    for (const Keys& way : ways) {
      if (way[0].kind == KeyKind::kNamespaceAndImage && best_uses <= kCrowded) {
        continue;
      }
      size_t most = 0;
      for (const Key& key : way) most = std::max(most, uses[key]);
      if (most < best_uses) {
        best = &way;
        best_uses = most;
      }
    }
    if (best == nullptr) {
      rest_.push_back(i);
    } else {
      File(i, *best);
    }
  }
}

size_t MatchIndex::First(const MatchSubject& subject,
                         absl::FunctionRef<bool(size_t)> accept) const {
  size_t first = kNone;
  const auto look_at = [&](const Bucket& bucket) {
    for (const uint32_t i : bucket) {
      if (i >= first) return;
      if (accept(i) && matches_[i]->Holds(subject)) {
        first = i;
        return;
      }
    }
  };
  const auto look_up = [&](KeyKind kind, absl::string_view key,
                           absl::string_view second) {
    const auto found = buckets_.find(Key{kind, key, second});
    if (found != buckets_.end()) look_at(found->second);
  };
  const auto used = [this](KeyKind kind) {
    return used_[static_cast<size_t>(kind)];
  };

  const absl::string_view image = subject.image_name;
  if (used(KeyKind::kImage)) look_up(KeyKind::kImage, image, {});
  if (used(KeyKind::kNamespaceAndImage)) {
    look_up(KeyKind::kNamespaceAndImage, subject.name_space, image);
  }
  if (used(KeyKind::kNamespace)) {
    look_up(KeyKind::kNamespace, subject.name_space, {});
  }
  if (used(KeyKind::kImagePrefix)) {
    for (size_t end = image.find('/');
         end != image.npos && end <= longest_prefix_bytes_;
         end = image.find('/', end + 1)) {
      look_up(KeyKind::kImagePrefix, image.substr(0, end), {});
    }
  }
  if (used(KeyKind::kLabel)) {
    for (const Label& label : subject.labels) {
      look_up(KeyKind::kLabel, label.key, label.value);
    }
  }
  look_at(rest_);
  return first;
}

}  // namespace pinwarden
