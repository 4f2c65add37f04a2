// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/image_names.h"

#include <optional>

#include "pinwarden/quote.h"
#include "pinwarden/record.h"

namespace pinwarden {

absl::StatusOr<std::vector<std::string>> LearnOtherNames(
    CriClient& cri, absl::string_view name) {
  const absl::StatusOr<std::optional<CriImage>> image = cri.Image(name);
  if (!image.ok()) return image.status();
  if (!image->has_value()) return absl::NotFoundError("no such image here");
  return OtherNames(**image, name);
}

void CompleteNames(CriClient& cri, v1::Decision* decision) {
  if (decision->confidence() != v1::CONFIDENCE_ALIAS ||
      decision->other_names_size() > 0) {
    return;
  }
  const absl::StatusOr<std::optional<CriImage>> image =
      cri.CachedImage(decision->image());
  if (!image.ok() || !image->has_value()) return;
  const std::vector<std::string> names = OtherNames(**image, decision->image());
  if (names.empty()) decision->set_confidence(v1::CONFIDENCE_EXACT);
  for (const std::string& name : names) {
    if (decision->other_names_size() == kMaxRecordedNames) break;
    decision->add_other_names(ToValidUtf8(name, kMaxRecordFieldBytes));
  }
}

}  // namespace pinwarden
