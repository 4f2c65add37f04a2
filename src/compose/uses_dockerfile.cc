// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A Dockerfile inside a Compose file: its images are found by who finds those
// of all Dockerfiles, and then looked for in the Compose file.
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compose/uses.h"
#include "pinwarden/dockerfile.h"

namespace pinwarden::compose_internal {
namespace {

// Of all Dockerfiles of one search, each time that a service has one.
constexpr size_t kMaxDockerfileBytes = 4 << 20;
// Looked through for images that were found in them; others stay at their key.
constexpr size_t kMaxSearchedBytes = 64 << 20;

// Where `image` stands in `at` of `text`, if it stands there once.
std::optional<TextRange> FindOnce(absl::string_view text, TextRange at,
                                  absl::string_view image) {
  const absl::string_view part = text.substr(at.begin, at.end - at.begin);
  const size_t first = part.find(image);
  if (image.empty() || first == absl::string_view::npos ||
      part.find(image, first + 1) != absl::string_view::npos) {
    return std::nullopt;
  }
  return TextRange{at.begin + first, at.begin + first + image.size()};
}

}  // namespace

bool Uses::FillArgs(const ComposeService& service, Variables* args,
                    std::string* unknown) {
  for (const auto& [name, arg] : service.args) {
    const SourceNode& node = arg.place.node;
    const bool given = node.IsScalar() && arg.skip != absl::string_view::npos;
    if (given) {
      args->insert_or_assign(
          std::string(name),
          Fill(arg.place, node.scalar().substr(arg.skip), unknown));
    } else if (const auto value = arg.place.scope->Find(name)) {
      args->insert_or_assign(std::string(name), std::string(value->text));
      if (!value->unset.empty()) *unknown = NotSet(value->unset);
    }
    if (!unknown->empty()) return false;
  }
  for (const auto& [name, value] : options_.build_args) {
    args->insert_or_assign(name, value);
  }
  return true;
}

void Uses::AddDockerfile(absl::string_view who, const ComposeService& service) {
  const Place& place = *service.dockerfile_inline;
  const FilePlace key = {place.file, service.dockerfile_key};
  const absl::string_view written = place.node.scalar();
  const std::string where = absl::StrCat(who, ", dockerfile_inline");
  const bool variables = absl::StrContains(written, '$');
  std::string unknown;
  dockerfile_bytes_ += written.size() + 1;
  if (dockerfile_bytes_ > kMaxDockerfileBytes) {
    unknown = "there are too many Dockerfiles in the Compose files";
  }
  std::string filled;
  if (variables && unknown.empty()) filled = Fill(place, written, &unknown);
  SearchOptions options;
  if (!unknown.empty() || !FillArgs(service, &options.build_args, &unknown)) {
    Add(key, "dockerfile_inline", false, false, unknown, where);
    return;
  }
  const ImageSearch found = FindDockerfileImages(
      {files_.path(place.file), variables ? filled : written}, options);
  for (const ImageUse& use : found.uses) {
    // The name of another build context, which is judged as such.
    if (service.contexts.count(use.image) > 0) continue;
    std::optional<TextRange> at;
    if (!variables && use.literal && searched_bytes_ < kMaxSearchedBytes) {
      searched_bytes_ += written.size();
      at = FindOnce(files_.text(place.file), place.node.at(), use.image);
    }
    Add(at.has_value() ? FilePlace{place.file, *at} : key, use.image,
        at.has_value(), false, use.not_judged,
        absl::StrCat(where, ": ", use.where));
  }
  for (const auto& problem : found.problems) {
    files_.Problem(
        key, absl::StrCat("in this Dockerfile: ", problem.problem.message));
  }
}

}  // namespace pinwarden::compose_internal
