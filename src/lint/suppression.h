// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LINT_SUPPRESSION_H_
#define PINWARDEN_SRC_LINT_SUPPRESSION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/line_index.h"

namespace pinwarden {

// What an author gives for an image that stays as it is.
struct Suppression {
  std::string reason;
  std::string until;  // as written
  absl::Time ends;
};

// "<reason> until <date>", as an annotation holds it and a comment after
// "pinwarden: ignore". kInvalidArgument: what is missing or wrong, and how to
// write it.
absl::StatusOr<Suppression> ParseSuppression(absl::string_view text);

// A comment that starts with "pinwarden:", and where its text is.
struct SuppressionComment {
  TextRange at;
  absl::StatusOr<Suppression> suppression;
};

// The comment that belongs to what stands at `use`: after it on its line where
// `same_line` says that the format has such comments, or one of the lines right
// above it that hold nothing else.
std::optional<SuppressionComment> FindSuppression(absl::string_view text,
                                                  const LineIndex& lines,
                                                  TextRange use,
                                                  bool same_line);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LINT_SUPPRESSION_H_
