// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ecs/use_sink.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace pinwarden::ecs_internal {
namespace {

constexpr size_t kMaxShownBytes = 200;
constexpr size_t kMaxProblems = 100;

// The same on one line and not too long.
std::string OneLine(absl::string_view written) {
  std::string shown(written.substr(0, kMaxShownBytes));
  absl::RemoveExtraAsciiWhitespace(&shown);
  return shown;
}

}  // namespace

void EcsUses::Push(ImageUse use) {
  if (result_.uses.size() < kMaxImageUses) {
    use.name_space = pod_.name_space;
    use.labels = pod_.labels;
    result_.uses.push_back(std::move(use));
    return;
  }
  if (is_full_) return;
  is_full_ = true;
  result_.problems.push_back(
      {0, {use.at, "too many images; the rest is not looked at"}});
}

absl::string_view EcsUses::Written(TextRange* at) const {
  const absl::string_view written = absl::StripTrailingAsciiWhitespace(
      text_.substr(at->begin, at->end - at->begin));
  at->end = at->begin + written.size();
  return written;
}

void EcsUses::Add(std::string image, TextRange at, std::string where) {
  ImageUse use;
  use.literal = Written(&at) == image;
  use.image = std::move(image);
  use.at = at;
  use.where = std::move(where);
  Push(std::move(use));
}

void EcsUses::AddNotJudged(TextRange at, absl::string_view tag,
                           std::string where, std::string why) {
  ImageUse use;
  use.image = OneLine(Written(&at));
  if (!tag.empty()) use.image = absl::StrCat(tag, " ", use.image);
  use.at = at;
  use.where = std::move(where);
  use.not_judged = std::move(why);
  Push(std::move(use));
}

void EcsUses::AddProblem(TextRange at, std::string message) {
  if (result_.problems.size() >= kMaxProblems) return;
  result_.problems.push_back({0, {at, std::move(message)}});
}

std::string NameIn(const SourceNode& node) {
  return node.IsScalar() && node.tag().empty() ? Plainly(node.scalar()) : "";
}

}  // namespace pinwarden::ecs_internal
