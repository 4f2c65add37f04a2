// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_INTERPOLATION_H_
#define PINWARDEN_INTERPOLATION_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// Of a text with variables, and of what it becomes.
inline constexpr size_t kMaxInterpolatedBytes = 64 << 10;
inline constexpr int kMaxInterpolationDepth = 32;

// A variable as somebody set it. `unset` names the variable that its value was
// made of and that nobody had set; "" where there is none.
struct VariableValue {
  absl::string_view text;
  absl::string_view unset;
};
// Nothing where the variable is not set. What it points to outlives the call.
using VariableLookup =
    absl::FunctionRef<std::optional<VariableValue>(absl::string_view name)>;

struct Interpolation {
  std::string text;
  // The first variable that stood for nothing because it is not set, without
  // an operator to say what then; "" where all were set.
  std::string unset;
};

// Fills in variables as Compose does, by the rules of its specification:
//
//   $NAME ${NAME}    its value; nothing where it is not set
//   ${NAME:-word}    word where it is not set or empty
//   ${NAME-word}     word where it is not set
//   ${NAME:+word}    word where it is set and not empty, else nothing
//   ${NAME+word}     word where it is set, else nothing
//   ${NAME:?word}    an error with word where it is not set or empty
//   ${NAME?word}     an error with word where it is not set
//   $$               a dollar sign; so is a "$" before anything else
//
// NAME is [A-Za-z_][A-Za-z0-9_]*. A word has variables of its own, which count
// only where it is used, and ends at the "}" that its braces leave open, on the
// same line. Values are not read again. Thread-safe.
//
// kInvalidArgument: not of that form. The message reads "<what> at byte
//   <offset>" and never repeats `text`.
// kFailedPrecondition: what "?" asks for is missing; names the variable and
//   gives the word, quoted.
// kResourceExhausted: over a bound above.
absl::StatusOr<Interpolation> Interpolate(absl::string_view text,
                                          VariableLookup lookup);

}  // namespace pinwarden

#endif  // PINWARDEN_INTERPOLATION_H_
