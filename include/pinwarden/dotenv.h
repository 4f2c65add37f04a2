// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_DOTENV_H_
#define PINWARDEN_DOTENV_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/interpolation.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

inline constexpr size_t kMaxDotenvBytes = 1 << 20;
// Of all values of one file, with variables filled in.
inline constexpr size_t kMaxDotenvValueBytes = 4 << 20;

// What one file of variables sets.
struct Dotenv {
  struct Value {
    std::string text;
    std::string unset;  // as VariableValue::unset
  };
  std::map<std::string, Value, std::less<>> values;
  // What Compose refuses the file for: at most one, as nothing is read after
  // it. `at` is of that line.
  std::vector<SourceProblem> problems;
};

// Reads a file of variables, such as .env, as Compose does:
//
//   NAME=value # comment   to the end of the line, or to " #", without the
//                          spaces around it; variables are filled in
//   NAME="value"           over several lines too; \n \r \t \" \\ \$ \a \b \f
//                          \v and \0 with three octal digits; variables are
//                          filled in
//   NAME='value'           over several lines too; just as it is, but \'
//   NAME                   what `lookup` says; nothing where it is not set
//   export NAME=value      as without "export"
//   NAME: value            as with "="
//
// A variable is looked for in `lookup` (the environment and earlier files)
// first, then among those that stand before it in `text`. The last of several
// of the same name counts. Names that no variable can have are kept, too.
// Lines end in "\n" or "\r\n"; a byte order mark is skipped. Thread-safe.
Dotenv ParseDotenv(absl::string_view text, VariableLookup lookup);

}  // namespace pinwarden

#endif  // PINWARDEN_DOTENV_H_
