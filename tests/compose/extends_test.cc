// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_cat.h"
#include "compose/project_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/compose.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;

TEST(ComposeExtendsTest, TakesTheImageOfAServiceOfTheSameFile) {
  EXPECT_THAT(
      FoundIn(R"(
services:
  base: {image: nginx}
  short: {extends: base}
  long: {extends: {service: base}}
  own: {extends: base, image: redis}
)"),
      ElementsAre("nginx (base; service short; service long)", "redis (own)"));
}

TEST(ComposeExtendsTest, JudgesTheImageOfAnotherFileWhereItIsWritten) {
  ProjectFiles project;
  project.main = "app/compose.yaml";
  project.files = {
      {"app/compose.yaml", R"(
services:
  web: {extends: {file: ../common/base.yaml, service: web}}
  own: {extends: {file: "../common/${NAME:-base}.yaml", service: web}, image: a}
)"},
      {"common/base.yaml", R"(
services:
  web: {extends: {file: more/deep.yaml, service: deep}}
  unused: {image: unused}
)"},
      {"common/more/deep.yaml",
       "services: {deep: {extends: deeper}, deeper: {image: \"nginx:$T\"}}"},
      {"app/.env", "T=1\n"},
      {"common/.env", "T=2\n"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("a (own)", "common/more/deep.yaml: nginx:1 (web) ~"));
}

TEST(ComposeExtendsTest, AddsToWhatABaseIsBuiltWithAndMounts) {
  EXPECT_THAT(FoundIn(R"(
services:
  base:
    build: {context: ., additional_contexts: {a: docker-image://a:1}}
    volumes:
      - {type: image, source: v:1, target: /v}
      - {type: image, source: w:1, target: /w}
    pre_start: [{image: h:1}]
  web:
    extends: base
    image: app
    pull_policy: build
    build: {additional_contexts: {a: docker-image://a:2}}
    volumes: [{type: image, source: w:2, target: /w}]
    pre_start: [{image: h:2}]
)"),
              ElementsAre("a:1 (base, build context a)",
                          "v:1 (base, volume /v; service web, volume /v)",
                          "w:1 (base, volume /w)",
                          "h:1 (base, hook; service web, hook)",
                          "a:2 (web, build context a)", "w:2 (web, volume /w)",
                          "h:2 (web, hook)"));
}

TEST(ComposeExtendsTest, TakesBackWhatIsReset) {
  EXPECT_THAT(
      FoundIn(R"(
services:
  base: {image: x, build: ., pre_start: [{image: h:1}]}
  a: {extends: base, image: !reset null}
  b: {extends: base, build: !reset null, pre_start: !override [{image: h:2}]}
)"),
      ElementsAre("x (base, built only if it cannot be pulled; service "
                  "b)",
                  "h:1 (base, hook; service a, hook)", "h:2 (b, hook)"));
}

TEST(ComposeExtendsTest, RefusesServicesThatExtendThemselves) {
  EXPECT_THAT(FoundIn("services: {a: {extends: a, image: x}}"),
              ElementsAre("x (a)",
                          "compose.yaml: service a extends itself in the end"));
  EXPECT_THAT(FoundIn("services:\n"
                      "  a: {extends: b, image: x}\n"
                      "  b: {extends: {file: ./compose.yaml, service: a}}\n"),
              ElementsAre("x (a; service b)",
                          "compose.yaml: service b extends itself in the end",
                          "compose.yaml: service a extends itself in the end"));
}

TEST(ComposeExtendsTest, TellsOfWhatItCannotFollow) {
  ProjectFiles project;
  const struct {
    const char* extends;
    const char* want;
  } kCases[] = {
      {"nobody",
       "there is no service nobody in compose.yaml, which service a extends"},
      {"{file: other.yaml, service: nobody}",
       "there is no service nobody in other.yaml, which service a extends"},
      {"{file: list.yaml, service: b}",
       "there is no service b in list.yaml, which service a extends"},
      {"{file: none.yaml, service: b}",
       "images of none.yaml are not judged, it cannot be read: no such file"},
      {"{file: denied.yaml, service: b}",
       "images of denied.yaml are not judged, it cannot be read: denied"},
      {"{file: \"oci://example.com/a\", service: b}",
       "oci://example.com/a is not on this host: what this service extends is "
       "not judged"},
      {"{file: \"$F\", service: b}",
       "the file that this service extends is not known: F is not set; set it "
       "in .env, with --env-file or in the environment"},
      {"{file: [x], service: b}",
       "the file that this service extends is not text"},
      {"{file: other.yaml}", "\"extends\" does not name a service"},
      {"[b]", "\"extends\" does not name a service"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.extends);
    project.files = {
        {"compose.yaml",
         absl::StrCat("services: {a: {extends: ", c.extends, "}}")},
        {"other.yaml", "services: {b: {image: x}}"},
        {"list.yaml", "name: x"},
        {"denied.yaml", "<denied>"}};
    EXPECT_THAT(project.Found(),
                ElementsAre(absl::StrCat("compose.yaml: ", c.want)));
  }
}

TEST(ComposeExtendsTest, TellsOfBadSyntaxInTheOtherFile) {
  ProjectFiles project;
  project.files = {
      {"compose.yaml", "services: {a: {extends: {file: b.yaml, service: b}}}"},
      {"b.yaml", "services: {b: {image: x}"}};
  const ImageSearch search = project.Search();
  ASSERT_EQ(search.problems.size(), 2U);
  EXPECT_EQ(search.problems[0].file, 0U);
  EXPECT_EQ(search.problems[1].file, 1U);
  ASSERT_EQ(search.others.size(), 1U);
  EXPECT_EQ(search.others[0].path, "b.yaml");
}

TEST(ComposeExtendsTest, BoundsChains) {
  std::string text = "services:\n  s0: {image: x}\n";
  for (size_t i = 1; i <= kMaxComposeExtends; ++i) {
    absl::StrAppend(&text, "  s", i, ": {extends: s", i - 1, "}\n");
  }
  EXPECT_THAT(FoundIn(text),
              ElementsAre(::testing::StartsWith("x (s0; "),
                          "compose.yaml: more than 32 services extend each "
                          "other"));
}

}  // namespace
}  // namespace pinwarden
