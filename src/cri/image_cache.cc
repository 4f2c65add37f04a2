// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cri/image_cache.h"

#include <iterator>

namespace pinwarden {
namespace {

size_t BytesOf(absl::string_view name, const std::optional<CriImage>& image) {
  size_t bytes = sizeof(CriImage) + 2 * name.size();  // in the list and the map
  if (!image.has_value()) return bytes;
  bytes += image->id.size();
  for (const auto* names : {&image->tags, &image->digests}) {
    for (const std::string& other : *names) {
      bytes += sizeof(other) + other.size();
    }
  }
  return bytes;
}

}  // namespace

const std::optional<CriImage>* ImageCache::Find(absl::string_view name,
                                                absl::Duration now) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  const Entry& entry = *found->second;
  return now - entry.learnt < limits_.keep ? &entry.image : nullptr;
}

void ImageCache::Insert(absl::string_view name,
                        const std::optional<CriImage>& image,
                        absl::Duration now) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    Erase(found->second);
  }
  const size_t bytes = BytesOf(name, image);
  const bool fits = bytes <= limits_.bytes && limits_.entries > 0;
  while (!by_age_.empty()) {
    const bool too_old = now - by_age_.front().learnt >= limits_.keep;
    const bool in_the_way = fits && (by_age_.size() >= limits_.entries ||
                                     bytes_ + bytes > limits_.bytes);
    if (!too_old && !in_the_way) break;
    Erase(by_age_.begin());
  }
  if (!fits) return;
  by_age_.push_back(Entry{std::string(name), image, now, bytes});
  by_name_[name] = std::prev(by_age_.end());
  bytes_ += bytes;
}

void ImageCache::Erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_name_.erase(entry->name);
  by_age_.erase(entry);
}

}  // namespace pinwarden
