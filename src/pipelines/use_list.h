// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_PIPELINES_USE_LIST_H_
#define PINWARDEN_SRC_PIPELINES_USE_LIST_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// Takes what is found in one file, up to limits: each image of a place once.
class UseList {
 public:
  explicit UseList(absl::string_view text) : text_(text) {}

  void Add(ImageUse use);
  // Of a node that is no text, where an image is expected.
  void AddUnknown(const SourceNode& node, std::string where, std::string why);

  bool full() const { return full_; }

  // In the order of the file.
  ImageSearch Take() &&;

 private:
  static constexpr size_t kMaxBytes = 32 << 20;  // of all uses

  const absl::string_view text_;
  ImageSearch search_;
  std::set<std::pair<size_t, std::string>> found_;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_PIPELINES_USE_LIST_H_
