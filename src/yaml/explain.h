// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_YAML_EXPLAIN_H_
#define PINWARDEN_YAML_EXPLAIN_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "pinwarden/problem.h"

namespace pinwarden {

// What is known when yaml-cpp gives up.
struct SyntaxError {
  absl::string_view message;  // one of YAML::ErrorMsg
  size_t offset = 0;          // where it stood
  size_t last_offset = 0;     // of the last value or key that it got through
  struct Collection {
    Position at;
    bool mapping = false;
    bool in_brackets = false;
  };
  std::optional<Collection> open;  // the innermost
};

// Says what is wrong in words for the author of the file, where they would look
// for it, and what to do.
Problem ExplainSyntaxError(absl::string_view text, const SyntaxError& error);

}  // namespace pinwarden

#endif  // PINWARDEN_YAML_EXPLAIN_H_
