// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DOCKERFILE_FOUND_H_
#define PINWARDEN_TESTS_DOCKERFILE_FOUND_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pinwarden/dockerfile.h"

namespace pinwarden::testing {

// What is found in a Dockerfile, as one text: `image@place` for each use,
// between ", ". The place is what stands there in the text, "=" where that is
// the image and a pin can be written. What is not judged is `?why@place`, a
// problem `!message`.
inline std::string Found(absl::string_view text,
                         const Variables& build_args = {}) {
  SearchOptions options;
  options.build_args = build_args;
  const ImageSearch search =
      FindDockerfileImages({"Dockerfile", text}, options);
  std::string found;
  const auto add = [&found](const std::string& part) {
    absl::StrAppend(&found, found.empty() ? "" : ", ", part);
  };
  for (const ImageUse& use : search.uses) {
    const std::string written(
        text.substr(use.at.begin, use.at.end - use.at.begin));
    const std::string place = use.literal ? "=" : written;
    if (use.not_judged.empty()) {
      add(absl::StrCat(use.image, "@", place));
    } else {
      add(absl::StrCat("?", use.not_judged, "@", place));
    }
  }
  for (const ImageSearch::FileProblem& problem : search.problems) {
    add(absl::StrCat("!", problem.problem.message));
  }
  return found;
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DOCKERFILE_FOUND_H_
