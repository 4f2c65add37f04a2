// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_EXPAND_H_
#define PINWARDEN_SRC_DOCKERFILE_EXPAND_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden::dockerfile_internal {

// The longest value of a word or a variable that is worked out.
inline constexpr size_t kMaxValueBytes = 4096;
// The deepest ${a:-${b:-...}}.
inline constexpr int kMaxNesting = 32;

struct Variable {
  enum class State {
    kKnown,    // `text` is its value
    kUnset,    // `text` says why, which matters where nothing stands in for it
    kUnknown,  // it has a value, and `text` says why that is not known
  };
  State state = State::kUnset;
  std::string text;
};

using Lookup = std::function<Variable(absl::string_view name)>;

// What a word comes to.
struct Expansion {
  std::string text;
  std::string unknown;  // why it is not known, as one line; empty: it is
};

// What one file may make us do: bytes written and compared.
struct WorkBudget {
  size_t left = size_t{4} << 20;

  bool Spend(size_t work) {
    left = work > left ? 0 : left - work;
    return left > 0;
  }
};

// `word` with its quotes and escape characters taken out and its variables
// filled in, as BuildKit does it:
//
//   $x ${x}                  the value
//   ${x:-word} ${x-word}     word where x is not set (":" or is empty)
//   ${x:+word} ${x+word}     word where it is, else nothing
//   ${x:?word} ${x?word}     the value, which must be
//   ${x#pat} ${x##pat}       the value without what pat matches at its start,
//   ${x%pat} ${x%%pat}       or at its end: the shortest, or the longest
//   ${x/pat/to} ${x//pat/to} the first match, or every one, replaced
//
// A word may hold more of the same.
Expansion Expand(absl::string_view word, char escape, const Lookup& lookup,
                 WorkBudget* budget);

// `word` without quotes and escape characters; "$" means nothing. Nothing where
// a quote does not end.
std::optional<std::string> WithoutQuotes(absl::string_view word, char escape);

// Where the variable that starts at text[begin], a "$", ends. Nothing where it
// is not well formed, or not ASCII: builders tell letters beyond that apart.
std::optional<size_t> EndOfVariable(absl::string_view text, size_t begin,
                                    char escape);

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_EXPAND_H_
