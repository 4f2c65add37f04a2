// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_POLICY_WILDCARD_H_
#define PINWARDEN_SRC_POLICY_WILDCARD_H_

#include "absl/strings/string_view.h"
#include "pinwarden/glob.h"

namespace pinwarden {

// Whether `text` is `pattern` with every '*' in it replaced by some run of
// bytes. Under Case::kIgnore `pattern` is in lower case already.
//
// A pattern may stand as `text`: its '*' are then bytes that only a '*' of
// `pattern` can match, so a match means that `pattern` covers it.
bool WildcardMatches(absl::string_view pattern, absl::string_view text,
                     Glob::Case letters = Glob::Case::kSensitive);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_POLICY_WILDCARD_H_
