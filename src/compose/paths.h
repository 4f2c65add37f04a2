// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_COMPOSE_PATHS_H_
#define PINWARDEN_COMPOSE_PATHS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden::compose_internal {

// What stands after the last "/".
absl::string_view NameOf(absl::string_view path);

// The directory that `path` is in: "" for the one we are in.
std::string DirectoryOf(absl::string_view path);

// `path`, taken from `directory` unless it is absolute, without "." and with
// ".." taken back where that is possible, so that one file has one path.
std::string PathFrom(absl::string_view directory, absl::string_view path);

// True for what Compose fetches: "oci://...", "https://...", "git@...".
bool IsRemote(absl::string_view path);

}  // namespace pinwarden::compose_internal

#endif  // PINWARDEN_COMPOSE_PATHS_H_
