// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LINT_OUTPUT_SARIF_RULES_H_
#define PINWARDEN_LINT_OUTPUT_SARIF_RULES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pinwarden/finding.h"

namespace pinwarden {

// What a reason means, for who has never heard of it. The order is that of the
// rules in a SARIF log.
struct SarifRule {
  absl::string_view id;     // the reason
  absl::string_view name;   // in Pascal case, as SARIF has it
  absl::string_view level;  // where the policy enforces
  absl::string_view title;  // one line
  absl::string_view why;    // one paragraph
  absl::string_view fix;    // what to do, in words and as code
  absl::string_view bad;
  absl::string_view good;
};

absl::Span<const SarifRule> SarifRules();

// The index of the rule for a finding: its reason's, or that of its kind.
size_t SarifRuleOf(const Finding& finding);

}  // namespace pinwarden

#endif  // PINWARDEN_LINT_OUTPUT_SARIF_RULES_H_
