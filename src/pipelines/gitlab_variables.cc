// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
//   $NAME, ${NAME}   the value, with its own variables filled in
//   $$               a dollar sign
//   $[[ inputs.x ]]  an input, which who includes the file gives
//
// Where a value comes from, the first that has one: a matrix or a rule of the
// job, its own `variables`, those of the jobs it extends from the last to the
// first, the top level's.
#include "pipelines/gitlab_variables.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/reference.h"

namespace pinwarden {
namespace {

constexpr int kMaxDepth = 11;  // of `extends`, as GitLab has it, and of values
constexpr size_t kMaxWork = 5'000'000;
constexpr size_t kMaxShownBytes = 64;

bool IsOfName(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

std::string Variable(absl::string_view name) {
  return absl::StrCat("the variable ", Quote(name, kMaxShownBytes));
}

bool Contains(const SourceNode& list, absl::string_view word) {
  return std::any_of(
      list.items().begin(), list.items().end(),
      [word](const SourceNode& item) { return item.scalar() == word; });
}

}  // namespace

GitLabVariables::GitLabVariables(const SourceNode& root)
    : workflow_rules_(root.Find({"workflow", "rules"})) {
  for (const SourceEntry& entry : root.entries()) {
    top_level_[entry.key] = &entry.value;
  }
  for (const SourceEntry& entry : root.Find("variables").entries()) {
    globals_[entry.key] = &entry.value;
  }
}

bool GitLabVariables::Charge(size_t entries) {
  work_ = std::min(work_ + entries + 1, kMaxWork);
  return work_ < kMaxWork;
}

const SourceNode* GitLabVariables::Find(absl::string_view key) {
  Charge(0);
  const auto found = top_level_.find(key);
  return found == top_level_.end() ? nullptr : found->second;
}

GitLabVariables::Value GitLabVariables::LookupIn(const SourceNode& variables,
                                                 absl::string_view name) {
  if (!Charge(variables.entries().size())) return {Value::kVaries, "", false};
  const SourceNode& found = variables.Find(name);
  const SourceNode& text = found.IsMapping() ? found.Find("value") : found;
  if (!text.IsScalar()) return {};
  return {Value::kText, text.scalar(),
          found.Find("expand").scalar() == "false"};
}

bool GitLabVariables::SetByRule(const SourceNode& rules,
                                absl::string_view name) {
  for (const SourceNode& rule : rules.items()) {
    if (!Charge(rule.entries().size())) return true;
    if (LookupIn(rule.Find("variables"), name).kind != Value::kNone)
      return true;
  }
  return false;
}

bool GitLabVariables::SetByMatrix(const SourceNode& matrix,
                                  absl::string_view name) {
  for (const SourceNode& row : matrix.items()) {
    if (!Charge(row.entries().size())) return true;
    if (row.Find(name).kind() != SourceNode::Kind::kNull) return true;
  }
  return false;
}

GitLabVariables::Value GitLabVariables::LookupInJob(absl::string_view name,
                                                    const SourceNode& job,
                                                    int depth) {
  const Value varies = {Value::kVaries, "", false};
  if (depth > kMaxDepth || !Charge(job.entries().size())) return varies;
  if (SetByMatrix(job.Find({"parallel", "matrix"}), name) ||
      SetByRule(job.Find("rules"), name)) {
    return varies;
  }
  const Value own = LookupIn(job.Find("variables"), name);
  if (own.kind != Value::kNone) return own;
  const SourceNode& extends = job.Find("extends");
  const auto parents =
      extends.IsScalar() ? absl::MakeConstSpan(&extends, 1) : extends.items();
  for (size_t i = parents.size(); i-- > 0;) {
    const SourceNode* const parent = Find(parents[i].scalar());
    if (parent == nullptr) return varies;
    const Value value = LookupInJob(name, *parent, depth + 1);
    if (value.kind != Value::kNone) return value;
  }
  return {};
}

bool GitLabVariables::Inherits(const SourceNode& inherit,
                               absl::string_view name) {
  const SourceNode& variables = inherit.Find("variables");
  if (variables.IsSequence()) {
    return Charge(variables.items().size()) && Contains(variables, name);
  }
  return variables.scalar() != "false";
}

GitLabVariables::Value GitLabVariables::Lookup(absl::string_view name,
                                               const SourceNode* job) {
  if (SetByRule(workflow_rules_, name)) {
    return {Value::kVaries, "", false};
  }
  if (job != nullptr) {
    const Value value = LookupInJob(name, *job, 0);
    if (value.kind != Value::kNone) return value;
    if (!Inherits(job->Find("inherit"), name)) return {};
  }
  const auto global = globals_.find(name);
  if (global == globals_.end() || !Charge(0)) return {};
  const SourceEntry entry = {name, {}, *global->second};
  return LookupIn(SourceNode({}, absl::MakeConstSpan(&entry, 1)), name);
}

void GitLabVariables::AppendValue(absl::string_view name, const SourceNode* job,
                                  int depth, std::string* out,
                                  std::string* why) {
  const Value value = Lookup(name, job);
  switch (value.kind) {
    case Value::kNone:
      *why =
          absl::StrCat(Variable(name),
                       " has no value in this file; look at where it is set");
      return;
    case Value::kVaries:
      *why = absl::StrCat(Variable(name),
                          " does not have one value that this file gives it");
      return;
    case Value::kText:
      break;
  }
  if (value.raw) {
    absl::StrAppend(out, value.text.substr(0, kMaxReferenceBytes + 1));
  } else if (depth >= kMaxDepth) {
    *why = absl::StrCat(Variable(name), " is made of too many others");
  } else {
    Append(value.text, job, depth + 1, out, why);
  }
}

void GitLabVariables::Append(absl::string_view text, const SourceNode* job,
                             int depth, std::string* out, std::string* why) {
  while (why->empty() && !text.empty()) {
    if (out->size() > kMaxReferenceBytes) {
      *why = "with its variables filled in, this is longer than any image";
      return;
    }
    const size_t dollar = std::min(text.find('$'), text.size());
    absl::StrAppend(out,
                    text.substr(0, std::min(dollar, kMaxReferenceBytes + 1)));
    text.remove_prefix(dollar);
    if (text.empty()) return;
    text.remove_prefix(1);
    const bool curly = absl::StartsWith(text, "{");
    const absl::string_view rest = text.substr(curly ? 1 : 0);
    const auto end = std::find_if_not(rest.begin(), rest.end(), IsOfName);
    const absl::string_view name =
        rest.substr(0, static_cast<size_t>(end - rest.begin()));
    const absl::string_view after = rest.substr(name.size());
    if (absl::StartsWith(text, "[[")) {
      const absl::string_view input = absl::StripAsciiWhitespace(
          text.substr(2, std::max<size_t>(text.find("]]"), 2) - 2));
      *why = absl::StrCat("the input ", Quote(input, kMaxShownBytes),
                          " gets its value from who includes this file");
    } else if (absl::StartsWith(text, "$")) {
      out->push_back('$');
      text.remove_prefix(1);
    } else if (name.empty() || (curly && !absl::StartsWith(after, "}"))) {
      out->push_back('$');
    } else {
      AppendValue(name, job, depth, out, why);
      text = after.substr(curly ? 1 : 0);
    }
  }
}

std::string GitLabVariables::Expand(absl::string_view text,
                                    const SourceNode* job, std::string* why) {
  std::string out;
  Append(text, job, 0, &out, why);
  return out;
}

}  // namespace pinwarden
