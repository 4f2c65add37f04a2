// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_REACH_H_
#define PINWARDEN_POLICY_REACH_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "pinwarden/match.h"

namespace pinwarden {

// A match that can never be the first to hold, and one before it that holds
// wherever it does.
struct Covered {
  size_t index;
  size_t by;
};

// Finds the covered ones in an ordered list, in order. Compares a match only
// with those before it that name something it names too, so that 10,000 rules
// about different things cost little; past kMaxCoverWork comparisons of single
// patterns it gives up on the rest, which only means that a rule too many goes
// unreported.
inline constexpr size_t kMaxCoverWork = 20'000'000;
std::vector<Covered> FindCovered(absl::Span<const Match* const> matches);

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_REACH_H_
