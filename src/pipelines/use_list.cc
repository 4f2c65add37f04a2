// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pipelines/use_list.h"

#include <algorithm>

namespace pinwarden {

void UseList::Add(ImageUse use) {
  if (full_) return;
  bytes_ += 2 * use.image.size() + use.where.size() + use.not_judged.size();
  if (search_.uses.size() >= kMaxImageUses || bytes_ > kMaxBytes) {
    full_ = true;
    search_.problems.push_back(
        {0,
         {use.at, "there are more images here than are looked at in a file"}});
    return;
  }
  if (found_.emplace(use.at.begin, use.image).second) {
    search_.uses.push_back(std::move(use));
  }
}

void UseList::AddUnknown(const SourceNode& node, std::string where,
                         std::string why) {
  constexpr size_t kMaxShownBytes = 64;
  ImageUse use;
  const TextRange at = node.at();
  const absl::string_view start =
      text_.substr(at.begin, std::min(at.end - at.begin, kMaxShownBytes));
  use.image = std::string(start.substr(0, start.find_first_of("\r\n")));
  use.at = {at.begin, at.begin + use.image.size()};
  use.where = std::move(where);
  use.not_judged = std::move(why);
  Add(std::move(use));
}

ImageSearch UseList::Take() && {
  std::stable_sort(search_.uses.begin(), search_.uses.end(),
                   [](const ImageUse& a, const ImageUse& b) {
                     return a.at.begin < b.at.begin;
                   });
  return std::move(search_);
}

}  // namespace pinwarden
