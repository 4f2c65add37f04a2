// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_OUTPUT_JSON_TEXT_H_
#define PINWARDEN_LINT_OUTPUT_JSON_TEXT_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace pinwarden {

// Builds a JSON text from its start to its end. Strings take any bytes: what is
// not UTF-8 becomes U+FFFD.
class JsonText {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  // The name of the next value.
  void Key(absl::string_view key);
  void String(absl::string_view value);

  void Member(absl::string_view key, absl::string_view value);
  void Count(absl::string_view key, size_t value);
  void Flag(absl::string_view key, bool value);
  // Begins the object or array of `key`.
  void Object(absl::string_view key);
  void Array(absl::string_view key);
  // {"text": value}, which SARIF has in many places.
  void Text(absl::string_view key, absl::string_view value);

  // What comes next starts a line.
  void NewLine() { line_ = true; }

  std::string Take() && { return std::move(out_); }

 private:
  void Separate();
  void Begin(char bracket);
  void End(char bracket);
  void Quoted(absl::string_view text);

  std::string out_;
  bool fresh_ = true;  // no comma before what comes next
  bool line_ = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_OUTPUT_JSON_TEXT_H_
