// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/fix.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pinwarden/lock_file.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

bool IsAboutPin(Reason reason) {
  switch (reason) {
    case Reason::kNoTag:
    case Reason::kFloatingTag:
    case Reason::kImpreciseVersion:
    case Reason::kNoDigest:
      return true;
    case Reason::kPinned:
    case Reason::kNotRequired:
    case Reason::kExempted:
    case Reason::kUntrustedRegistry:
    case Reason::kTagConvention:
    case Reason::kMalformedReference:
    case Reason::kUnidentifiedImage:
    case Reason::kAmbiguousImage:
      return false;
  }
  return false;
}

bool StandsAsItIs(absl::string_view text, const ImageUse& use) {
  return use.literal && use.at.begin < use.at.end &&
         use.at.end <= text.size() &&
         text.substr(use.at.begin, use.at.end - use.at.begin) == use.image;
}

std::string Pinned(absl::string_view image, absl::string_view digest) {
  return absl::StrCat(image, "@", digest);
}

// The edit for one use, or why there is none.
std::string PlanOne(absl::string_view text, const ImageUse& use,
                    const DigestSource& digests, PinEdit* edit) {
  std::string why = CannotPin(text, use);
  if (!why.empty()) return why;
  const auto reference = ParseReference(use.image);
  const absl::StatusOr<std::string> digest = digests(*reference);
  if (!digest.ok()) {
    return absl::StrCat("no digest is known of ", Quote(reference->ToString()),
                        ": ", digest.status().message());
  }
  const auto pinned = ParseReference(Pinned(use.image, *digest));
  if (!IsDigest(*digest) || !pinned.ok()) {
    return absl::StrCat(Quote(*digest), " cannot be its digest");
  }
  *edit = {use.at, use.image, *digest};
  return "";
}

}  // namespace

bool LacksPin(const JudgedUse& judged) {
  if (judged.finding.state == FindingState::kSuppressed) return false;
  if (!judged.use.not_judged.empty()) return true;
  const bool refused = judged.verdict.outcome == Outcome::kRejected ||
                       judged.verdict.outcome == Outcome::kWouldReject;
  return refused && IsAboutPin(judged.verdict.reason);
}

bool LacksDigest(const ImageUse& use) {
  if (use.kind == UseKind::kAction) return false;
  const auto reference = ParseReference(use.image);
  return !reference.ok() || reference->digest.empty();
}

std::string CannotPin(absl::string_view text, const ImageUse& use) {
  if (!use.not_judged.empty()) return use.not_judged;
  if (use.kind == UseKind::kAction) {
    return "an action is pinned with the id of a commit, which is looked up "
           "nowhere: write it in place of what is after \"@\"";
  }
  const auto reference = ParseReference(use.image);
  if (!reference.ok()) {
    return absl::StrCat("it is no image reference: ",
                        reference.status().message());
  }
  if (!reference->digest.empty()) return "it has a digest";
  if (!StandsAsItIs(text, use)) {
    return "it does not stand there as it is, but is made of a variable, an "
           "escape or several values: pin it by hand";
  }
  return "";
}

FixPlan PlanFix(absl::string_view text, absl::Span<const ImageUse* const> uses,
                const DigestSource& digests) {
  FixPlan plan;
  // By where they end: in a text without overlaps that is the order of where
  // they start, too.
  std::map<size_t, PinEdit> edits;
  for (const ImageUse* use : uses) {
    PinEdit edit;
    std::string why = PlanOne(text, *use, digests, &edit);
    if (why.empty()) {
      // The first place that does not end before this one starts.
      const auto near = edits.upper_bound(edit.at.begin);
      if (near == edits.end() || near->second.at.begin >= edit.at.end) {
        edits.emplace(edit.at.end, std::move(edit));
      } else if (near->second.at != edit.at) {
        why = "it overlaps another image that is pinned";
      }
    }
    if (!why.empty()) plan.left.push_back({use, std::move(why)});
  }
  for (auto& [end, edit] : edits) plan.edits.push_back(std::move(edit));
  return plan;
}

std::string ApplyEdits(absl::string_view text,
                       absl::Span<const PinEdit> edits) {
  std::string fixed;
  size_t done = 0;
  for (const PinEdit& edit : edits) {
    absl::StrAppend(&fixed, text.substr(done, edit.at.end - done), "@",
                    edit.digest);
    done = edit.at.end;
  }
  absl::StrAppend(&fixed, text.substr(done));
  return fixed;
}

absl::Status CheckFixed(
    absl::Span<const JudgedUse> before, absl::Span<const JudgedUse> after,
    const std::function<const PinEdit*(const ImageUse& use)>& edit_of) {
  if (before.size() != after.size()) {
    return absl::InternalError(absl::StrCat("it would name ", after.size(),
                                            " images, and not ", before.size(),
                                            " as now"));
  }
  for (size_t i = 0; i < before.size(); ++i) {
    const ImageUse& was = before[i].use;
    const ImageUse& is = after[i].use;
    const PinEdit* const edit = edit_of(was);
    const std::string want =
        edit == nullptr ? was.image : Pinned(edit->image, edit->digest);
    if (is.image != want || is.kind != was.kind ||
        is.not_judged != was.not_judged) {
      return absl::InternalError(absl::StrCat("it would name ", Quote(is.image),
                                              " where it should "
                                              "name ",
                                              Quote(want)));
    }
  }
  return absl::OkStatus();
}

}  // namespace pinwarden
