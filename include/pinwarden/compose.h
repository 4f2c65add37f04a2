// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_H_
#define PINWARDEN_COMPOSE_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// Compose files that one search reads besides the one that it is given, and
// how many times an "include" may be followed.
inline constexpr size_t kMaxComposeFiles = 64;
inline constexpr size_t kMaxComposeExtends = 32;  // services in one chain

// True for a file of services as Compose has them: by its name ("compose.yaml",
// "docker-compose.prod.yml", "web.compose.yaml", ...) as long as what is in it
// is not clearly something else, or by what is in it, when nothing but the keys
// of Compose stands at its top. A file of version 1, without "services:", is
// known by its name only.
bool LooksLikeCompose(absl::string_view path, const SourceTree& tree);

// Every image that the services of a Compose project would be run from, those
// of all profiles, and what they mount and are built with as an image:
//
//   services.*.image                       unless it is built and never pulled
//   services.*.pre_start[].image           and of the other hooks
//   services.*.volumes[]                   of type "image": the source
//   services.*.build.additional_contexts   "docker-image://..."
//   services.*.build.dockerfile_inline     what its stages are built from
//
// The project is `source` with its override files (SearchOptions::overrides, or
// else the one with a default name beside a file with a default name), with
// what those include and extend. Variables come from the environment, then
// SearchOptions::env_files, or else ".env" beside `source`. A service's image
// is the one that is left when all is merged, at the place that it comes from;
// a place that several services share is one use. An image with a variable that
// is not set is not judged.
//
// What can't be read or followed is a problem at the place that names it.
// `tree` is of source.text. Thread-safe.
ImageSearch FindComposeImages(const SourceText& source, const SourceTree& tree,
                              const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_COMPOSE_H_
