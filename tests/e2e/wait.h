// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_WAIT_H_
#define PINWARDEN_TESTS_E2E_WAIT_H_

#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace pinwarden::e2e {

// Longer than anything here takes on a busy machine: a test that waits this
// long has failed.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

// Looks at `condition` every few milliseconds until it holds. False if it never
// did.
inline bool WaitUntil(const std::function<bool()>& condition,
                      absl::Duration limit = kPatience) {
  const absl::Time deadline = absl::Now() + limit;
  while (!condition()) {
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_WAIT_H_
