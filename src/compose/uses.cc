// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "compose/uses.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pinwarden/reference.h"

namespace pinwarden::compose_internal {
namespace {

constexpr absl::string_view kImageContext = "docker-image://";
constexpr size_t kMaxNamedUsers = 3;
// Of all images that have variables in them.
constexpr size_t kMaxFilledBytes = 64 << 20;

// Whether text that begins with `start`, where a variable follows, may turn out
// to name an image.
bool MayNameImage(absl::string_view start) {
  return absl::StartsWith(start, kImageContext) ||
         absl::StartsWith(kImageContext, start);
}

// Of what is written where an image is not known.
absl::string_view Shown(absl::string_view text) {
  return text.substr(0, kMaxReferenceBytes);
}

}  // namespace

void Uses::AddService(absl::string_view name, const ComposeService& service) {
  const std::string who = absl::StrCat("service ", Plainly(name));
  std::string unknown;
  const std::string policy =
      service.pull_policy.has_value()
          ? Fill(*service.pull_policy, service.pull_policy->node.scalar(),
                 &unknown)
          : "";
  // Compose pulls an image that it could build, too, unless it is told not to.
  const bool only_built =
      service.built && (policy == "build" || policy == "never");
  if (service.image.has_value() && !only_built) {
    AddImage(
        *service.image, 0,
        absl::StrCat(
            who, service.built ? ", built only if it cannot be pulled" : ""));
  }
  for (const Place& hook : service.hooks) {
    AddImage(hook, 0, absl::StrCat(who, ", hook"));
  }
  for (const auto& [target, volume] : service.volumes) {
    AddVolume(who, target, volume);
  }
  for (const auto& [context, place] : service.contexts) {
    AddContext(who, context, place);
  }
  if (service.dockerfile_inline.has_value()) AddDockerfile(who, service);
}

void Uses::AddVolume(absl::string_view service, absl::string_view target,
                     const ComposeService::Volume& volume) {
  if (!volume.type.has_value() || !volume.source.has_value()) return;
  std::string unknown;
  const std::string type =
      Fill(*volume.type, volume.type->node.scalar(), &unknown);
  if (unknown.empty() && type != "image") return;
  const std::string where = absl::StrCat(service, ", volume ", Plainly(target));
  if (!unknown.empty()) {
    Add(volume.source->at(), Shown(volume.source->node.scalar()), false, true,
        absl::StrCat("its type is not known: ", unknown), where);
  } else {
    AddImage(*volume.source, 0, where);
  }
}

void Uses::AddContext(absl::string_view service, absl::string_view name,
                      const ComposeService::Named& context) {
  if (context.skip == absl::string_view::npos) return;
  const absl::string_view text =
      context.place.node.scalar().substr(context.skip);
  const std::string where =
      absl::StrCat(service, ", build context ", Plainly(name));
  if (absl::StartsWith(text, kImageContext)) {
    AddImage(context.place, context.skip + kImageContext.size(), where);
    return;
  }
  if (!absl::StrContains(text, '$') ||
      !MayNameImage(text.substr(0, text.find('$')))) {
    return;
  }
  std::string unknown;
  const std::string filled = Fill(context.place, text, &unknown);
  if (!unknown.empty()) {
    Add(context.place.at(), Shown(text), false, false, unknown, where);
  } else if (absl::StartsWith(filled, kImageContext)) {
    Add(context.place.at(), absl::StripPrefix(filled, kImageContext), false,
        false, "", where);
  }
}

void Uses::AddImage(const Place& place, size_t skip, std::string where) {
  const SourceNode& node = place.node;
  FilePlace at = place.at();
  if (!node.IsScalar()) {
    at.at.end = at.at.begin;
    Add(at, "", false, true, "it is not text, as an image has to be",
        std::move(where));
    return;
  }
  if (node.literal()) at.at.begin += skip;
  const absl::string_view text = node.scalar().substr(skip);
  if (!absl::StrContains(text, '$')) {
    Add(at, text, node.literal(), true, "", std::move(where));
    return;
  }
  std::string unknown;
  const std::string filled = Fill(place, text, &unknown);
  Add(at, unknown.empty() ? filled : Shown(text), false, false, unknown,
      std::move(where));
}

void Uses::Add(FilePlace at, absl::string_view image, bool literal, bool fixed,
               std::string not_judged, std::string where) {
  std::vector<size_t>& here = by_place_[{at.file, at.at.begin}];
  const auto same = std::find_if(here.begin(), here.end(), [&](size_t i) {
    return uses_[i].not_judged == not_judged &&
           (fixed || uses_[i].image == image);
  });
  if (same != here.end()) {
    users_[*same].Add(std::move(where));
    return;
  }
  if (uses_.size() == kMaxImageUses) {
    if (std::exchange(told_, true)) return;
    files_.Problem(at, absl::StrCat("more than ", kMaxImageUses,
                                    " images: the rest is not judged"));
    return;
  }
  here.push_back(uses_.size());
  ImageUse use;
  use.image = std::string(image);
  use.file = at.file;
  use.at = at.at;
  use.literal = literal;
  use.not_judged = std::move(not_judged);
  uses_.push_back(std::move(use));
  users_.emplace_back().Add(std::move(where));
}

void Uses::Users::Add(std::string where) {
  if (std::find(named.begin(), named.end(), where) != named.end()) return;
  if (named.size() < kMaxNamedUsers) {
    named.push_back(std::move(where));
  } else {
    ++more;
  }
}

std::string Uses::Fill(const Place& place, absl::string_view text,
                       std::string* not_known) {
  if (!absl::StrContains(text, '$') && text.size() <= kMaxReferenceBytes) {
    return std::string(text);
  }
  filled_bytes_ += text.size();
  if (filled_bytes_ > kMaxFilledBytes) {
    *not_known = "there is too much text with variables";
    return "";
  }
  absl::StatusOr<Interpolation> filled = place.scope->Fill(text);
  if (!filled.ok()) {
    *not_known = CannotFill(filled.status());
    return "";
  }
  if (!filled->unset.empty()) {
    *not_known = NotSet(filled->unset);
    return "";
  }
  filled_bytes_ += filled->text.size();
  return std::move(filled->text);
}

std::vector<ImageUse> Uses::Take() && {
  for (size_t i = 0; i < uses_.size(); ++i) {
    uses_[i].where = absl::StrJoin(users_[i].named, "; ");
    if (users_[i].more > 0) {
      absl::StrAppend(&uses_[i].where, "; ", users_[i].more, " more");
    }
  }
  return std::move(uses_);
}

}  // namespace pinwarden::compose_internal
