// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_GLOB_H_
#define PINWARDEN_GLOB_H_

#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// A text pattern in which `*` stands for any run of bytes, for namespaces and
// tags. There is no escape: neither can contain a '*'. Matching is linear in
// pattern times text, without recursion. A plain value.
class Glob {
 public:
  enum class Case { kSensitive, kIgnore };

  explicit Glob(absl::string_view pattern, Case letters = Case::kSensitive);

  bool Matches(absl::string_view text) const;

  // True when every text that `other` matches is matched by this one too. May
  // be false where that is hard to tell, never true where it does not hold.
  bool Covers(const Glob& other) const;

  bool literal() const { return literal_; }  // without any '*'
  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;  // lower case under Case::kIgnore
  Case letters_;
  bool literal_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_GLOB_H_
