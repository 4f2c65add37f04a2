// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "lint/action.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

constexpr char kCommit[] = "8f4b7f84864484a7bf31766abe9204da3cbe65b3";

std::string Judge(absl::string_view policy_text, absl::string_view action) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const PolicyLoad load = LoadPolicy(policy_text, "p.yaml", now);
  if (load.policy == nullptr) return "bad policy";
  const Workload workload = {action, Confidence::kExact, "default", {}};
  const Verdict verdict = DecideAction(*load.policy, workload, now);
  return absl::StrCat(OutcomeName(verdict.outcome), " ",
                      ReasonName(verdict.reason), ": ",
                      ActionMessage(*load.policy, workload, verdict));
}

TEST(DecideActionTest, TakesACommitIdForADigestAndAnyOtherRefForATag) {
  const struct {
    const char* require;
    const char* ref;
    const char* want;
  } kCases[] = {
      {"digest", kCommit, "allowed pinned"},
      {"digest", "v4", "rejected no_digest"},
      {"digest", "8f4b7f8", "rejected no_digest"},
      {"version", "v4.1.2", "allowed pinned"},
      {"version", "v4", "rejected imprecise_version"},
      {"version", "main", "rejected floating_tag"},
      {"version", kCommit, "allowed pinned"},
      {"tag", "v4", "allowed pinned"},
      {"tag", "releases/v1", "allowed pinned"},
      {"tag", "main", "rejected floating_tag"},
      {"none", "main", "allowed not_required"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.require, " ", c.ref));
    // What registries and tag conventions say is about images.
    const std::string policy = absl::StrCat(
        "version: 1\nmode: enforce\nrules:\n- {name: r, require: ", c.require,
        ", registries: [ghcr.io], tag_pattern: x}\n");
    const std::string got =
        Judge(policy, absl::StrCat("actions/checkout@", c.ref));
    EXPECT_EQ(got.substr(0, got.find(':')), c.want);
  }
}

TEST(DecideActionTest, SaysHowToPin) {
  constexpr char kPolicy[] =
      "version: 1\nmode: enforce\nexemptions:\n"
      "- {name: own, match: {images: ['github.com/acme/*']}, reason: ours,\n"
      "   owner: me, expires: 2099-01-01}\n"
      "rules:\n- {name: r, require: digest}\n";
  const struct {
    const char* action;
    const char* want;
  } kCases[] = {
      {"actions/checkout@v4",
       "rejected no_digest: pinwarden: action \"actions/checkout@v4\" refused "
       "by rule \"r\" (p.yaml:7): a ref can be moved, and this rule asks for a "
       "digest, as which a full commit id counts; pin it: "
       "actions/checkout@<full commit id>"},
      {"Acme/tool@main",
       "exempted exempted: pinwarden: action \"Acme/tool@main\" exempted by "
       "\"own\" (p.yaml:4): the policy says why and until when"},
      {"actions/checkout",
       "rejected malformed_reference: pinwarden: action \"actions/checkout\" "
       "refused by rule \"r\" (p.yaml:7): not an action: it names no ref after "
       "an \"@\"; write it as owner/repository@<full commit id>"},
      {"checkout@v4",
       "rejected malformed_reference: pinwarden: action \"checkout@v4\" "
       "refused by rule \"r\" (p.yaml:7): not an action: it does not say "
       "owner/repository; write it as owner/repository@<full commit id>"},
      {"a/b c@v4",
       "rejected malformed_reference: pinwarden: action \"a/b c@v4\" refused "
       "by rule \"r\" (p.yaml:7): not an action: it holds a character that "
       "none has; write it as owner/repository@<full commit id>"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.action);
    EXPECT_EQ(Judge(kPolicy, c.action), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
