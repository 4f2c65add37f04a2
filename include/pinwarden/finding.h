// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_FINDING_H_
#define PINWARDEN_FINDING_H_

#include <cstddef>
#include <string>
#include <vector>

namespace pinwarden {

enum class FindingKind {
  kRefused,         // the policy is against it
  kNotJudged,       // what it names is not known: reason "not_judged"
  kUnreadable,      // a file, or a part of it: reason "unreadable"
  kBadSuppression,  // a comment or annotation that ignores nothing
};

// Whether a finding fails a run.
enum class FindingState {
  kNew,         // it does
  kBaseline,    // it was there when the baseline was written
  kSuppressed,  // its author says why it stays, and until when
};

// One thing that the author of a file has to know. Texts are as they came from
// the file, but for `message` and `where`, which are one printable line each.
struct Finding {
  FindingKind kind = FindingKind::kRefused;
  FindingState state = FindingState::kNew;
  std::string file;  // as it was named, with "/" between its parts
  // Counted from 1, in characters (Unicode code points); the end is after the
  // last one. All 0 where it is about the whole file.
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;
  std::string image;       // "" where it is about no image
  std::string outcome;     // "rejected", "would_reject", "not_judged"
  std::string reason;      // as of a verdict, "not_judged", "unreadable", ...
  std::string rule;        // "" where none decided
  std::string message;     // word for word as on the node
  std::string suggestion;  // what to write instead; "" where nothing helps
  std::string where;       // "Deployment web, container app"
  // Of what was found and not of its line, so that it outlives edits around
  // it: 64 lower-case hex digits, different for every finding of a run.
  std::string fingerprint;
  std::string suppressed_because;  // "OPS-123, until 2027-01-31"
};

// What a run came to.
struct LintSummary {
  size_t files = 0;    // in which there could have been an image
  size_t images = 0;   // judged
  size_t refused = 0;  // findings of each kind that are kNew...
  size_t not_judged = 0;
  size_t unreadable = 0;
  size_t bad_suppressions = 0;
  size_t baseline = 0;  // ... and those that are not
  size_t suppressed = 0;
};

struct LintResult {
  std::vector<Finding> findings;  // by file, line and column
  LintSummary summary;
};

}  // namespace pinwarden

#endif  // PINWARDEN_FINDING_H_
