// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Which rule or exemption decides, and in which mode.
#include "absl/strings/str_cat.h"
#include "decision/judge.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::At;
using ::pinwarden::testing::Case;
using ::pinwarden::testing::Judge;
using ::pinwarden::testing::Noon;
using ::pinwarden::testing::PolicyOf;

struct OrderCase {
  Case workload;
  const char* want;
};

template <size_t N>
void ExpectVerdicts(absl::string_view yaml, const OrderCase (&cases)[N]) {
  const auto policy = PolicyOf(yaml);
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.workload.name_space, " ", c.workload.image));
    EXPECT_EQ(Judge(*policy, c.workload), c.want);
  }
}

constexpr char kRules[] = R"(
version: 1
mode: observe
rules:
  - name: production
    match: {namespaces: ["prod-*", live], labels: {tier: prod}}
    require: digest
    mode: enforce
  - name: postgres
    match: {images: [postgres, "ghcr.io/acme/postgres-*"]}
    require: version
    version_components: 2
    mode: enforce
  - name: live
    match: {namespaces: [live]}
    require: tag
    mode: enforce
  - name: lab
    match: {labels: {tier: lab, owner: qa}}
    require: none
  - name: default
    require: tag
)";

TEST(DecideOrderTest, TheFirstRuleThatMatchesDecides) {
  ExpectVerdicts(
      kRules,
      {{{"nginx:1", "prod-eu", {{"tier", "prod"}}},
        "rejected no_digest production"},
       {{"nginx@$256", "prod-eu", {{"tier", "prod"}}},
        "allowed pinned production"},
       {{"postgres:16.1", "prod-eu", {{"tier", "prod"}}},
        "rejected no_digest production"},
       {{"nginx:1", "live", {{"a", "b"}, {"tier", "prod"}}},
        "rejected no_digest production"},
       {{"nginx:1", "prod-eu", {{"tier", "Prod"}}}, "allowed pinned default"},
       {{"nginx:1", "prod", {{"tier", "prod"}}}, "allowed pinned default"},
       {{"nginx", "prod-eu"}, "would_reject no_tag default"},
       {{"postgres:16"}, "rejected imprecise_version postgres"},
       {{"postgres:16.1"}, "allowed pinned postgres"},
       {{"docker.io/library/postgres"}, "rejected no_tag postgres"},
       {{"index.docker.io/postgres"}, "rejected no_tag postgres"},
       {{"ghcr.io/acme/postgres-ha"}, "rejected no_tag postgres"},
       {{"GHCR.IO/acme/postgres-ha"}, "rejected no_tag postgres"},
       {{"ghcr.io:443/acme/postgres-ha"}, "rejected no_tag postgres"},
       {{"ghcr.io/acme/postgres"}, "would_reject no_tag default"},
       {{"acme/postgres"}, "would_reject no_tag default"},
       {{"postgres", "live"}, "rejected no_tag postgres"},
       {{"nginx", "live"}, "rejected no_tag live"},
       {{"nginx", "lab", {{"owner", "qa"}, {"tier", "lab"}}},
        "allowed not_required lab"},
       {{"nginx", "lab", {{"tier", "lab"}}}, "would_reject no_tag default"},
       {{"nginx"}, "would_reject no_tag default"},
       {{"nginx", ""}, "would_reject no_tag default"},
       {{"$256", "live"}, "allowed pinned live"}});
}

TEST(DecideOrderTest, AMalformedImageTakesTheModeOfTheRuleForItsPod) {
  ExpectVerdicts(kRules,
                 {{{"Bad", "prod-eu", {{"tier", "prod"}}},
                   "rejected malformed_reference production"},
                  {{"Bad", "live"}, "rejected malformed_reference live"},
                  {{"postgres:"}, "would_reject malformed_reference default"},
                  {{"Bad", "lab", {{"owner", "qa"}, {"tier", "lab"}}},
                   "would_reject malformed_reference lab"}});
}

TEST(DecideOrderTest, AnUnidentifiedImageTakesTheModeOfTheRuleForItsPod) {
  constexpr auto kUnknown = Confidence::kUnknown;
  const Case kCases[] = {
      {"postgres:16", "prod-eu", {{"tier", "prod"}}, Noon(), kUnknown},
      {"postgres:16", "live", {}, Noon(), kUnknown},
      {"postgres:16", "default", {}, Noon(), kUnknown},
      {"", "default", {}, Noon(), kUnknown},
  };
  ExpectVerdicts(kRules,
                 {{kCases[0], "rejected unidentified_image production"},
                  {kCases[1], "rejected unidentified_image live"},
                  {kCases[2], "would_reject unidentified_image default"},
                  {kCases[3], "would_reject unidentified_image default"}});
  ExpectVerdicts(absl::StrCat("unidentified: allow", kRules),
                 {{kCases[0], "allowed unidentified_image production"},
                  {kCases[1], "allowed unidentified_image live"},
                  {kCases[2], "allowed unidentified_image default"},
                  {{"", "live"}, "rejected malformed_reference live"}});
}

TEST(DecideOrderTest, AnAliasIsJudgedLikeAnExactName) {
  const Case alias = {"nginx", "live", {}, Noon(), Confidence::kAlias};
  ExpectVerdicts(kRules, {{alias, "rejected no_tag live"}});
}

constexpr char kExemptions[] = R"(
version: 1
mode: enforce
unidentified: reject
exemptions:
  - name: vendor
    match: {namespaces: [billing], images: [docker.io/acme/billing]}
    reason: vendor ships only latest
    owner: team-billing
    expires: 2026-06-30
  - name: expired
    match: {images: [redis]}
    reason: done
    owner: team-cache
    expires: 2026-06-15T12:00:00Z
  - name: next
    match: {images: [redis, "ghcr.io/old/**"]}
    reason: not done
    owner: team-cache
    expires: 2026-06-15T12:00:01Z
  - name: sandbox
    match: {namespaces: ["sandbox-*"], labels: {play: "yes"}}
    reason: play
    owner: team-play
    expires: 2027-01-01
rules:
  - name: default
    require: tag
    registries: [docker.io]
)";

TEST(DecideOrderTest, ExemptionsComeBeforeRules) {
  ExpectVerdicts(
      kExemptions,
      {{{"acme/billing", "billing"}, "exempted exempted vendor"},
       {{"acme/billing:latest", "billing"}, "exempted exempted vendor"},
       {{"acme/billing@$256", "billing"}, "exempted exempted vendor"},
       {{"acme/billing", "other"}, "rejected no_tag default"},
       {{"acme/billing-evil", "billing"}, "rejected no_tag default"},
       {{"ghcr.io/acme/billing", "billing"},
        "rejected untrusted_registry default"},
       {{"ghcr.io/old/a/b"}, "exempted exempted next"},
       {{"Ghcr.io/old/a"}, "exempted exempted next"},
       {{"ghcr.io/old"}, "rejected untrusted_registry default"},
       {{"nginx", "sandbox-1", {{"play", "yes"}}}, "exempted exempted sandbox"},
       {{"$256", "sandbox-1", {{"play", "yes"}}}, "exempted exempted sandbox"},
       {{"nginx", "sandbox-1", {{"play", "no"}}}, "rejected no_tag default"},
       {{"nginx", "sandbox-1"}, "rejected no_tag default"}});
}

TEST(DecideOrderTest, AnExemptionEndsAtItsTime) {
  const auto redis = [](absl::string_view now) {
    return Case{"redis", "default", {}, At(now)};
  };
  const auto billing = [](absl::string_view now) {
    return Case{"acme/billing", "billing", {}, At(now)};
  };
  ExpectVerdicts(
      kExemptions,
      {{redis("2026-06-15T11:59:59.999Z"), "exempted exempted expired"},
       {redis("2026-06-15T12:00:00Z"), "exempted exempted next"},
       {redis("2026-06-15T12:00:00.999Z"), "exempted exempted next"},
       {redis("2026-06-15T12:00:01Z"), "rejected no_tag default"},
       {redis("2030-01-01T00:00:00Z"), "rejected no_tag default"},
       {billing("2026-06-30T23:59:59Z"), "exempted exempted vendor"},
       {billing("2026-07-01T00:00:00Z"), "rejected no_tag default"}});
}

TEST(DecideOrderTest, NoExemptionCoversWhatHasNoName) {
  const Case unknown = {
      "nginx", "sandbox-1", {{"play", "yes"}}, Noon(), Confidence::kUnknown};
  ExpectVerdicts(kExemptions,
                 {{{"Bad", "sandbox-1", {{"play", "yes"}}},
                   "rejected malformed_reference default"},
                  {unknown, "rejected unidentified_image default"}});
}

TEST(DecideOrderTest, AnImageIdIsOnNoListOfImages) {
  ExpectVerdicts(R"(
version: 1
mode: enforce
rules:
  - name: named
    match: {images: ["**"]}
    require: none
  - name: default
    require: tag
)",
                 {{{"nginx"}, "allowed not_required named"},
                  {{"$256"}, "allowed pinned default"},
                  {{"$HEX"}, "allowed pinned default"}});
}

TEST(DecideOrderTest, TheModeIsThatOfTheRuleThatDecides) {
  const auto policy = PolicyOf(kRules);
  const Verdict refused =
      Decide(*policy, {"nginx", Confidence::kExact, "live", {}}, Noon());
  EXPECT_EQ(refused.mode, Mode::kEnforce);
  EXPECT_FALSE(refused.runs());
  const Verdict observed =
      Decide(*policy, {"nginx", Confidence::kExact, "default", {}}, Noon());
  EXPECT_EQ(observed.mode, Mode::kObserve);
  EXPECT_TRUE(observed.runs());
}

TEST(DecideOrderTest, AVerdictKnowsWhereItsRuleStands) {
  const auto policy = PolicyOf(kExemptions);
  const Verdict exempted = Decide(
      *policy, {"acme/billing", Confidence::kExact, "billing", {}}, Noon());
  EXPECT_TRUE(exempted.by_exemption);
  EXPECT_EQ(exempted.mode, Mode::kEnforce);
  EXPECT_EQ(DecidedAt(*policy, exempted).line, 6);
  const Verdict refused =
      Decide(*policy, {"nginx", Confidence::kExact, "a", {}}, Noon());
  EXPECT_FALSE(refused.by_exemption);
  EXPECT_EQ(DecidedAt(*policy, refused).line, 27);
}

// No loaded policy is like this; refusing is what is left.
TEST(DecideOrderTest, WithoutACatchAllTheLastRuleDecides) {
  Policy::Fields fields;
  fields.rules.resize(1);
  fields.rules[0].name = "last";
  fields.rules[0].mode = Mode::kEnforce;
  fields.rules[0].match.namespaces.emplace_back("other");
  const Policy policy(std::move(fields));
  EXPECT_EQ(Judge(policy, {"nginx"}), "rejected no_tag last");
  EXPECT_EQ(Judge(policy, {"Bad"}), "rejected malformed_reference last");
}

}  // namespace
}  // namespace pinwarden
