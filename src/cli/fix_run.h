// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_FIX_RUN_H_
#define PINWARDEN_CLI_FIX_RUN_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/lint_run.h"
#include "pinwarden/fix.h"

namespace pinwarden {

// What `pinwarden fix` works out before it writes anything.

// A file that names images to be pinned: one that was linted, or one that was
// read for another, as Compose does.
struct FixedFile {
  std::string path;        // as people are told of it
  absl::string_view text;  // as it is
  std::string after;       // with the edits
  std::vector<const JudgedUse*> wanted;
  std::vector<PinEdit> edits;
};

struct LeftUse {
  const JudgedUse* judged;
  std::string why;
};

struct FixRun {
  std::map<std::string, FixedFile> files;  // by the path without links
  std::vector<LeftUse> left;
  std::vector<std::string> broken;  // why files are left, with their names
};

// The plan for all uses of `lint` that `wants` picks. What the changed files
// come to is looked at as a whole: where one of them would not name just the
// images that it should, it is left with all that were edited for it.
FixRun PlanFixRun(LintRun* lint,
                  const std::function<bool(const JudgedUse&)>& wants,
                  const DigestSource& digests);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_FIX_RUN_H_
