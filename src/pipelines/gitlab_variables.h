// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_PIPELINES_GITLAB_VARIABLES_H_
#define PINWARDEN_SRC_PIPELINES_GITLAB_VARIABLES_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// The variables of one GitLab CI file, as its jobs see them. What may have
// another value than the file says is taken as not known: what a rule or a
// matrix sets, and what a job that is extended in another file may set.
class GitLabVariables {
 public:
  explicit GitLabVariables(const SourceNode& root);

  // `text` with its variables filled in, for `job` or, where that is null, for
  // no job. Otherwise `*why` says why that cannot be done.
  std::string Expand(absl::string_view text, const SourceNode* job,
                     std::string* why);

  // An entry of the top level, or null.
  const SourceNode* Find(absl::string_view key);

  // False once the file took more looking up than any real one does.
  bool Charge(size_t entries);

 private:
  struct Value {
    enum Kind { kNone, kText, kVaries } kind = kNone;
    absl::string_view text;
    bool raw = false;  // holds no further variables
  };

  Value Lookup(absl::string_view name, const SourceNode* job);
  Value LookupInJob(absl::string_view name, const SourceNode& job, int depth);
  Value LookupIn(const SourceNode& variables, absl::string_view name);
  // Whether one of `rules` sets it.
  bool SetByRule(const SourceNode& rules, absl::string_view name);
  bool SetByMatrix(const SourceNode& matrix, absl::string_view name);
  bool Inherits(const SourceNode& inherit, absl::string_view name);
  void Append(absl::string_view text, const SourceNode* job, int depth,
              std::string* out, std::string* why);
  void AppendValue(absl::string_view name, const SourceNode* job, int depth,
                   std::string* out, std::string* why);

  const SourceNode& workflow_rules_;
  absl::flat_hash_map<absl::string_view, const SourceNode*> top_level_;
  absl::flat_hash_map<absl::string_view, const SourceNode*> globals_;
  size_t work_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_PIPELINES_GITLAB_VARIABLES_H_
