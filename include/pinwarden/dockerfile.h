// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DOCKERFILE_H_
#define PINWARDEN_DOCKERFILE_H_

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"

namespace pinwarden {

// Whether a file of this name is a Dockerfile: Dockerfile, Containerfile,
// Dockerfile.web, web.Dockerfile, in any case. Of Dockerfile-web and of "-",
// which is no name, `text` has to begin as a Dockerfile does.
bool LooksLikeDockerfile(absl::string_view path, absl::string_view text);

// The images that building `source` runs or copies from, as BuildKit reads it:
//
//   # syntax=docker/dockerfile:1              the frontend
//   FROM --platform=... golang:1.23 AS build  a stage's base
//   COPY --from=nginx:1.27 /a /b
//   RUN --mount=type=bind,from=busybox:1 ...
//   ONBUILD COPY --from=...                   of a later build
//
// An earlier stage, by its name or, for COPY, its number, is no image, and
// neither is "scratch". The name of an additional build context cannot be told
// from an image and counts as one.
//
// FROM knows the variables of ARGs before the first FROM: their default, or
// what SearchOptions::build_args says. Where one has no value, or only the
// platform's that is built for, the image is not judged.
//
// A file over kMaxSourceBytes is a problem and read no further. Time and
// memory grow with the size of the file. Thread-safe.
ImageSearch FindDockerfileImages(const SourceText& source,
                                 const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_DOCKERFILE_H_
