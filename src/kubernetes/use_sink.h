// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_KUBERNETES_USE_SINK_H_
#define PINWARDEN_SRC_KUBERNETES_USE_SINK_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// Takes what is found in one file, up to limits: an alias is short, and what it
// stands for may be long.
class UseSink {
 public:
  explicit UseSink(absl::string_view text) : text_(text) {}

  void Add(ImageUse use);
  // At most kMaxProblems are kept.
  void Problem(const SourceNode& node, std::string message);

  bool full() const { return full_; }
  absl::string_view text() const { return text_; }  // of the file

  // In the order of the file, each image of a place once if all of them are
  // judged alike.
  ImageSearch Take() &&;

 private:
  static constexpr size_t kMaxProblems = 100;
  static constexpr size_t kMaxBytes = 64 << 20;  // of all uses

  const absl::string_view text_;
  ImageSearch search_;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_KUBERNETES_USE_SINK_H_
