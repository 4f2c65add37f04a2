// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TEXT_DIFF_H_
#define PINWARDEN_TEXT_DIFF_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// What turns `before` into `after`, as `diff -u` shows it and `patch` and `git
// apply` take it; "" when they are equal. An empty `before` is a file that was
// not there. Lines end with "\n", and a "\r" before that is part of them.
//
// `name` is quoted as git does where it has to be, and one "/" at its start is
// left out. Changes that are few come out as few as they are; of texts that
// have little in common all lines may be shown as changed. Thread-safe.
std::string UnifiedDiff(absl::string_view before, absl::string_view after,
                        absl::string_view name);

}  // namespace pinwarden

#endif  // PINWARDEN_TEXT_DIFF_H_
