// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_LINT_OUTPUT_SAMPLES_H_
#define PINWARDEN_TESTS_LINT_OUTPUT_SAMPLES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/lint_output.h"

namespace pinwarden::testing {

// Sixty-four times `digit`.
std::string Fingerprint(char digit);

// "nginx" refused in deploy/web.yaml, line 14.
Finding Refused();
Finding WouldBeRefused();
Finding NotJudged();
Finding Unreadable();  // about a whole file
Finding BadSuppression();
Finding InBaseline();
Finding Suppressed();

// Every text of it holds what breaks a format that does not escape it: markup,
// quotes, control characters, bytes that are no UTF-8, characters that XML
// cannot hold, line ends and what CI systems take for commands.
Finding Hostile();

LintResult ResultOf(std::vector<Finding> findings);

// One finding of each kind and state, and the hostile one.
LintResult Everything();

// What a run with a baseline in /repo, from /repo/sub, is written with.
LintOutputOptions Options();

// Whether it is valid UTF-8 without control characters but line ends.
bool IsCleanText(absl::string_view text);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_LINT_OUTPUT_SAMPLES_H_
