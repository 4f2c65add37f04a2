// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_BASELINE_H_
#define PINWARDEN_BASELINE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pinwarden/finding.h"

namespace pinwarden {

// A baseline holds the findings that a repository had when `pinwarden lint`
// came to it, so that only what is new fails a run. It is JSON, one finding a
// line, in an order of its own, so that two branches that change it merge:
//
//   {
//   "version": 1,
//   "findings": [
//   {"fingerprint": "9f86...", "file": "web.yaml", "where": "Pod web, ...",
//    "image": "nginx", "reason": "no_tag"},          <- on one line
//   ...
//   ]
//   }
//
// Only the fingerprint counts; the rest is for who reviews it. What hides other
// findings, or hides nothing, never gets into one: a file that cannot be read,
// and a suppression that is wrong. Suppressed findings have their own reason
// and end, so they stay out too.

struct BaselineEntry {
  std::string fingerprint;  // 64 lower-case hex digits
  std::string file;
  std::string where;
  std::string image;
  std::string reason;

  friend bool operator==(const BaselineEntry&, const BaselineEntry&) = default;
};

struct Baseline {
  std::vector<BaselineEntry> entries;
};

// kInvalidArgument: no baseline of a version that this reads; the message names
//   the line.
// kResourceExhausted: longer than kMaxSourceBytes.
absl::StatusOr<Baseline> ParseBaseline(absl::string_view text);

// Of the findings of `result` that are kNew or kBaseline.
// kResourceExhausted: too many for ParseBaseline() to take.
absl::StatusOr<std::string> WriteBaseline(const LintResult& result);

// Sets the state of those that `baseline` has to kBaseline, and counts anew.
// Returns the entries that no longer occur; they can be taken out of it if
// `result` is about all files that it was written for.
std::vector<BaselineEntry> ApplyBaseline(const Baseline& baseline,
                                         LintResult* result);

}  // namespace pinwarden

#endif  // PINWARDEN_BASELINE_H_
