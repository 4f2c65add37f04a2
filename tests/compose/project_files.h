// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_COMPOSE_PROJECT_FILES_H_
#define PINWARDEN_TESTS_COMPOSE_PROJECT_FILES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"

namespace pinwarden {

// The files of a project, by path: what SearchOptions::read finds.
struct ProjectFiles {
  std::map<std::string, std::string> files;
  SearchOptions options;
  std::string main = "compose.yaml";

  ImageSearch Search() const;
  // Of each use "image (where)", with "file: " before it where it is not the
  // main one, " !reason" where it is not judged, and " ~" where its place
  // cannot be rewritten; then of each problem "file: message".
  std::vector<std::string> Found() const;
};

// Found() of one Compose file.
std::vector<std::string> FoundIn(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_TESTS_COMPOSE_PROJECT_FILES_H_
