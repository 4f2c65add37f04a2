// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_ECS_USE_SINK_H_
#define PINWARDEN_SRC_ECS_USE_SINK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"

namespace pinwarden::ecs_internal {

// Collects what is found in one file.
class EcsUses {
 public:
  // `text` outlives this.
  explicit EcsUses(absl::string_view text) : text_(text) {}

  // `image` stands at `at`, which makes it literal where the same bytes do.
  void Add(std::string image, TextRange at, std::string where);
  // What is written at `at`, behind `tag`, cannot be judged.
  void AddNotJudged(TextRange at, absl::string_view tag, std::string where,
                    std::string why);
  void AddProblem(TextRange at, std::string message);

  // From here on uses are of this namespace and have these labels.
  void SetPod(ImageUse pod) { pod_ = std::move(pod); }

  ImageSearch Take() && { return std::move(result_); }

 private:
  void Push(ImageUse use);
  // What is written at `at`, which loses the spaces that a YAML mapping takes
  // for its end.
  absl::string_view Written(TextRange* at) const;

  const absl::string_view text_;
  ImageUse pod_;  // its namespace and labels
  bool is_full_ = false;
  ImageSearch result_;
};

// "web" of a scalar that names something, "" of anything else.
std::string NameIn(const SourceNode& node);

}  // namespace pinwarden::ecs_internal

#endif  // PINWARDEN_SRC_ECS_USE_SINK_H_
