// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_SHOW_H_
#define PINWARDEN_SRC_DOCTOR_SHOW_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/problem.h"
#include "pinwarden/quote.h"

namespace pinwarden {

inline constexpr size_t kMaxShownBytes = 512;

// Text from outside as it is, if it can be shown so, or else quoted.
inline std::string Show(absl::string_view text) {
  return IsPrintable(text) && text.size() <= kMaxShownBytes
             ? std::string(text)
             : Quote(text, kMaxShownBytes);
}

inline std::string Show(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_SHOW_H_
