// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cri/answer.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxVersionBytes = 256;

absl::Status CheckLength(const std::string& name) {
  if (name.size() <= kMaxCriNameBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the runtime's image has a name of ", name.size(),
                   " bytes; at most ", kMaxCriNameBytes, " are read"));
}

absl::Status CheckBounds(const runtime::v1::Image& image) {
  const int names = image.repo_tags_size() + image.repo_digests_size();
  if (static_cast<size_t>(names) > kMaxCriNames) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the runtime's image has ", names, " names; at most ",
                     kMaxCriNames, " are read"));
  }
  absl::Status status = CheckLength(image.id());
  for (const auto* list : {&image.repo_tags(), &image.repo_digests()}) {
    for (const std::string& name : *list) status.Update(CheckLength(name));
  }
  return status;
}

}  // namespace

absl::Status CheckName(absl::string_view what, absl::string_view name) {
  if (name.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("an empty ", what));
  }
  if (name.size() > kMaxCriNameBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the ", what, " is longer than ", kMaxCriNameBytes, " bytes"));
  }
  if (ToValidUtf8(name, kMaxCriNameBytes) != name) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", what, " is not UTF-8"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<CriImage>> ReadImage(
    const runtime::v1::ImageStatusResponse& answer) {
  if (!answer.has_image()) return std::nullopt;
  const runtime::v1::Image& image = answer.image();
  if (absl::Status status = CheckBounds(image); !status.ok()) return status;
  CriImage read;
  read.id = image.id();
  read.tags.assign(image.repo_tags().begin(), image.repo_tags().end());
  read.digests.assign(image.repo_digests().begin(), image.repo_digests().end());
  return read;
}

CriVersion ReadVersion(const runtime::v1::VersionResponse& answer) {
  return {ToValidUtf8(answer.runtime_name(), kMaxVersionBytes),
          ToValidUtf8(answer.runtime_version(), kMaxVersionBytes)};
}

}  // namespace pinwarden
