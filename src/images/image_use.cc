// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/image_use.h"

#include <utility>

#include "pinwarden/quote.h"

namespace pinwarden {

std::string Plainly(absl::string_view word) {
  constexpr size_t kMaxBytes = 64;
  const std::string quoted = Quote(word, kMaxBytes + 2);
  return quoted.substr(1, quoted.size() - 2);
}

ImageUse UseOf(const SourceNode& node, std::string where) {
  ImageUse use;
  use.image = std::string(node.scalar());
  use.at = node.at();
  use.literal = node.literal();
  use.where = std::move(where);
  return use;
}

}  // namespace pinwarden
