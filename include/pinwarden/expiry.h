// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_EXPIRY_H_
#define PINWARDEN_EXPIRY_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pinwarden {

// The instant from which an exemption no longer holds.
//
//   2027-01-31                 2027-02-01T00:00:00Z: it holds all of that day
//   2027-01-31T12:00:00Z       that instant
//   2027-01-31T12:00:00+02:00  that instant
//
// kInvalidArgument: says what is wrong, for the author of the policy.
absl::StatusOr<absl::Time> ParseExpiry(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_EXPIRY_H_
