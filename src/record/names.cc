// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The enums of a record: their names in text, and the domain's as protobuf's.
#include <array>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

// protobuf's enums are open: a newer peer may send a value without a name here.
template <size_t kSize, typename Enum>
absl::string_view NameIn(const std::array<absl::string_view, kSize>& names,
                         Enum value) {
  const int index = static_cast<int>(value);
  if (index < 0 || static_cast<size_t>(index) >= kSize) return names[0];
  return names[static_cast<size_t>(index)];
}

}  // namespace

absl::string_view NameOf(v1::Outcome outcome) {
  static constexpr std::array<absl::string_view, v1::Outcome_ARRAYSIZE> kNames =
      {"unspecified", "allowed",         "exempted",         "would_reject",
       "rejected",    "slipped_allowed", "slipped_violation"};
  return NameIn(kNames, outcome);
}

absl::string_view NameOf(v1::Reason reason) {
  static constexpr std::array<absl::string_view, v1::Reason_ARRAYSIZE> kNames =
      {"unspecified",
       "pinned",
       "not_required",
       "exempted",
       "no_tag",
       "floating_tag",
       "imprecise_version",
       "no_digest",
       "untrusted_registry",
       "tag_convention",
       "malformed_reference",
       "unidentified_image",
       "ambiguous_image"};
  return NameIn(kNames, reason);
}

absl::string_view NameOf(v1::Confidence confidence) {
  static constexpr std::array<absl::string_view, v1::Confidence_ARRAYSIZE>
      kNames = {"unspecified", "exact", "alias", "unknown"};
  return NameIn(kNames, confidence);
}

absl::string_view NameOf(v1::Mode mode) {
  static constexpr std::array<absl::string_view, v1::Mode_ARRAYSIZE> kNames = {
      "unspecified", "observe", "enforce"};
  return NameIn(kNames, mode);
}

absl::string_view NameOf(v1::Trigger trigger) {
  static constexpr std::array<absl::string_view, v1::Trigger_ARRAYSIZE> kNames =
      {"unspecified", "create", "validate", "synchronize"};
  return NameIn(kNames, trigger);
}

v1::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllowed:
      return v1::OUTCOME_ALLOWED;
    case Outcome::kExempted:
      return v1::OUTCOME_EXEMPTED;
    case Outcome::kWouldReject:
      return v1::OUTCOME_WOULD_REJECT;
    case Outcome::kRejected:
      return v1::OUTCOME_REJECTED;
    case Outcome::kSlippedAllowed:
      return v1::OUTCOME_SLIPPED_ALLOWED;
    case Outcome::kSlippedViolation:
      return v1::OUTCOME_SLIPPED_VIOLATION;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

v1::Reason ToProto(Reason reason) {
  switch (reason) {
    case Reason::kPinned:
      return v1::REASON_PINNED;
    case Reason::kNotRequired:
      return v1::REASON_NOT_REQUIRED;
    case Reason::kExempted:
      return v1::REASON_EXEMPTED;
    case Reason::kNoTag:
      return v1::REASON_NO_TAG;
    case Reason::kFloatingTag:
      return v1::REASON_FLOATING_TAG;
    case Reason::kImpreciseVersion:
      return v1::REASON_IMPRECISE_VERSION;
    case Reason::kNoDigest:
      return v1::REASON_NO_DIGEST;
    case Reason::kUntrustedRegistry:
      return v1::REASON_UNTRUSTED_REGISTRY;
    case Reason::kTagConvention:
      return v1::REASON_TAG_CONVENTION;
    case Reason::kMalformedReference:
      return v1::REASON_MALFORMED_REFERENCE;
    case Reason::kUnidentifiedImage:
      return v1::REASON_UNIDENTIFIED_IMAGE;
    case Reason::kAmbiguousImage:
      return v1::REASON_AMBIGUOUS_IMAGE;
  }
  return v1::REASON_UNSPECIFIED;
}

v1::Confidence ToProto(Confidence confidence) {
  switch (confidence) {
    case Confidence::kExact:
      return v1::CONFIDENCE_EXACT;
    case Confidence::kAlias:
      return v1::CONFIDENCE_ALIAS;
    case Confidence::kUnknown:
      return v1::CONFIDENCE_UNKNOWN;
  }
  return v1::CONFIDENCE_UNSPECIFIED;
}

v1::Mode ToProto(Mode mode) {
  switch (mode) {
    case Mode::kObserve:
      return v1::MODE_OBSERVE;
    case Mode::kEnforce:
      return v1::MODE_ENFORCE;
  }
  return v1::MODE_UNSPECIFIED;
}

}  // namespace pinwarden
