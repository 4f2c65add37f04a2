// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/reference.h"
#include "reference/parser.h"

namespace pinwarden {
namespace {

using reference_internal::IsImageId;
using reference_internal::kLibraryPrefix;
using reference_internal::kOffsetMark;
using reference_internal::Parser;
using reference_internal::Parts;

absl::Status CheckSize(absl::string_view text) {
  if (text.size() <= kMaxReferenceBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("reference longer than ", kMaxReferenceBytes, " bytes",
                   kOffsetMark, kMaxReferenceBytes));
}

// Puts together the normal form of a name.
void SetName(const Parts& parts, std::string* registry,
             std::string* repository) {
  registry->assign(parts.registry.data(), parts.registry.size());
  if (parts.library) {
    repository->reserve(kLibraryPrefix.size() + parts.repository.size());
    repository->assign(kLibraryPrefix.data(), kLibraryPrefix.size());
  }
  repository->append(parts.repository.data(), parts.repository.size());
}

}  // namespace

absl::StatusOr<Reference> ParseReference(absl::string_view text) {
  if (absl::Status status = CheckSize(text); !status.ok()) return status;
  absl::StatusOr<Reference> result(absl::in_place);
  if (IsImageId(text)) {
    result->kind = ReferenceKind::kImageId;
    result->digest =
        text.size() == 64 ? absl::StrCat("sha256:", text) : std::string(text);
    return result;
  }
  Parser parser(text);
  Parts parts;
  if (!parser.ParseName(&parts) || !parser.ParseTagAndDigest(&parts)) {
    return parser.Error();
  }
  SetName(parts, &result->registry, &result->repository);
  result->tag_defaulted = parts.tag.empty() && parts.digest.empty();
  if (result->tag_defaulted) parts.tag = "latest";
  result->tag.assign(parts.tag.data(), parts.tag.size());
  result->digest.assign(parts.digest.data(), parts.digest.size());
  return result;
}

absl::StatusOr<RepositoryName> ParseRepositoryName(absl::string_view text) {
  if (absl::Status status = CheckSize(text); !status.ok()) return status;
  Parser parser(text);
  if (IsImageId(text)) {
    parser.Fail("image id where a repository is needed");
    return parser.Error();
  }
  Parts parts;
  if (!parser.ParseName(&parts)) return parser.Error();
  if (!parser.AtEnd()) {
    parser.Fail("tag or digest where only a repository is needed");
    return parser.Error();
  }
  absl::StatusOr<RepositoryName> result(absl::in_place);
  SetName(parts, &result->registry, &result->repository);
  return result;
}

std::optional<size_t> ReferenceErrorOffset(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kInvalidArgument &&
      status.code() != absl::StatusCode::kResourceExhausted) {
    return std::nullopt;
  }
  const absl::string_view message = status.message();
  const size_t mark = message.rfind(kOffsetMark);
  uint64_t offset = 0;
  if (mark == absl::string_view::npos ||
      !absl::SimpleAtoi(message.substr(mark + kOffsetMark.size()), &offset) ||
      offset > kMaxReferenceBytes) {
    return std::nullopt;
  }
  return offset;
}

std::string Reference::ToString() const {
  if (kind == ReferenceKind::kImageId) return digest;
  return absl::StrCat(registry, "/", repository, tag.empty() ? "" : ":", tag,
                      digest.empty() ? "" : "@", digest);
}

}  // namespace pinwarden
