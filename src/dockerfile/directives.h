// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_DIRECTIVES_H_
#define PINWARDEN_SRC_DOCKERFILE_DIRECTIVES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/source_tree.h"

namespace pinwarden::dockerfile_internal {

// What the comments at the very top of a Dockerfile tell its builder.
struct Directives {
  char escape = '\\';
  TextRange syntax;  // the frontend's image; empty: the builder's own
  std::vector<SourceProblem> problems;
};

Directives ReadDirectives(absl::string_view text);

// Of the UTF-8 mark that some editors write: 3 or 0.
size_t SizeOfByteOrderMark(absl::string_view text);

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_DIRECTIVES_H_
