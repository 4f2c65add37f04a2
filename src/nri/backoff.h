// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_BACKOFF_H_
#define PINWARDEN_SRC_NRI_BACKOFF_H_

#include <algorithm>

#include "absl/time/time.h"

namespace pinwarden {

// Pauses between tries: each twice the one before, from `first` up to
// `longest`.
class Backoff {
 public:
  Backoff(absl::Duration first, absl::Duration longest)
      : first_(first), longest_(longest), next_(first) {}

  absl::Duration Next() {
    const absl::Duration pause = next_;
    next_ = std::min(next_ * 2, longest_);
    return pause;
  }

  void Reset() { next_ = first_; }

 private:
  const absl::Duration first_;
  const absl::Duration longest_;
  absl::Duration next_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_BACKOFF_H_
