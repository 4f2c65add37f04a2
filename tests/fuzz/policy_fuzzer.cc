// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Whatever the text: a policy or an error and never both, every problem at a
// place in the text and fit for one line of a terminal, the same every time,
// and a policy that keeps what the header promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/policy.h"

namespace {

using pinwarden::LoadPolicy;
using pinwarden::PolicyLoad;
using pinwarden::Problem;
using pinwarden::ProblemLog;

constexpr size_t kMaxMessageBytes = 2048;

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

void CheckProblems(absl::string_view text, const PolicyLoad& load) {
  Require(load.problems.size() <= 2 * ProblemLog::kMaxProblems + 4);
  Require((load.policy == nullptr) == pinwarden::HasErrors(load.problems));
  for (const Problem& problem : load.problems) {
    Require(IsPlaceIn(text, problem.at));
    Require(!problem.message.empty());
    Require(problem.message.size() <= kMaxMessageBytes);
    Require(pinwarden::IsPrintable(problem.message));
  }
}

void CheckPolicy(const pinwarden::Policy& policy) {
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
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::Time now = absl::FromUnixSeconds(1780272000);
  const PolicyLoad load = LoadPolicy(text, "policy.yaml", now);
  CheckProblems(text, load);
  if (load.policy != nullptr) CheckPolicy(*load.policy);
  const std::string shown =
      pinwarden::RenderProblems(load.problems, "policy.yaml", text);
  const PolicyLoad again = LoadPolicy(text, "policy.yaml", now);
  Require((again.policy == nullptr) == (load.policy == nullptr));
  Require(pinwarden::RenderProblems(again.problems, "policy.yaml", text) ==
          shown);
  return 0;
}
