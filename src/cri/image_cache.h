// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CRI_IMAGE_CACHE_H_
#define PINWARDEN_SRC_CRI_IMAGE_CACHE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/cri.h"

namespace pinwarden {

// What the runtime said of names a short while ago, also that there is no such
// image. Bounded in entries and in bytes: what is oldest makes room.
//
// `now` is on a clock that is never set back, and may start anywhere.
class ImageCache {
 public:
  struct Limits {
    size_t entries;
    size_t bytes;  // of names and of what belongs to them, about
    absl::Duration keep;
  };

  explicit ImageCache(const Limits& limits) : limits_(limits) {}

  // What was said of `name`, or null if that is unknown or too long ago. Valid
  // until the next call of Insert().
  const std::optional<CriImage>* Find(absl::string_view name,
                                      absl::Duration now) const;

  // Also drops what is too old by now.
  void Insert(absl::string_view name, const std::optional<CriImage>& image,
              absl::Duration now);

  size_t size() const { return by_age_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string name;
    std::optional<CriImage> image;
    absl::Duration learnt;
    size_t bytes;
  };
  using Entries = std::list<Entry>;

  void Erase(Entries::iterator entry);

  const Limits limits_;
  Entries by_age_;  // the oldest first
  absl::flat_hash_map<std::string, Entries::iterator> by_name_;
  size_t bytes_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CRI_IMAGE_CACHE_H_
