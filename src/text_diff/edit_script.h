// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_TEXT_DIFF_EDIT_SCRIPT_H_
#define PINWARDEN_SRC_TEXT_DIFF_EDIT_SCRIPT_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pinwarden {

// Lines [old_begin, old_end) of one text become [new_begin, new_end) of the
// other.
struct Change {
  size_t old_begin = 0;
  size_t old_end = 0;
  size_t new_begin = 0;
  size_t new_end = 0;
};

// What differs, in order, with equal lines between any two changes. The fewest
// lines, as long as these are at most kMaxFewest.
inline constexpr int kMaxFewest = 1000;
std::vector<Change> FindChanges(absl::Span<const absl::string_view> before,
                                absl::Span<const absl::string_view> after);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_TEXT_DIFF_EDIT_SCRIPT_H_
