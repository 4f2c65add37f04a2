// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_YAML_CHECK_TEXT_H_
#define PINWARDEN_YAML_CHECK_TEXT_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"
#include "pinwarden/problem.h"

namespace pinwarden {

// The line and column of the byte at `offset`, or of the end of `text`.
Position PositionAt(absl::string_view text, size_t offset);

// The line that holds `offset`, without its line end.
absl::string_view LineAt(absl::string_view text, size_t offset);

// What no YAML parser may be shown: more than kMaxYamlBytes, bytes that are not
// UTF-8, control characters (yaml-cpp takes byte 4 for the end of the file, so
// all after it would silently not count) and carriage returns that end no line
// (an editor and a parser would count lines differently).
std::optional<Problem> CheckText(absl::string_view text);

}  // namespace pinwarden

#endif  // PINWARDEN_YAML_CHECK_TEXT_H_
