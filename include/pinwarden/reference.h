// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REFERENCE_H_
#define PINWARDEN_REFERENCE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

inline constexpr size_t kMaxReferenceBytes = 4096;
inline constexpr size_t kMaxRepositoryBytes = 255;  // without the registry
inline constexpr size_t kMaxTagBytes = 128;

enum class ReferenceKind {
  kName,     // a name in a registry
  kImageId,  // a content-addressed image on this host: "sha256:<64 hex>" or
             // the 64 hex digits alone
};

// A container image reference in normal form. A plain value: copy it freely.
//
//   input                      registry    repository      tag     digest
//   "nginx"                    docker.io   library/nginx   latest  ""
//   "nginx:1.27@sha256:9f.."   docker.io   library/nginx   1.27    sha256:9f..
//   "h:5000/a@sha256:9f.."     h:5000      a               ""      sha256:9f..
//   "localhost/a:1"            localhost   a               1       ""
//   "sha256:9f.." (64 hex)     ""          ""              ""      sha256:9f..
//
// Invariants: a kName has a registry, a repository, and at least one of tag and
// digest; a kImageId has a digest only. `tag_defaulted` is true only when the
// text named neither tag nor digest and "latest" was supplied here.
struct Reference {
  ReferenceKind kind = ReferenceKind::kName;
  std::string registry;
  std::string repository;
  std::string tag;
  std::string digest;
  bool tag_defaulted = false;

  // The normal form as text: "docker.io/library/nginx:latest". A defaulted tag
  // is written out, so the text parses to an equal Reference but for
  // `tag_defaulted`.
  std::string ToString() const;

  friend bool operator==(const Reference&, const Reference&) = default;
};

// Parses and normalises `text`, by the grammar of distribution/reference with
// the digests that pinwarden accepts: sha256, sha384 or sha512 and exactly that
// many lower-case hex digits. Allocates only for the result. Thread-safe.
//
// kInvalidArgument: not a reference. The message reads "<what> at byte
// <offset>",
//   such as "empty tag at byte 6", and never repeats `text`, which may be
//   hostile. ReferenceErrorOffset() gives the offset as a number.
// kResourceExhausted: longer than kMaxReferenceBytes (offset
// kMaxReferenceBytes).
absl::StatusOr<Reference> ParseReference(absl::string_view text);

// The byte at which an error of ParseReference() says that `text` stops being a
// reference. Nothing for other statuses.
std::optional<size_t> ReferenceErrorOffset(const absl::Status& status);

// A registry and a repository without tag or digest, normalised as above:
// "nginx" gives docker.io and library/nginx. Patterns and lists are compared
// with references in this form. Errors as ParseReference(); a tag or a digest
// is an error too.
struct RepositoryName {
  std::string registry;
  std::string repository;

  friend bool operator==(const RepositoryName&,
                         const RepositoryName&) = default;
};
absl::StatusOr<RepositoryName> ParseRepositoryName(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_REFERENCE_H_
