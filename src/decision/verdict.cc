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
    case Outcome::kSlippedAllowed:
      return "slipped_allowed";
    case Outcome::kSlippedViolation:
      return "slipped_violation";
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
    case Reason::kAmbiguousImage:
      return "ambiguous_image";
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

Verdict Slipped(Verdict verdict) {
  switch (verdict.outcome) {
    case Outcome::kAllowed:
    case Outcome::kExempted:
    case Outcome::kSlippedAllowed:
      verdict.outcome = Outcome::kSlippedAllowed;
      return verdict;
    case Outcome::kWouldReject:
    case Outcome::kRejected:
    case Outcome::kSlippedViolation:
      break;
  }
  verdict.outcome = Outcome::kSlippedViolation;
  return verdict;
}

absl::string_view DecidedName(const Workload& workload,
                              const Verdict& verdict) {
  if (!verdict.other_name.has_value()) return workload.image;
  return (*workload.other_names)[*verdict.other_name];
}

absl::string_view DecidedBy(const Policy& policy, const Verdict& verdict) {
  return verdict.by_exemption ? policy.exemptions()[verdict.index].name
                              : policy.rules()[verdict.index].name;
}

absl::string_view DecidedIn(const Policy& policy, const Verdict& verdict) {
  return verdict.by_exemption
             ? policy.FileOf(policy.exemptions()[verdict.index])
             : policy.file();
}

Position DecidedAt(const Policy& policy, const Verdict& verdict) {
  return verdict.by_exemption ? policy.exemptions()[verdict.index].at
                              : policy.rules()[verdict.index].at;
}

}  // namespace pinwarden
