// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/verdict.h"

namespace pinwarden {

absl::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllowed:
      return "allowed";
    case Outcome::kExempted:
      return "exempted";
    case Outcome::kWouldReject:
      return "would_reject";
    case Outcome::kRejected:
      return "rejected";
  }
  return "";
}

absl::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kPinned:
      return "pinned";
    case Reason::kNotRequired:
      return "not_required";
    case Reason::kExempted:
      return "exempted";
    case Reason::kNoTag:
      return "no_tag";
    case Reason::kFloatingTag:
      return "floating_tag";
    case Reason::kImpreciseVersion:
      return "imprecise_version";
    case Reason::kNoDigest:
      return "no_digest";
    case Reason::kUntrustedRegistry:
      return "untrusted_registry";
    case Reason::kTagConvention:
      return "tag_convention";
    case Reason::kMalformedReference:
      return "malformed_reference";
    case Reason::kUnidentifiedImage:
      return "unidentified_image";
  }
  return "";
}

absl::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kExact:
      return "exact";
    case Confidence::kAlias:
      return "alias";
    case Confidence::kUnknown:
      return "unknown";
  }
  return "";
}

absl::string_view DecidedBy(const Policy& policy, const Verdict& verdict) {
  return verdict.by_exemption ? policy.exemptions()[verdict.index].name
                              : policy.rules()[verdict.index].name;
}

Position DecidedAt(const Policy& policy, const Verdict& verdict) {
  return verdict.by_exemption ? policy.exemptions()[verdict.index].at
                              : policy.rules()[verdict.index].at;
}

}  // namespace pinwarden
