// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/decide.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "decision/version_tag.h"
#include "pinwarden/image_pattern.h"
#include "pinwarden/reference.h"
#include "re2/re2.h"

namespace pinwarden {
namespace {

// "registry/repository" of a reference as ImagePattern wants it, on the stack.
// Empty for an image id.
class ImageName {
 public:
  explicit ImageName(const Reference& reference) {
    if (reference.kind == ReferenceKind::kImageId) return;
    Append(WithoutDefaultPort(reference.registry));
    std::transform(buffer_, buffer_ + size_, buffer_, absl::ascii_tolower);
    Append("/");
    Append(reference.repository);
  }

  absl::string_view view() const { return {buffer_, size_}; }

 private:
  // "docker.io/library/" is all that a reference can gain over its text.
  static constexpr size_t kMaxBytes = kMaxReferenceBytes + 32;

  void Append(absl::string_view text) {
    size_ += text.copy(buffer_ + size_, kMaxBytes - size_);
  }

  char buffer_[kMaxBytes];
  size_t size_ = 0;
};

bool AcceptAny(size_t) { return true; }

// The verdict of rules()[rule], which fails the workload for `reason`.
Verdict Refuse(const Policy& policy, size_t rule, Reason reason) {
  Verdict verdict;
  verdict.mode = policy.rules()[rule].mode;
  verdict.outcome = verdict.mode == Mode::kEnforce ? Outcome::kRejected
                                                   : Outcome::kWouldReject;
  verdict.reason = reason;
  verdict.index = static_cast<uint32_t>(rule);
  return verdict;
}

// As Refuse(), by the first rule that matches by namespace and labels and names
// no images: without a name the others cannot be asked.
Verdict RefuseNameless(const Policy& policy, const Workload& workload,
                       Reason reason) {
  const MatchSubject subject{workload.name_space, {}, workload.labels};
  const size_t n = policy.nameless_rule_index().First(subject, AcceptAny);
  // The last rule matches everything, so there always is one.
  const size_t rule = n == MatchIndex::kNone ? policy.rules().size() - 1
                                             : policy.nameless_rules()[n];
  return Refuse(policy, rule, reason);
}

bool IsTrusted(const Rule& rule, absl::string_view name) {
  return rule.registries.empty() ||
         std::any_of(rule.registries.begin(), rule.registries.end(),
                     [name](const ImagePattern& p) { return p.Matches(name); });
}

// What the pin level makes of a reference: kPinned, kNotRequired or what fails.
Reason JudgePin(const Policy& policy, const Rule& rule,
                const Reference& reference) {
  if (rule.require == PinLevel::kNone) return Reason::kNotRequired;
  if (!reference.digest.empty()) return Reason::kPinned;
  if (rule.require == PinLevel::kDigest) return Reason::kNoDigest;
  if (reference.tag_defaulted) return Reason::kNoTag;
  if (policy.IsFloating(reference.tag)) return Reason::kFloatingTag;
  if (rule.require == PinLevel::kVersion &&
      !IsVersionTag(reference.tag, rule.version_components)) {
    return Reason::kImpreciseVersion;
  }
  return Reason::kPinned;
}

// A reference without a tag, so with a digest, has nothing to compare. One with
// neither means "latest", and that is compared.
bool FollowsTagConvention(const Rule& rule, const Reference& reference) {
  if (rule.tag_pattern == nullptr || reference.tag.empty()) return true;
  return re2::RE2::FullMatch(reference.tag, *rule.tag_pattern);
}

// What `rule` makes of a reference: kPinned, kNotRequired or the first that
// fails.
Reason Judge(const Policy& policy, const Rule& rule, const Reference& reference,
             absl::string_view name) {
  if (!IsTrusted(rule, name)) return Reason::kUntrustedRegistry;
  const Reason pin = JudgePin(policy, rule, reference);
  if (pin != Reason::kPinned && pin != Reason::kNotRequired) return pin;
  if (!FollowsTagConvention(rule, reference)) return Reason::kTagConvention;
  return pin;
}

enum class Ask { kAll, kPinOnly };

// What the policy makes of a reference, or of its pin alone.
Verdict DecideParsed(const Policy& policy, const Workload& workload,
                     const Reference& reference, Ask ask, absl::Time now) {
  const ImageName name(reference);
  const MatchSubject subject{workload.name_space, name.view(), workload.labels};
  const size_t exemption =
      policy.exemption_index().First(subject, [&policy, now](size_t i) {
        return now < policy.exemptions()[i].expires;
      });
  if (exemption != MatchIndex::kNone) {
    Verdict verdict;
    verdict.outcome = Outcome::kExempted;
    verdict.reason = Reason::kExempted;
    verdict.mode = policy.mode();
    verdict.by_exemption = true;
    verdict.index = static_cast<uint32_t>(exemption);
    return verdict;
  }

  size_t rule = policy.rule_index().First(subject, AcceptAny);
  // The last rule matches everything, so there always is one.
  if (rule == MatchIndex::kNone) rule = policy.rules().size() - 1;
  const Reason reason =
      ask == Ask::kAll
          ? Judge(policy, policy.rules()[rule], reference, name.view())
          : JudgePin(policy, policy.rules()[rule], reference);
  Verdict verdict = Refuse(policy, rule, reason);
  if (reason == Reason::kPinned || reason == Reason::kNotRequired) {
    verdict.outcome = Outcome::kAllowed;
  }
  return verdict;
}

// What the policy makes of one name of the workload's image.
Verdict DecideName(const Policy& policy, const Workload& workload,
                   absl::string_view image, absl::Time now) {
  const auto reference = ParseReference(image);
  if (reference.ok()) {
    return DecideParsed(policy, workload, *reference, Ask::kAll, now);
  }
  Verdict verdict =
      RefuseNameless(policy, workload, Reason::kMalformedReference);
  verdict.malformed = reference.status();
  return verdict;
}

// How much a verdict is against a workload.
int Severity(const Verdict& verdict) {
  switch (verdict.outcome) {
    case Outcome::kAllowed:
    case Outcome::kExempted:
    case Outcome::kSlippedAllowed:
      return 0;
    case Outcome::kWouldReject:
      return 1;
    case Outcome::kRejected:
    case Outcome::kSlippedViolation:
      break;
  }
  return 2;
}

// The strictest verdict on any name of the image. `shown` is that on the one
// that the runtime shows, which stands where another is no worse.
Verdict DecideStrictly(const Policy& policy, const Workload& workload,
                       Verdict shown, absl::Time now) {
  if (!workload.other_names.has_value()) {
    if (Severity(shown) > 0) return shown;
    return shown.by_exemption
               ? RefuseNameless(policy, workload, Reason::kAmbiguousImage)
               : Refuse(policy, shown.index, Reason::kAmbiguousImage);
  }
  Verdict worst = std::move(shown);
  for (size_t i = 0; i < workload.other_names->size(); ++i) {
    Verdict other =
        DecideName(policy, workload, (*workload.other_names)[i], now);
    if (Severity(other) <= Severity(worst)) continue;
    worst = std::move(other);
    worst.other_name = static_cast<uint32_t>(i);
  }
  return worst;
}

// A name that may not be the one that was asked for refuses nothing.
Verdict OnlyObserved(Verdict verdict) {
  if (verdict.outcome == Outcome::kRejected) {
    verdict.outcome = Outcome::kWouldReject;
  }
  verdict.mode = Mode::kObserve;
  return verdict;
}

}  // namespace

Verdict Decide(const Policy& policy, const Workload& workload, absl::Time now) {
  if (workload.confidence == Confidence::kUnknown) {
    Verdict verdict =
        RefuseNameless(policy, workload, Reason::kUnidentifiedImage);
    if (policy.unidentified() == Unidentified::kAllow) {
      verdict.outcome = Outcome::kAllowed;
    }
    return verdict;
  }
  Verdict verdict = DecideName(policy, workload, workload.image, now);
  if (workload.confidence != Confidence::kAlias) return verdict;
  switch (policy.ambiguous()) {
    case Ambiguous::kJudge:
      return verdict;
    case Ambiguous::kStrict:
      return DecideStrictly(policy, workload, std::move(verdict), now);
    case Ambiguous::kObserve:
      return OnlyObserved(std::move(verdict));
  }
  return verdict;
}

Verdict DecidePin(const Policy& policy, const Workload& workload,
                  const absl::StatusOr<Reference>& reference, absl::Time now) {
  if (reference.ok()) {
    return DecideParsed(policy, workload, *reference, Ask::kPinOnly, now);
  }
  Verdict verdict =
      RefuseNameless(policy, workload, Reason::kMalformedReference);
  verdict.malformed = reference.status();
  return verdict;
}

}  // namespace pinwarden
