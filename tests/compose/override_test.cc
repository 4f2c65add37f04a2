// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "compose/project_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kBase[] = "services: {a: {image: x:1}, b: {image: y:1}}";

TEST(ComposeOverrideTest, JudgesTheImageThatIsLeftWhereItIsWritten) {
  ProjectFiles project;
  project.files = {{"compose.yaml", kBase},
                   {"1.yaml", "services: {a: {image: x:2}, c: {image: z:2}}"},
                   {"2.yaml", "services: {a: {image: x:3}, b: {command: x}}"}};
  project.options.overrides = std::vector<std::string>{"1.yaml", "2.yaml"};
  EXPECT_THAT(project.Found(),
              ElementsAre("y:1 (b)", "1.yaml: z:2 (c)", "2.yaml: x:3 (a)"));
  project.options.overrides = std::vector<std::string>{"2.yaml", "1.yaml"};
  EXPECT_THAT(project.Found(),
              ElementsAre("y:1 (b)", "1.yaml: x:2 (a)", "1.yaml: z:2 (c)"));
}

TEST(ComposeOverrideTest, TakesTheOneBesideAFileWithADefaultName) {
  const struct {
    const char* main;
    const char* other;
    bool taken;
  } kCases[] = {
      {"compose.yaml", "compose.override.yaml", true},
      {"compose.yml", "compose.override.yml", true},
      {"docker-compose.yml", "docker-compose.override.yml", true},
      {"docker-compose.yaml", "docker-compose.override.yaml", true},
      {"docker-compose.yml", "compose.override.yml", true},
      {"web.compose.yaml", "compose.override.yaml", false},
      {"compose.yaml", "compose.prod.yaml", false},
      {"docker-compose.prod.yml", "docker-compose.override.yml", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.main);
    SCOPED_TRACE(c.other);
    ProjectFiles project;
    project.main = std::string("d/") + c.main;
    project.files[project.main] = "services: {a: {image: x:1}}";
    project.files[std::string("d/") + c.other] = "services: {a: {image: x:2}}";
    const ImageSearch search = project.Search();
    ASSERT_EQ(search.uses.size(), 1U);
    EXPECT_EQ(search.uses[0].image, c.taken ? "x:2" : "x:1");
  }
}

TEST(ComposeOverrideTest, TakesOnlyNamedOnesWhereThereAreAny) {
  ProjectFiles project;
  project.files = {{"compose.yaml", kBase},
                   {"compose.override.yaml", "services: {a: {image: x:2}}"},
                   {"prod.yaml", "services: {b: {image: y:2}}"}};
  project.options.overrides = std::vector<std::string>{"prod.yaml"};
  EXPECT_THAT(project.Found(), ElementsAre("x:1 (a)", "prod.yaml: y:2 (b)"));
}

TEST(ComposeOverrideTest, ResetsAndReplaces) {
  ProjectFiles project;
  project.files = {{"compose.yaml", R"(
services:
  a: {image: x:1, build: .}
  b: {image: y:1, pre_start: [{image: h:1}]}
  c: {image: z:1, volumes: [{type: image, source: v:1, target: /v}]}
  d: {image: gone:1}
  e: {image: kept:1}
)"},
                   {"compose.override.yaml", R"(
services:
  a: {image: !reset null}
  b: !override {command: x}
  c: {volumes: !override [{type: image, source: w:1, target: /w}]}
  d: !reset null
  e: {image: }
)"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("z:1 (c)", "kept:1 (e)",
                          "compose.override.yaml: w:1 (c, volume /w)"));
  project.files["compose.override.yaml"] = "services: !reset {}";
  EXPECT_THAT(project.Found(), IsEmpty());
  project.files["compose.override.yaml"] =
      "services: !override {n: {image: new:1}}";
  EXPECT_THAT(project.Found(), ElementsAre("compose.override.yaml: new:1 (n)"));
}

TEST(ComposeOverrideTest, BuildsABaseInstead) {
  ProjectFiles project;
  project.files = {{"compose.yaml", kBase},
                   {"compose.override.yaml",
                    "services: {a: {build: ., pull_policy: build}}"}};
  EXPECT_THAT(project.Found(), ElementsAre("y:1 (b)"));
}

TEST(ComposeOverrideTest, ExtendsWithinItsOwnFileAndFromTheProject) {
  ProjectFiles project;
  project.main = "app/compose.yaml";
  project.files = {{"app/compose.yaml", "services: {a: {image: x:1}}"},
                   {"over/o.yaml",
                    "services: {a: {extends: {file: base.yaml, service: s}}}"},
                   {"app/base.yaml", "services: {s: {image: s:1}}"}};
  project.options.overrides = std::vector<std::string>{"over/o.yaml"};
  EXPECT_THAT(project.Found(), ElementsAre("app/base.yaml: s:1 (a)"));
}

TEST(ComposeOverrideTest, TellsOfAnOverrideThatCannotBeRead) {
  ProjectFiles project;
  project.files = {{"compose.yaml", "services: {a: {image: x:1}}"},
                   {"compose.override.yml", "<denied>"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("x:1 (a)",
                          "compose.yaml: the override file "
                          "compose.override.yml is left out, it cannot be "
                          "read: denied"));
  project.options.overrides = std::vector<std::string>{"none.yaml"};
  EXPECT_THAT(project.Found(),
              ElementsAre("x:1 (a)",
                          "compose.yaml: the override file none.yaml is left "
                          "out, it cannot be read: no such file"));
}

}  // namespace
}  // namespace pinwarden
