// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "pinwarden/cri.h"

namespace pinwarden {
namespace {

// Adds the names that are not `name`, sorted, without repeats.
void Append(std::vector<std::string> names, absl::string_view name,
            std::vector<std::string>* out) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (std::string& other : names) {
    if (other != name) out->push_back(std::move(other));
  }
}

}  // namespace

std::vector<std::string> OtherNames(const CriImage& image,
                                    absl::string_view name) {
  std::vector<std::string> others;
  Append(image.tags, name, &others);
  Append(image.digests, name, &others);
  return others;
}

}  // namespace pinwarden
