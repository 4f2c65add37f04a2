// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_KEY_PARTS_H_
#define PINWARDEN_SRC_DOCTOR_KEY_PARTS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace pinwarden {

// The number of the first line of a TOML text that has `limit` dots or more
// outside strings and comments, or 0 if there is none. Such dots stand between
// the parts of keys, and in numbers.
size_t LineWithTooManyParts(absl::string_view text, size_t limit);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_KEY_PARTS_H_
