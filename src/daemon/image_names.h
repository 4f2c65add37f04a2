// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_IMAGE_NAMES_H_
#define PINWARDEN_SRC_DAEMON_IMAGE_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/cri.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// The names that the image called `name` has besides, as the runtime's image
// store has it now: what was asked for a moment ago may decide a verdict.
//
// kNotFound: it is not on this host. Otherwise as CriClient says.
absl::StatusOr<std::vector<std::string>> LearnOtherNames(
    CriClient& cri, absl::string_view name);

// Adds the other names to the record of an image shown under one of several.
// Where the one shown is the only one, it was the one that was asked for, and
// the record says so. What cannot be learnt leaves the record as it is.
void CompleteNames(CriClient& cri, v1::Decision* decision);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_IMAGE_NAMES_H_
