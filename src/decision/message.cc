// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A message is made of
//
//   pinwarden: image IMAGE[, here also OTHER,] VERB DECIDED-BY (FILE:LINE): TEXT
//
// OTHER is the name that decided, where that is not IMAGE; TEXT is about it.
// Everything but IMAGE is bounded on its own, so IMAGE gets what is left of
// kMaxMessageBytes, and a long one never costs the rule or the advice.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"
#include "pinwarden/verdict.h"
#include "re2/re2.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxFileBytes = 64;
constexpr size_t kMaxNameBytes = 260;    // of a rule or an exemption
constexpr size_t kMaxDetailBytes = 256;  // of what a policy's author wrote
constexpr size_t kMaxShortDetailBytes = 96;
constexpr size_t kMinImageBytes = 128;  // less, and the advice is shortened

// What TEXT is made with. Bounded, printable ASCII.
struct Words {
  std::string name;          // the image as written, without tag and digest
  std::string name_and_tag;  // without digest only
  std::string tag;           // in quotes
  std::string detail;        // see DetailFor()
};

absl::string_view Verb(const Verdict& verdict) {
  switch (verdict.outcome) {
    case Outcome::kAllowed:
      return "allowed by rule";
    case Outcome::kExempted:
      return "exempted by";
    case Outcome::kWouldReject:
      return "would be refused by rule";
    case Outcome::kRejected:
      return "refused by rule";
    case Outcome::kSlippedAllowed:
      return verdict.by_exemption ? "slipped by, exempted by"
                                  : "slipped by, allowed by rule";
    case Outcome::kSlippedViolation:
      return "slipped by, against rule";
  }
  return "";
}

// TEXT: why, and for a refusal what to do. In it $0 stands for Words::name, $1
// for name_and_tag, $2 for tag and $3 for detail. `rule` is null when an
// exemption decided.
absl::string_view TextFor(const Verdict& verdict, const Rule* rule,
                          const Reference& reference) {
  const bool has_digest = !reference.digest.empty();
  switch (verdict.reason) {
    case Reason::kPinned:
      if (has_digest) return "its digest names one image that cannot change";
      return rule != nullptr && rule->require == PinLevel::kVersion
                 ? "tag $2 names one version"
                 : "tag $2 is explicit and not a floating one";
    case Reason::kNotRequired:
      return "this rule asks for no pin";
    case Reason::kExempted:
      return "$3; pin it by then";
    case Reason::kNoTag:
      return "no tag means \"latest\", which changes without notice; "
             "pin it: $0:<version> or $0@sha256:<digest>";
    case Reason::kFloatingTag:
      return "tag $2 changes without notice; "
             "pin it: $0:<version> or $0@sha256:<digest>";
    case Reason::kImpreciseVersion:
      return "tag $2 does not name one version: that takes $3, a date or a "
             "commit id; pin it: $0:<version> or $0@sha256:<digest>";
    case Reason::kNoDigest:
      return "a tag can be moved, and this rule asks for a digest; "
             "pin it: $1@sha256:<digest>";
    case Reason::kUntrustedRegistry:
      return reference.kind == ReferenceKind::kImageId
                 ? "an image id does not say where the image is from, and this "
                   "rule trusts only $3; use an image from there by its name"
                 : "this rule trusts only $3; use an image from there";
    case Reason::kTagConvention:
      if (reference.tag_defaulted) {
        return "no tag means \"latest\", which does not match $3; "
               "use a tag that does: $0:<tag>";
      }
      return has_digest ? "tag $2 does not match $3; use a tag that does, or "
                          "none: $0@sha256:<digest>"
                        : "tag $2 does not match $3; use a tag that does: "
                          "$0:<tag>";
    case Reason::kMalformedReference:
      return "not an image reference: $3; "
             "write it as name:<version> or name@sha256:<digest>";
    case Reason::kUnidentifiedImage:
      return verdict.outcome == Outcome::kAllowed ||
                     verdict.outcome == Outcome::kSlippedAllowed
                 ? "the runtime does not say which image it is, and the policy "
                   "has \"unidentified: allow\""
                 : "the runtime does not say which image it is; use one that "
                   "does, such as containerd 1.7 or later, or set "
                   "\"unidentified: allow\" in the policy";
    case Reason::kAmbiguousImage:
      return "this is one of the image's names on this host, and the runtime "
             "did not tell the others, which \"ambiguous: strict\" in the "
             "policy asks for; see cri_socket in pinwardend's settings";
  }
  return "";
}

// `text` as Quote() shows it, without the quotes.
std::string Unquoted(absl::string_view text, size_t max_bytes) {
  const std::string quoted = Quote(text, max_bytes + 2);
  return quoted.substr(1, quoted.size() - 2);
}

// "ghcr.io/acme/**, registry.example.com/** and 2 more"
std::string ListOf(const std::vector<ImagePattern>& patterns) {
  std::string list;
  size_t shown = 0;
  for (const ImagePattern& pattern : patterns) {
    const std::string entry = Unquoted(pattern.pattern(), kMaxShortDetailBytes);
    if (list.size() + entry.size() + 2 > kMaxDetailBytes) break;
    absl::StrAppend(&list, shown == 0 ? "" : ", ", entry);
    ++shown;
  }
  if (shown < patterns.size()) {
    absl::StrAppend(&list, " and ", patterns.size() - shown, " more");
  }
  return list;
}

std::string DescribeExemption(const Exemption& exemption) {
  return absl::StrCat(Quote(exemption.reason, kMaxDetailBytes), ", owner ",
                      Quote(exemption.owner, kMaxShortDetailBytes),
                      ", expires ",
                      Unquoted(exemption.expires_text, kMaxShortDetailBytes));
}

// What the policy says that the reason is about.
std::string DetailFor(const Policy& policy, const Verdict& verdict,
                      const Rule* rule) {
  if (verdict.reason == Reason::kMalformedReference) {
    return Unquoted(verdict.malformed.message(), kMaxDetailBytes);
  }
  if (rule == nullptr) {
    return DescribeExemption(policy.exemptions()[verdict.index]);
  }
  if (verdict.reason == Reason::kUntrustedRegistry) {
    return ListOf(rule->registries);
  }
  if (verdict.reason == Reason::kTagConvention &&
      rule->tag_pattern != nullptr) {
    return Quote(rule->tag_pattern->pattern(), kMaxDetailBytes);
  }
  if (rule->version_components == 1) return "a leading number";
  return absl::StrCat(rule->version_components, " dotted numbers");
}

// `image` parses to `reference`.
void SetAsWritten(absl::string_view image, const Reference& reference,
                  Words* words) {
  const absl::string_view name_and_tag = image.substr(0, image.find('@'));
  absl::string_view name = name_and_tag;
  if (!reference.tag.empty() && !reference.tag_defaulted) {
    name.remove_suffix(reference.tag.size() + 1);
  }
  words->name = std::string(name);
  words->name_and_tag = std::string(name_and_tag);
}

// For an image whose name is too long to be repeated.
void SetPlaceholders(const Reference& reference, Words* words) {
  words->name = "<image>";
  words->name_and_tag = reference.tag.empty() || reference.tag_defaulted
                            ? words->name
                            : absl::StrCat("<image>:", reference.tag);
}

}  // namespace

std::string DecidedHow(const Policy& policy, const Verdict& verdict) {
  return absl::StrCat(Verb(verdict), " ",
                      Quote(DecidedBy(policy, verdict), kMaxNameBytes), " (",
                      Unquoted(DecidedIn(policy, verdict), kMaxFileBytes), ":",
                      DecidedAt(policy, verdict).line, ")");
}

std::string VerdictMessage(const Policy& policy, const Workload& workload,
                           const Verdict& verdict) {
  const Rule* const rule =
      verdict.by_exemption ? nullptr : &policy.rules()[verdict.index];
  const absl::string_view judged = DecidedName(workload, verdict);
  const auto parsed = ParseReference(judged);
  const Reference reference = parsed.value_or(Reference());
  Words words;
  if (parsed.ok()) {
    SetAsWritten(judged, reference, &words);
  } else {
    SetPlaceholders(reference, &words);
  }
  words.tag = Quote(reference.tag);
  words.detail = DetailFor(policy, verdict, rule);

  const std::string also =
      verdict.other_name.has_value()
          ? absl::StrCat(", here also ", Quote(judged, kMaxDetailBytes), ",")
          : "";
  const std::string decided =
      absl::StrCat(also, " ", DecidedHow(policy, verdict), ": ");
  const auto text = [&] {
    return absl::Substitute(TextFor(verdict, rule, reference), words.name,
                            words.name_and_tag, words.tag, words.detail);
  };
  if (verdict.reason == Reason::kUnidentifiedImage) {
    return absl::StrCat("pinwarden: unidentified image", decided, text());
  }

  constexpr absl::string_view kStart = "pinwarden: image ";
  const auto room = [&](absl::string_view tail) {
    const size_t used = kStart.size() + decided.size() + tail.size();
    return kMaxMessageBytes - std::min(used, kMaxMessageBytes);
  };
  std::string tail = text();
  if (room(tail) < std::min(workload.image.size() + 2, kMinImageBytes)) {
    SetPlaceholders(reference, &words);
    tail = text();
  }
  return absl::StrCat(kStart, Quote(workload.image, room(tail)), decided, tail);
}

}  // namespace pinwarden
