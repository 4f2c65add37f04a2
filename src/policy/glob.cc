// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/glob.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "policy/wildcard.h"

namespace pinwarden {

// Each '*' first stands for nothing and grows by one byte whenever what follows
// it does not fit. Only the last '*' met ever grows: the ones before it have
// already found the earliest place that fits, and a later one cannot help.
bool WildcardMatches(absl::string_view pattern, absl::string_view text,
                     Glob::Case letters) {
  const auto fold = [letters](char c) {
    return letters == Glob::Case::kIgnore
               ? absl::ascii_tolower(static_cast<unsigned char>(c))
               : c;
  };
  size_t p = 0;
  size_t t = 0;
  size_t star = absl::string_view::npos;  // the last '*' met
  size_t star_end = 0;                    // where in `text` its run ends
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && pattern[p] == fold(text[t])) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      t = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Glob::Glob(absl::string_view pattern, Case letters)
    : pattern_(letters == Case::kIgnore ? absl::AsciiStrToLower(pattern)
                                        : std::string(pattern)),
      letters_(letters),
      literal_(!absl::StrContains(pattern, '*')) {}

bool Glob::Matches(absl::string_view text) const {
  if (literal_ && letters_ == Case::kSensitive) return text == pattern_;
  return WildcardMatches(pattern_, text, letters_);
}

bool Glob::Covers(const Glob& other) const {
  // Case::kIgnore matches spellings that kSensitive does not.
  if (letters_ == Case::kSensitive && other.letters_ == Case::kIgnore) {
    return false;
  }
  return WildcardMatches(pattern_, other.pattern_, letters_);
}

}  // namespace pinwarden
