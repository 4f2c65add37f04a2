// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_WORKLOAD_H_
#define PINWARDEN_WORKLOAD_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/match.h"

namespace pinwarden {

// How sure the runtime lets us be of the image's name.
enum class Confidence {
  kExact,    // the string that was asked for
  kAlias,    // one of the names of that image on this host
  kUnknown,  // no name that can be trusted
};

absl::string_view ConfidenceName(Confidence confidence);  // "exact", ...

// What is judged: one container about to be created. Views only: they must
// outlive the call that they are passed to.
struct Workload {
  absl::string_view image;  // raw, as claimed; ignored under kUnknown
  Confidence confidence = Confidence::kUnknown;
  absl::string_view name_space;    // the pod's
  absl::Span<const Label> labels;  // the pod's
  // Under kAlias: which other names the image has on this host, if that is
  // known.
  std::optional<absl::Span<const std::string>> other_names = std::nullopt;
};

}  // namespace pinwarden

#endif  // PINWARDEN_WORKLOAD_H_
