// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_FIX_H_
#define PINWARDEN_FIX_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/image_use.h"
#include "pinwarden/lint.h"
#include "pinwarden/reference.h"

namespace pinwarden {

// How the images of a file get their digests. The tag stays, for people:
//
//   nginx:1.27.3   nginx:1.27.3@sha256:<64 hex>
//   nginx          nginx@sha256:<64 hex>
//
// Nothing but "@<digest>" is ever put into a text, right behind the bytes of a
// reference that stands there as it is.

// What the policy is against for want of a pin (no_tag, floating_tag,
// imprecise_version, no_digest), and what could not be judged. Not what its
// author suppresses.
bool LacksPin(const JudgedUse& judged);

// Any image without a digest.
bool LacksDigest(const ImageUse& use);

// Why `use`, which lacks a digest, can get none whatever its digest is: its
// value is not known, does not stand there as it is, or is no image. "" where
// it can. `text` is the file that it is in.
std::string CannotPin(absl::string_view text, const ImageUse& use);

// Where to find the digest of what is named. An error says why there is none
// ("not on this host"), and it stays as it is.
using DigestSource =
    std::function<absl::StatusOr<std::string>(const Reference& reference)>;

struct PinEdit {
  TextRange at;        // of the reference, as it was
  std::string image;   // the bytes there
  std::string digest;  // that goes behind them
};

// An image that stays without a digest, and why.
struct Unpinned {
  const ImageUse* use;
  std::string why;
};

struct FixPlan {
  std::vector<PinEdit> edits;  // by place, one for each place
  std::vector<Unpinned> left;  // in the order of `uses`
};

// What to do about `uses`, all of one file with this text. Where two of them
// would be changed in places that overlap, the later one is left.
FixPlan PlanFix(absl::string_view text, absl::Span<const ImageUse* const> uses,
                const DigestSource& digests);

// `text` with all of the edits made, which are those of its plan.
std::string ApplyEdits(absl::string_view text, absl::Span<const PinEdit> edits);

// Whether fixed files name just the images that they should: `after` is what is
// found in them, `before` was in the files as they were, and `edit_of` tells
// which edit, if any, was made where a use of those stands.
//
// kInternal: they do not; says which image is amiss.
absl::Status CheckFixed(
    absl::Span<const JudgedUse> before, absl::Span<const JudgedUse> after,
    const std::function<const PinEdit*(const ImageUse& use)>& edit_of);

}  // namespace pinwarden

#endif  // PINWARDEN_FIX_H_
