// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What one rule makes of an image: pin level, floating tags, tag convention and
// registries.
#include "absl/strings/str_cat.h"
#include "decision/judge.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::Judge;
using ::pinwarden::testing::PolicyOf;

struct ImageCase {
  const char* image;
  const char* want;
};

// A policy of one enforcing rule, "default", with `fields`.
std::string OneRule(absl::string_view fields) {
  return absl::StrCat("version: 1\nmode: enforce\nrules:\n  - name: default\n",
                      fields);
}

template <size_t N>
void ExpectVerdicts(absl::string_view yaml, const ImageCase (&cases)[N]) {
  const auto policy = PolicyOf(yaml);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.image);
    EXPECT_EQ(Judge(*policy, {c.image}), absl::StrCat(c.want, " default"));
  }
}

TEST(DecidePinTest, NoneAcceptsEveryReference) {
  ExpectVerdicts(OneRule("    require: none\n"),
                 {{"nginx", "allowed not_required"},
                  {"nginx:latest", "allowed not_required"},
                  {"nginx:1.27", "allowed not_required"},
                  {"nginx@$256", "allowed not_required"},
                  {"$256", "allowed not_required"},
                  {"$HEX", "allowed not_required"},
                  {"Nginx", "rejected malformed_reference"}});
}

TEST(DecidePinTest, TagAcceptsAnExplicitTagThatDoesNotFloat) {
  ExpectVerdicts(OneRule("    require: tag\n"),
                 {{"nginx", "rejected no_tag"},
                  {"docker.io/library/nginx", "rejected no_tag"},
                  {"h:5000/nginx", "rejected no_tag"},
                  {"nginx:latest", "rejected floating_tag"},
                  {"nginx:LATEST", "rejected floating_tag"},
                  {"nginx:stable", "rejected floating_tag"},
                  {"nginx:edge", "rejected floating_tag"},
                  {"nginx:nightly", "rejected floating_tag"},
                  {"nginx:main", "rejected floating_tag"},
                  {"nginx:master", "rejected floating_tag"},
                  {"nginx:dev", "rejected floating_tag"},
                  {"nginx:Dev", "rejected floating_tag"},
                  {"nginx:1.27-latest", "rejected floating_tag"},
                  {"nginx:latest-alpine", "rejected floating_tag"},
                  {"h:5000/nginx:latest", "rejected floating_tag"},
                  {"nginx:latest1", "allowed pinned"},
                  {"nginx:main-3f2a9c1", "allowed pinned"},
                  {"nginx:1", "allowed pinned"},
                  {"nginx:alpine", "allowed pinned"},
                  {"h:5000/nginx:1.27", "allowed pinned"},
                  {"sha512:$HEX", "allowed pinned"},  // a name and a tag
                  {"nginx@$256", "allowed pinned"},
                  {"nginx:latest@$256", "allowed pinned"},
                  {"nginx:1.27@$512", "allowed pinned"},
                  {"$256", "allowed pinned"}});
}

TEST(DecidePinTest, VersionAcceptsATagThatNamesOneVersion) {
  ExpectVerdicts(OneRule("    require: version\n"),
                 {{"nginx", "rejected no_tag"},
                  {"nginx:latest", "rejected floating_tag"},
                  {"nginx:1.27.3-latest", "rejected floating_tag"},
                  {"nginx:1", "rejected imprecise_version"},
                  {"nginx:1.27", "rejected imprecise_version"},
                  {"nginx:v1.27", "rejected imprecise_version"},
                  {"nginx:1.27-alpine", "rejected imprecise_version"},
                  {"nginx:alpine", "rejected imprecise_version"},
                  {"nginx:alpine3.20.1", "rejected imprecise_version"},
                  {"nginx:1.27.3", "allowed pinned"},
                  {"nginx:v1.27.3", "allowed pinned"},
                  {"nginx:1.27.3-alpine", "allowed pinned"},
                  {"nginx:1.27.3.4", "allowed pinned"},
                  {"debian:bookworm-20240110", "allowed pinned"},
                  {"debian:bookworm-2024-01-10-slim", "allowed pinned"},
                  {"nginx:sha-3f2a9c1", "allowed pinned"},
                  {"nginx@$256", "allowed pinned"},
                  {"nginx:latest@$256", "allowed pinned"},
                  {"$HEX", "allowed pinned"}});
}

TEST(DecidePinTest, VersionCountsTheComponentsThatTheRuleAsksFor) {
  ExpectVerdicts(OneRule("    require: version\n    version_components: 2\n"),
                 {{"postgres:16", "rejected imprecise_version"},
                  {"postgres:16-alpine", "rejected imprecise_version"},
                  {"postgres:16.1", "allowed pinned"},
                  {"postgres:16.1-alpine", "allowed pinned"},
                  {"postgres:16.1.2", "allowed pinned"}});
  ExpectVerdicts(OneRule("    require: version\n    version_components: 1\n"),
                 {{"postgres:alpine", "rejected imprecise_version"},
                  {"postgres:v", "rejected imprecise_version"},
                  {"postgres:16", "allowed pinned"},
                  {"postgres:v16-alpine", "allowed pinned"}});
  ExpectVerdicts(OneRule("    require: version\n    version_components: 4\n"),
                 {{"app:1.2.3", "rejected imprecise_version"},
                  {"app:1.2.3.4", "allowed pinned"}});
}

TEST(DecidePinTest, DigestAcceptsDigestsOnly) {
  ExpectVerdicts(OneRule("    require: digest\n"),
                 {{"nginx", "rejected no_digest"},
                  {"nginx:latest", "rejected no_digest"},
                  {"nginx:1.27.3", "rejected no_digest"},
                  {"nginx@$256", "allowed pinned"},
                  {"nginx@$384", "allowed pinned"},
                  {"nginx@$512", "allowed pinned"},
                  {"nginx:latest@$256", "allowed pinned"},
                  {"nginx:1.27.3@$256", "allowed pinned"},
                  {"h:5000/a/b@$256", "allowed pinned"},
                  {"$256", "allowed pinned"},
                  {"$HEX", "allowed pinned"}});
}

TEST(DecidePinTest, RefusesWhatIsNoReference) {
  ExpectVerdicts(OneRule("    require: tag\n"),
                 {{"", "rejected malformed_reference"},
                  {" nginx:1.27", "rejected malformed_reference"},
                  {"nginx:", "rejected malformed_reference"},
                  {"nginx@", "rejected malformed_reference"},
                  {"nginx:1.27\n", "rejected malformed_reference"},
                  {"nginx@sha256:abc", "rejected malformed_reference"},
                  {"nginx@$256a", "rejected malformed_reference"},
                  {"nginx@md5:$HEX", "rejected malformed_reference"},
                  {"https://ghcr.io/a:1", "rejected malformed_reference"}});
}

TEST(DecidePinTest, FloatingTagsOfThePolicyReplaceTheBuiltInOnes) {
  ExpectVerdicts(
      "version: 1\nmode: enforce\nfloating_tags: [\"v*\", Rolling]\nrules:\n"
      "  - name: default\n    require: tag\n",
      {{"nginx", "rejected no_tag"},
       {"nginx:latest", "allowed pinned"},
       {"nginx:v1.2.3", "rejected floating_tag"},
       {"nginx:V1", "rejected floating_tag"},
       {"nginx:rolling", "rejected floating_tag"},
       {"nginx:rolling-1", "allowed pinned"}});
  ExpectVerdicts(
      "version: 1\nmode: enforce\nfloating_tags: []\nrules:\n"
      "  - name: default\n    require: tag\n",
      {{"nginx", "rejected no_tag"}, {"nginx:latest", "allowed pinned"}});
}

TEST(DecidePinTest, TagPatternHasToMatchTheWholeTag) {
  ExpectVerdicts(OneRule("    require: none\n    tag_pattern: 'v[0-9]+'\n"),
                 {{"nginx:v1", "allowed not_required"},
                  {"nginx:v1-alpine", "rejected tag_convention"},
                  {"nginx:1", "rejected tag_convention"},
                  {"nginx:V1", "rejected tag_convention"},
                  {"nginx", "rejected tag_convention"},
                  {"nginx:latest", "rejected tag_convention"},
                  {"nginx:v1@$256", "allowed not_required"},
                  {"nginx:1@$256", "rejected tag_convention"},
                  {"nginx@$256", "allowed not_required"},
                  {"$256", "allowed not_required"}});
  ExpectVerdicts(OneRule("    require: none\n    tag_pattern: 'latest'\n"),
                 {{"nginx", "allowed not_required"},
                  {"nginx:1", "rejected tag_convention"}});
}

TEST(DecidePinTest, ThePinLevelComesBeforeTheTagPattern) {
  ExpectVerdicts(OneRule("    require: tag\n    tag_pattern: 'v[0-9]+'\n"),
                 {{"nginx", "rejected no_tag"},
                  {"nginx:latest", "rejected floating_tag"},
                  {"nginx:1", "rejected tag_convention"},
                  {"nginx:v1", "allowed pinned"}});
}

TEST(DecidePinTest, RegistriesListWhatIsTrusted) {
  ExpectVerdicts(
      OneRule("    require: none\n    registries: [Registry.example.com, "
              "\"ghcr.io/acme/**\", \"*.mirror.io\", acme/app]\n"),
      {{"registry.example.com/app", "allowed not_required"},
       {"registry.example.com/a/b/c", "allowed not_required"},
       {"Registry.Example.com/app", "allowed not_required"},
       {"registry.example.com:5000/app", "rejected untrusted_registry"},
       {"registry.example.com.evil.io/app", "rejected untrusted_registry"},
       {"ghcr.io/acme/app", "allowed not_required"},
       {"ghcr.io/acme-evil/app", "rejected untrusted_registry"},
       {"ghcr.io/acme", "rejected untrusted_registry"},
       {"evil.io/ghcr.io/acme/app", "rejected untrusted_registry"},
       {"eu.mirror.io/app", "allowed not_required"},
       {"mirror.io/app", "rejected untrusted_registry"},
       {"acme/app", "allowed not_required"},
       {"docker.io/acme/app:1", "allowed not_required"},
       {"acme/other", "rejected untrusted_registry"},
       {"nginx", "rejected untrusted_registry"},
       {"evil.io/app@$256", "rejected untrusted_registry"},
       {"$256", "rejected untrusted_registry"}});
  ExpectVerdicts(OneRule("    require: none\n    registries: [docker.io]\n"),
                 {{"nginx", "allowed not_required"},
                  {"acme/app", "allowed not_required"},
                  {"index.docker.io/acme/app", "allowed not_required"},
                  {"ghcr.io/nginx", "rejected untrusted_registry"}});
}

TEST(DecidePinTest, RegistriesComeBeforeThePinLevel) {
  ExpectVerdicts(OneRule("    require: tag\n    registries: [ghcr.io]\n"
                         "    tag_pattern: 'v.*'\n"),
                 {{"nginx", "rejected untrusted_registry"},
                  {"ghcr.io/nginx", "rejected no_tag"},
                  {"ghcr.io/nginx:dev", "rejected floating_tag"},
                  {"ghcr.io/nginx:1", "rejected tag_convention"},
                  {"ghcr.io/nginx:v1", "allowed pinned"}});
}

}  // namespace
}  // namespace pinwarden
