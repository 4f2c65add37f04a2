// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the runtime shows one of the names of an image.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "decision/judge.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::ImageOf;
using ::pinwarden::testing::Noon;
using ::pinwarden::testing::PolicyOf;

using Names = std::optional<std::vector<std::string>>;

constexpr char kDemo[] = "docker.io/library/demo:1.2.3";
constexpr char kLatest[] = "docker.io/library/demo:latest";
constexpr char kElsewhere[] = "quay.io/acme/demo:1.2.3";

std::shared_ptr<const Policy> Ambiguously(absl::string_view what,
                                          absl::string_view mode = "enforce") {
  return PolicyOf(
      absl::StrCat("version: 1\nmode: ", mode, "\nambiguous: ", what, R"(
exemptions:
  - name: spared
    match: {images: [docker.io/library/spared]}
    reason: later
    owner: us
    expires: 2030-01-01
rules:
  - name: home
    match: {namespaces: [home]}
    registries: [docker.io]
    require: tag
  - {name: watched, match: {images: [quay.io/watched]}, require: digest,
     mode: observe}
  - {name: default, require: tag}
)"));
}

struct Shown {
  std::string image;
  Names others;
  std::string name_space = "x";
  Confidence confidence = Confidence::kAlias;
};

Verdict VerdictOn(const Policy& policy, const Shown& shown) {
  Workload workload{shown.image, shown.confidence, shown.name_space, {}};
  if (shown.others.has_value()) workload.other_names = *shown.others;
  return Decide(policy, workload, Noon());
}

std::string Judge(const Policy& policy, const Shown& shown) {
  const Verdict verdict = VerdictOn(policy, shown);
  return absl::StrCat(
      OutcomeName(verdict.outcome), " ", ReasonName(verdict.reason), " ",
      DecidedBy(policy, verdict), " ", ModeName(verdict.mode),
      verdict.other_name.has_value()
          ? absl::StrCat(" ", (*shown.others)[*verdict.other_name])
          : "");
}

TEST(AmbiguousTest, JudgeLooksAtTheNameShownOnly) {
  const auto policy = Ambiguously("judge");
  const struct {
    Shown shown;
    const char* want;
  } kCases[] = {
      {{kDemo, Names({kLatest})}, "allowed pinned default enforce"},
      {{kDemo, std::nullopt}, "allowed pinned default enforce"},
      {{kLatest, Names({kDemo})}, "rejected floating_tag default enforce"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.shown.image);
    EXPECT_EQ(Judge(*policy, c.shown), c.want);
  }
}

TEST(AmbiguousTest, StrictRefusesWhatAnyNameIsRefusedFor) {
  const auto policy = Ambiguously("strict");
  const std::string digest = ImageOf("docker.io/library/demo@$256");
  const struct {
    Shown shown;
    std::string want;
  } kCases[] = {
      {{kDemo, Names({kLatest})},
       absl::StrCat("rejected floating_tag default enforce ", kLatest)},
      {{kDemo, Names({digest, kLatest})},
       absl::StrCat("rejected floating_tag default enforce ", kLatest)},
      {{kDemo, Names({digest, kElsewhere})}, "allowed pinned default enforce"},
      {{kDemo, Names({kElsewhere}), "home"},
       absl::StrCat("rejected untrusted_registry home enforce ", kElsewhere)},
      {{kDemo, Names(std::vector<std::string>())},
       "allowed pinned default enforce"},
      {{kLatest, Names({kDemo})}, "rejected floating_tag default enforce"},
      // Refused is worse than observed, and observed worse than allowed.
      {{kDemo, Names({"quay.io/watched:1"})},
       "would_reject no_digest watched observe quay.io/watched:1"},
      {{kDemo, Names({"quay.io/watched:1", kLatest})},
       absl::StrCat("rejected floating_tag default enforce ", kLatest)},
      {{"docker.io/library/spared:latest", Names({kLatest})},
       absl::StrCat("rejected floating_tag default enforce ", kLatest)},
      {{kDemo, Names({"not a name"})},
       "rejected malformed_reference default enforce not a name"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_EQ(Judge(*policy, c.shown), c.want);
  }
}

TEST(AmbiguousTest, StrictRefusesWhereTheOtherNamesAreNotKnown) {
  const auto policy = Ambiguously("strict");
  const struct {
    const char* image;
    const char* want;
  } kCases[] = {
      {kDemo, "rejected ambiguous_image default enforce"},
      {"docker.io/library/spared:1",
       "rejected ambiguous_image default enforce"},
      // There is a better reason already.
      {kLatest, "rejected floating_tag default enforce"},
      {"quay.io/watched:1", "would_reject no_digest watched observe"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    EXPECT_EQ(Judge(*policy, {c.image, std::nullopt}), c.want);
  }
  EXPECT_EQ(Judge(*Ambiguously("strict", "observe"), {kDemo, std::nullopt}),
            "would_reject ambiguous_image default observe");
}

TEST(AmbiguousTest, ObserveRefusesNothingOnAnAlias) {
  const auto policy = Ambiguously("observe");
  EXPECT_EQ(Judge(*policy, {kLatest, Names({kDemo})}),
            "would_reject floating_tag default observe");
  EXPECT_EQ(Judge(*policy, {kLatest, std::nullopt}),
            "would_reject floating_tag default observe");
  EXPECT_EQ(Judge(*policy, {kDemo, Names({kLatest})}),
            "allowed pinned default observe");
}

TEST(AmbiguousTest, TouchesNoNameThatWasAskedFor) {
  for (const char* what : {"judge", "strict", "observe"}) {
    SCOPED_TRACE(what);
    const auto policy = Ambiguously(what);
    EXPECT_EQ(Judge(*policy, {kLatest, std::nullopt, "x", Confidence::kExact}),
              "rejected floating_tag default enforce");
    EXPECT_EQ(Judge(*policy, {kDemo, std::nullopt, "x", Confidence::kExact}),
              "allowed pinned default enforce");
  }
}

TEST(AmbiguousTest, SaysWhichNameDecided) {
  const auto policy = Ambiguously("strict");
  const Shown shown = {kDemo, Names({kLatest})};
  Workload workload{shown.image, shown.confidence, shown.name_space, {}};
  workload.other_names = *shown.others;
  EXPECT_EQ(VerdictMessage(*policy, workload, VerdictOn(*policy, shown)),
            "pinwarden: image \"docker.io/library/demo:1.2.3\", here also "
            "\"docker.io/library/demo:latest\", refused by rule \"default\" "
            "(policy.yaml:17): tag \"latest\" changes without notice; pin it: "
            "docker.io/library/demo:<version> or "
            "docker.io/library/demo@sha256:<digest>");
}

TEST(AmbiguousTest, SaysWhatIsMissing) {
  const auto policy = Ambiguously("strict");
  const Workload workload{kDemo, Confidence::kAlias, "x", {}};
  EXPECT_THAT(
      VerdictMessage(*policy, workload, Decide(*policy, workload, Noon())),
      ::testing::AllOf(::testing::HasSubstr("refused by rule \"default\""),
                       ::testing::HasSubstr("cri_socket")));
}

TEST(AmbiguousTest, KeepsTheMessageShortWhateverTheNames) {
  const auto policy = Ambiguously("strict");
  const std::string name = absl::StrCat("docker.io/", std::string(200, 'a'),
                                        "/", std::string(200, 'b'), ":latest");
  const std::string hostile(4000, '\x1b');
  for (const std::string& other : {name, hostile}) {
    const std::vector<std::string> others = {other};
    const std::string shown = absl::StrCat(std::string(240, 'c'), ":1");
    Workload workload{shown, Confidence::kAlias, "x", {}};
    workload.other_names = others;
    const std::string message =
        VerdictMessage(*policy, workload, Decide(*policy, workload, Noon()));
    EXPECT_LE(message.size(), kMaxMessageBytes);
    EXPECT_THAT(message, ::testing::Not(::testing::HasSubstr("\x1b")));
  }
}

// What a verdict becomes when its container ran before anybody could judge it.
TEST(SlippedTest, KeepsTheReasonAndSaysWhatThePolicyThinks) {
  const struct {
    Outcome from;
    Outcome want;
  } kCases[] = {
      {Outcome::kAllowed, Outcome::kSlippedAllowed},
      {Outcome::kExempted, Outcome::kSlippedAllowed},
      {Outcome::kWouldReject, Outcome::kSlippedViolation},
      {Outcome::kRejected, Outcome::kSlippedViolation},
      {Outcome::kSlippedAllowed, Outcome::kSlippedAllowed},
      {Outcome::kSlippedViolation, Outcome::kSlippedViolation},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(OutcomeName(c.from));
    Verdict verdict;
    verdict.outcome = c.from;
    verdict.reason = Reason::kFloatingTag;
    const Verdict slipped = Slipped(verdict);
    EXPECT_EQ(slipped.outcome, c.want);
    EXPECT_EQ(slipped.reason, Reason::kFloatingTag);
    EXPECT_TRUE(slipped.runs());
  }
}

TEST(SlippedTest, SaysSoInItsMessage) {
  const auto policy = Ambiguously("judge");
  const struct {
    const char* image;
    const char* want;
  } kCases[] = {
      {kLatest,
       "\"docker.io/library/demo:latest\" slipped by, against rule \"default\" "
       "(policy.yaml:17): tag \"latest\" changes without notice"},
      {kDemo,
       "\"docker.io/library/demo:1.2.3\" slipped by, allowed by rule "
       "\"default\""},
      {"spared",
       "\"spared\" slipped by, exempted by \"spared\" (policy.yaml:5)"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    const Workload workload{c.image, Confidence::kExact, "x", {}};
    EXPECT_THAT(VerdictMessage(*policy, workload,
                               Slipped(Decide(*policy, workload, Noon()))),
                ::testing::HasSubstr(c.want));
  }
}

}  // namespace
}  // namespace pinwarden
