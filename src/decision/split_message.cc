// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/verdict.h"

namespace pinwarden {
namespace {

// Where the first "): " outside of quotes ends, or npos. Quotes stand around
// all that is from outside but the policy's file name, and in that one a quote
// has a backslash before it.
size_t EndOfDecidedBy(absl::string_view message) {
  bool quoted = false;
  for (size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '\\') {
      ++i;
    } else if (message[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && message.substr(i, 3) == "): ") {
      return i + 3;
    }
  }
  return absl::string_view::npos;
}

}  // namespace

VerdictText SplitVerdictMessage(absl::string_view message) {
  const size_t start = EndOfDecidedBy(message);
  if (start == absl::string_view::npos) return {message, ""};
  const absl::string_view text = message.substr(start);
  // No advice holds a semicolon: an image's name cannot.
  const size_t semicolon = text.rfind("; ");
  if (semicolon == absl::string_view::npos) return {text, ""};
  return {text.substr(0, semicolon), text.substr(semicolon + 2)};
}

}  // namespace pinwarden
