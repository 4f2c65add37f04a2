// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   action := owner "/" repo [ "/" path ] "@" ref
//
// as docs.github.com describes `jobs.<id>.steps[*].uses`.
#include "lint/action.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "pinwarden/decide.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxActionBytes = 1024;
constexpr size_t kShownBytes = 260;

bool IsCommitId(absl::string_view ref) {
  return (ref.size() == 40 || ref.size() == 64) &&
         std::all_of(ref.begin(), ref.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// In it $0 stands for the action without its ref and $1 for the ref in quotes.
absl::string_view TextFor(const Verdict& verdict, bool commit) {
  switch (verdict.reason) {
    case Reason::kPinned:
      return commit ? "a full commit id names one version that cannot change"
                    : "ref $1 is what this rule asks for";
    case Reason::kNotRequired:
      return "this rule asks for no pin";
    case Reason::kExempted:
      return "the policy says why and until when";
    case Reason::kFloatingTag:
      return "ref $1 changes without notice; pin it: $0@<full commit id>";
    case Reason::kImpreciseVersion:
      return "ref $1 does not name one version; pin it: $0@<full commit id>";
    case Reason::kNoTag:
    case Reason::kNoDigest:
      return "a ref can be moved, and this rule asks for a digest, as which a "
             "full commit id counts; pin it: $0@<full commit id>";
    case Reason::kMalformedReference:
      return "not an action: $1; write it as owner/repository@<full commit id>";
    case Reason::kUntrustedRegistry:
    case Reason::kTagConvention:
    case Reason::kUnidentifiedImage:
    case Reason::kAmbiguousImage:
      break;
  }
  return "";
}

std::string Unquoted(absl::string_view text) {
  const std::string quoted = Quote(text, kShownBytes);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

absl::StatusOr<Reference> ParseAction(absl::string_view text) {
  if (text.size() > kMaxActionBytes) {
    return Malformed("it is longer than 1024 bytes");
  }
  const size_t at = text.find('@');
  const absl::string_view name = text.substr(0, at);
  if (!std::all_of(text.begin(), text.end(), absl::ascii_isgraph)) {
    return Malformed("it holds a character that none has");
  }
  const size_t slash = name.find('/');
  if (slash == 0 || slash == absl::string_view::npos ||
      slash + 1 == name.size() || name[slash + 1] == '/') {
    return Malformed("it does not say owner/repository");
  }
  if (at == absl::string_view::npos || at + 1 == text.size()) {
    return Malformed("it names no ref after an \"@\"");
  }
  const absl::string_view ref = text.substr(at + 1);
  Reference reference;
  reference.registry = "github.com";
  // Repositories are told apart without regard to case.
  reference.repository = absl::AsciiStrToLower(name);
  if (IsCommitId(ref)) {
    reference.digest = absl::StrCat("commit:", ref);
  } else {
    reference.tag = std::string(ref);
  }
  return reference;
}

Verdict DecideAction(const Policy& policy, const Workload& workload,
                     absl::Time now) {
  return DecidePin(policy, workload, ParseAction(workload.image), now);
}

std::string ActionMessage(const Policy& policy, const Workload& workload,
                          const Verdict& verdict) {
  const auto reference = ParseAction(workload.image);
  const size_t at = std::min(workload.image.find('@'), workload.image.size());
  const absl::string_view ref =
      workload.image.substr(std::min(at + 1, workload.image.size()));
  const std::string detail = reference.ok()
                                 ? Quote(ref, kShownBytes)
                                 : std::string(reference.status().message());
  return absl::StrCat(
      "pinwarden: action ", Quote(workload.image, kShownBytes), " ",
      DecidedHow(policy, verdict), ": ",
      absl::Substitute(
          TextFor(verdict, reference.ok() && !reference->digest.empty()),
          Unquoted(workload.image.substr(0, at)), detail));
}

}  // namespace pinwarden
