// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_ECS_FOUND_H_
#define PINWARDEN_TESTS_ECS_FOUND_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pinwarden/ecs.h"

namespace pinwarden::testing {

inline SourceTree Parse(absl::string_view text) {
  return absl::StartsWith(text, "{") || absl::StartsWith(text, "[")
             ? ParseJsonSource(text)
             : ParseYamlSource(text);
}

using FindFunction = ImageSearch (*)(const SourceText&, const SourceTree&,
                                     const SearchOptions&);

// What `find` finds, as one text: `image@place (where)` for each use, between
// "; ". The place is what stands there in the text, "=" where that is the image
// and a pin can be written. What is not judged is `?why@place (where)`, a
// problem `!message`.
inline std::string Found(FindFunction find, absl::string_view text,
                         const Variables& parameters = {}) {
  SearchOptions options;
  options.parameters = parameters;
  const SourceTree tree = Parse(text);
  const ImageSearch search = find({"file", text}, tree, options);
  std::string found;
  const auto add = [&found](const std::string& part) {
    absl::StrAppend(&found, found.empty() ? "" : "; ", part);
  };
  for (const ImageUse& use : search.uses) {
    const std::string written(
        text.substr(use.at.begin, use.at.end - use.at.begin));
    add(absl::StrCat(
        use.not_judged.empty() ? use.image : absl::StrCat("?", use.not_judged),
        "@", use.literal ? "=" : written, " (", use.where, ")"));
  }
  for (const SourceProblem& problem : tree.problems) {
    add(absl::StrCat("!", problem.message));
  }
  for (const ImageSearch::FileProblem& problem : search.problems) {
    add(absl::StrCat("!", problem.problem.message));
  }
  return found;
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_ECS_FOUND_H_
