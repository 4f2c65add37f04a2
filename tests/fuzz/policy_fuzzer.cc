// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever the text: a policy or an error and never both, every problem at a
// place in the text and fit for one line of a terminal, the same every time,
// and a policy that keeps what the header promises. A NUL, which no text of a
// policy can have, starts a further file, which is taken as included.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"

namespace {

using pinwarden::IncludePattern;
using pinwarden::LoadPolicy;
using pinwarden::PolicyIncludes;
using pinwarden::PolicyLoad;
using pinwarden::PolicySource;
using pinwarden::Problem;
using pinwarden::ProblemLog;

constexpr size_t kMaxMessageBytes = 2048;
constexpr size_t kMaxFiles = 8;

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsPlaceIn(absl::string_view text, pinwarden::Position at) {
  if (at.line < 1 || at.column < 1) return false;
  for (int line = 1; line < at.line; ++line) {
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  return static_cast<size_t>(at.column) <=
         text.substr(0, text.find('\n')).size() + 1;
}

// "policy.yaml", then "d/1.yaml", "d/2.yaml" and so on.
PolicySource Split(absl::string_view data) {
  PolicySource source;
  for (const absl::string_view text : absl::StrSplit(data, '\0')) {
    const size_t n = source.files.size();
    if (n > kMaxFiles) break;
    source.files.push_back(
        {n == 0 ? "policy.yaml" : absl::StrCat("d/", n, ".yaml"),
         std::string(text)});
  }
  return source;
}

void CheckIncludes(absl::string_view text) {
  for (const IncludePattern& pattern : PolicyIncludes(text)) {
    Require(pattern.text().size() <= pinwarden::kMaxIncludePatternBytes);
    Require(pattern.text()[0] != '/');
    Require(!absl::StrContains(pattern.directory(), '*'));
    Require(!absl::StrContains(absl::StrCat("/", pattern.text(), "/"), "/../"));
    Require(!pattern.Matches("../policy.yaml"));
    Require(pattern.Matches(pattern.text()) || !pattern.literal());
  }
}

void CheckProblems(const PolicySource& source, const PolicyLoad& load) {
  Require(load.problems.size() <=
          2 * ProblemLog::kMaxProblems + 4 * source.files.size());
  Require((load.policy == nullptr) == pinwarden::HasErrors(load.problems));
  for (const Problem& problem : load.problems) {
    Require(problem.file < source.files.size());
    Require(IsPlaceIn(source.files[problem.file].text, problem.at));
    Require(!problem.message.empty());
    Require(problem.message.size() <= kMaxMessageBytes);
    Require(pinwarden::IsPrintable(problem.message));
  }
}

void CheckPolicy(const pinwarden::Policy& policy, const PolicySource& source) {
  Require(policy.included().size() == source.files.size() - 1);
  Require(policy.sha256().size() == 64);
  Require(!policy.rules().empty());
  Require(policy.rules().back().match.MatchesEverything());
  const pinwarden::MatchSubject nobody;
  const auto any = [](size_t) { return true; };
  Require(policy.rule_index().First(nobody, any) < policy.rules().size());
  Require(policy.nameless_rule_index().First(nobody, any) <
          policy.nameless_rules().size());
  for (const auto& rule : policy.rules()) {
    Require(pinwarden::IsPrintable(rule.name) && !rule.name.empty());
    Require(rule.version_components >= 1 && rule.version_components <= 9);
  }
  for (const auto& exemption : policy.exemptions()) {
    Require(!exemption.match.MatchesEverything());
    Require(!exemption.reason.empty() && !exemption.owner.empty());
    Require(exemption.expires < absl::InfiniteFuture());
    Require(exemption.included <= policy.included().size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const PolicySource source =
      Split(absl::string_view(reinterpret_cast<const char*>(data), size));
  const absl::Time now = absl::FromUnixSeconds(1780272000);
  CheckIncludes(source.files[0].text);
  const PolicyLoad load = LoadPolicy(source, now);
  CheckProblems(source, load);
  if (load.policy != nullptr) CheckPolicy(*load.policy, source);
  const PolicyLoad again = LoadPolicy(source, now);
  Require((again.policy == nullptr) == (load.policy == nullptr));
  Require(pinwarden::RenderPolicyProblems(again.problems, source) ==
          pinwarden::RenderPolicyProblems(load.problems, source));
  return 0;
}
