// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_IMAGE_PATTERN_H_
#define PINWARDEN_IMAGE_PATTERN_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// `registry` without ":443", the port that a registry has anyway: "ghcr.io:443"
// and "ghcr.io" are two names of one host, so a rule for one is for both. A
// Reference keeps what was written. "registry:443" stays, because without the
// port it would not be a registry.
absl::string_view WithoutDefaultPort(absl::string_view registry);

// A pattern over normalised "registry/repository" names, matched by whole path
// segments: `*` stays within one segment, `**` (a whole segment) stands for one
// or more of them.
//
//   pattern                  normalised                    matches
//   nginx                    docker.io/library/nginx       that one
//   acme/*                   docker.io/acme/*              docker.io/acme/app
//   ghcr.io/acme             ghcr.io/acme                  no ghcr.io/acme-evil
//   ghcr.io/acme/**          ghcr.io/acme/**               ghcr.io/acme/a/b
//   GHCR.io:443/acme         ghcr.io/acme                  that one
//   registry.example.com     (registries only) registry.example.com/**
//   **                       **                            every name
//
// A plain value.
class ImagePattern {
 public:
  enum class Use {
    kImages,      // an entry of `images`
    kRegistries,  // an entry of `registries`: a bare registry means all of it
  };

  // kInvalidArgument: says what is wrong, with a hint; a tag or a digest in a
  // pattern is the usual mistake.
  static absl::StatusOr<ImagePattern> Parse(absl::string_view text, Use use);

  // `name` is registry + "/" + repository of a Reference, the registry in lower
  // case and by WithoutDefaultPort(). An image id has no name and matches
  // nothing. Linear in pattern times name, without recursion.
  bool Matches(absl::string_view name) const;

  // As Glob::Covers().
  bool Covers(const ImagePattern& other) const;

  // Without wildcards: pattern() is the one name it matches.
  bool literal() const { return literal_segments_bytes_ == pattern_.size(); }

  // The leading segments that hold no wildcard, without the '/' after them:
  // "ghcr.io/acme" for "ghcr.io/acme/**". A name that matches starts with these
  // segments. Empty for "**".
  absl::string_view literal_prefix() const {
    return absl::string_view(pattern_).substr(0, literal_segments_bytes_);
  }

  const std::string& pattern() const { return pattern_; }  // normalised

 private:
  ImagePattern(std::string pattern, size_t literal_segments_bytes)
      : pattern_(std::move(pattern)),
        literal_segments_bytes_(literal_segments_bytes) {}

  std::string pattern_;
  size_t literal_segments_bytes_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_IMAGE_PATTERN_H_
