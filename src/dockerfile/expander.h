// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCKERFILE_EXPANDER_H_
#define PINWARDEN_SRC_DOCKERFILE_EXPANDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "dockerfile/expand.h"

namespace pinwarden::dockerfile_internal {

// Reads one text from left to right. Its methods give what they have read; a
// mistake in the text is kept in error() and ends it all.
class Expander {
 public:
  Expander(absl::string_view text, size_t begin, char escape,
           const Lookup& lookup, WorkBudget* budget);

  // Up to the end of the text.
  Expansion ToEnd() { return Until(kNoStop, /*keep_escapes=*/false, 0); }
  // The "$" here and what belongs to it.
  Expansion ReadVariable() { return Dollar(0); }

  size_t position() const { return pos_; }
  const std::string& error() const { return error_; }

 private:
  static constexpr char kNoStop = '\0';

  // Up to `stop`, and past it.
  Expansion Until(char stop, bool keep_escapes, int depth);
  void Escaped(bool keep_escapes, std::string* text);
  Expansion SingleQuoted();
  Expansion DoubleQuoted(bool keep_escapes, int depth);

  Expansion Dollar(int depth);
  Expansion Braced(int depth);
  // What `op` makes of `value` and its operand, which is read; `colon` where an
  // empty value counts as none.
  Expansion Default(absl::string_view name, const Variable& value, char op,
                    bool colon, int depth);
  Expansion Trim(const Variable& value, char op, int depth);
  Expansion Replace(const Variable& value, int depth);
  // Letters, digits and "_", digits only, or one of "@*#?-$!".
  absl::string_view Name();

  Variable Find(absl::string_view name);

  bool AtEnd() const { return pos_ >= text_.size() || !error_.empty(); }
  bool Take(char c);
  Expansion Fail(absl::string_view why);
  void Append(Expansion more, Expansion* to);

  const absl::string_view text_;
  size_t pos_;
  const char escape_;
  const Lookup& lookup_;
  WorkBudget& budget_;
  std::string error_;
};

}  // namespace pinwarden::dockerfile_internal

#endif  // PINWARDEN_SRC_DOCKERFILE_EXPANDER_H_
