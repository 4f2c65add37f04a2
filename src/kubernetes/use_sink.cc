// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/use_sink.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "kubernetes/image_text.h"

namespace pinwarden {
namespace {

// Of one place, and to be judged alike: by an alias or a merge key.
bool AreOne(const ImageUse& a, const ImageUse& b) {
  return a.at == b.at && a.image == b.image && a.name_space == b.name_space &&
         a.labels == b.labels && a.not_judged == b.not_judged &&
         a.ignore == b.ignore;
}

// "Pod p, container a" and "Pod p, container b" make "Pod p, container a;
// container b".
void AddPlace(absl::string_view place, std::string* where) {
  constexpr size_t kMaxBytes = 256;
  constexpr absl::string_view kMore = "; and others";
  const size_t title = place.find(", ");
  if (title != absl::string_view::npos &&
      absl::StartsWith(*where, place.substr(0, title + 2))) {
    place.remove_prefix(title + 2);
  }
  if (where->size() < kMaxBytes) {
    absl::StrAppend(where, "; ", place);
  } else if (!absl::EndsWith(*where, kMore)) {
    absl::StrAppend(where, kMore);
  }
}

}  // namespace

void UseSink::Add(ImageUse use) {
  if (full_) return;
  bytes_ += use.image.size() + use.where.size() + use.not_judged.size() +
            use.ignore.size() + use.name_space.value_or("").size();
  for (const auto& [key, value] : use.labels) {
    bytes_ += sizeof(use.labels[0]) + key.size() + value.size();
  }
  if (search_.uses.size() < kMaxImageUses && bytes_ <= kMaxBytes) {
    return search_.uses.push_back(std::move(use));
  }
  full_ = true;
  search_.problems.push_back(
      {0, {use.at, "there are more images here than are looked at in a file"}});
}

void UseSink::Problem(const SourceNode& node, std::string message) {
  if (search_.problems.size() >= kMaxProblems) return;
  search_.problems.push_back({0, {StartOf(node, text_), std::move(message)}});
}

ImageSearch UseSink::Take() && {
  std::vector<ImageUse>& uses = search_.uses;
  std::stable_sort(uses.begin(), uses.end(),
                   [](const ImageUse& a, const ImageUse& b) {
                     return a.at.begin < b.at.begin;
                   });
  size_t kept = 0;
  for (size_t i = 0; i < uses.size(); ++i) {
    if (kept > 0 && AreOne(uses[kept - 1], uses[i])) {
      AddPlace(uses[i].where, &uses[kept - 1].where);
    } else if (kept++ != i) {
      uses[kept - 1] = std::move(uses[i]);
    }
  }
  uses.resize(kept);
  return std::move(search_);
}

}  // namespace pinwarden
