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
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(ComposeIncludeTest, JudgesIncludedProjects) {
  ProjectFiles project;
  project.main = "app/compose.yaml";
  project.files = {
      {"app/compose.yaml", R"(
include:
  - ../db/compose.yaml
  - path: cache.yaml
  - path: [queue.yaml, queue-more.yaml]
services: {web: {image: web:1}}
)"},
      {"db/compose.yaml",
       "include: [sub/x.yaml]\n"
       "services: {db: {image: db:1}}"},
      {"db/sub/x.yaml", "services: {x: {image: x:1}}"},
      {"app/cache.yaml", "services: {cache: {image: cache:1}}"},
      {"app/queue.yaml", "services: {queue: {image: queue:1}}"},
      {"app/queue-more.yaml", "services: {queue: {image: queue:2}}"}};
  EXPECT_THAT(
      project.Found(),
      ElementsAre("web:1 (web)", "db/compose.yaml: db:1 (db)",
                  "db/sub/x.yaml: x:1 (x)", "app/cache.yaml: cache:1 (cache)",
                  "app/queue-more.yaml: queue:2 (queue)"));
}

TEST(ComposeIncludeTest, UsesTheIncludedProjectsVariablesAfterItsOwn) {
  ProjectFiles project;
  project.files = {
      {"compose.yaml", R"(
include:
  - sub/compose.yaml
  - {path: sub/compose.yaml, env_file: other.env}
  - {path: sub/compose.yaml, env_file: [other.env, more.env]}
  - {path: sub/compose.yaml, env_file: /dev/null}
  - {path: sub/compose.yaml, project_directory: elsewhere}
)"},
      {".env", "B=parent\n"},
      {"sub/compose.yaml",
       "services: {a: {image: \"x:${A-none}-${B-none}-${C-none}\"}}"},
      {"sub/.env", "A=sub\nB=sub\nC=$B\n"},
      {"elsewhere/.env", "A=elsewhere\n"},
      {"other.env", "A=other\nC=other\n"},
      {"more.env", "C=more\n"}};
  project.options.environment = {};
  EXPECT_THAT(
      project.Found(),
      UnorderedElementsAre("sub/compose.yaml: x:sub-parent-parent (a) ~",
                           "sub/compose.yaml: x:other-parent-other (a) ~",
                           "sub/compose.yaml: x:other-parent-more (a) ~",
                           "sub/compose.yaml: x:none-parent-none (a) ~",
                           "sub/compose.yaml: x:elsewhere-parent-none (a) ~"));
}

TEST(ComposeIncludeTest, TakesPathsFromTheProjectDirectory) {
  ProjectFiles project;
  project.files = {
      {"compose.yaml",
       "include: [{path: sub/deep/c.yaml, project_directory: sub}]"},
      {"sub/deep/c.yaml",
       "services: {a: {extends: {file: base.yaml, service: s}}}"},
      {"sub/base.yaml", "services: {s: {image: s:1}}"}};
  EXPECT_THAT(project.Found(), ElementsAre("sub/base.yaml: s:1 (a)"));
}

TEST(ComposeIncludeTest, RefusesToGoRoundInACircle) {
  ProjectFiles project;
  project.files = {
      {"compose.yaml", "include: [a.yaml]\nservices: {s: {image: s:1}}"},
      {"a.yaml", "include: [b.yaml]\nservices: {a: {image: a:1}}"},
      {"b.yaml", "include: [./sub/../a.yaml]\nservices: {b: {image: b:1}}"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("s:1 (s)", "a.yaml: a:1 (a)", "b.yaml: b:1 (b)",
                          "b.yaml: a.yaml includes itself in the end"));
}

TEST(ComposeIncludeTest, TellsOfWhatItCannotFollow) {
  const struct {
    const char* include;
    const char* want;
  } kCases[] = {
      {"none.yaml",
       "images of none.yaml are not judged, it cannot be read: no such file"},
      {"{path: [ok.yaml, none.yaml]}",
       "images of none.yaml are not judged, it cannot be read: no such file"},
      {"\"oci://example.com/app:1\"",
       "oci://example.com/app:1 is not on this host: its images are not "
       "judged"},
      {"git@example.com:a/b.git",
       "git@example.com:a/b.git is not on this host: its images are not "
       "judged"},
      {"\"$DIR/c.yaml\"",
       "the path of an included file is not known: DIR is not set; set it in "
       ".env, with --env-file or in the environment"},
      {"{env_file: x}", "\"include\" without a path"},
      {"{path: [[a]]}", "the path of an included file is not text"},
      {"{path: ok.yaml, project_directory: [x]}",
       "the project directory is not text"},
      {"{path: ok.yaml, env_file: none.env}",
       "the variables of none.env are not known: no such file"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.include);
    ProjectFiles project;
    project.files = {
        {"compose.yaml", absl::StrCat("include: [", c.include, "]")},
        {"ok.yaml", "services: {}"}};
    EXPECT_THAT(project.Found(),
                ElementsAre(absl::StrCat("compose.yaml: ", c.want)));
  }
}

TEST(ComposeIncludeTest, LetsServicesExtendAndOverrideIncludedOnes) {
  ProjectFiles project;
  project.files = {
      {"compose.yaml",
       "include: [sub/c.yaml]\n"
       "services: {web: {extends: base}}\n"},
      {"compose.override.yaml", "services: {db: {image: db:2}}"},
      {"sub/c.yaml", "services: {base: {image: base:1}, db: {image: db:1}}"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("compose.override.yaml: db:2 (db)",
                          "sub/c.yaml: base:1 (base; service web)"));
}

TEST(ComposeIncludeTest, JudgesAServiceThatTwoIncludedFilesHaveInBoth) {
  ProjectFiles project;
  project.files = {{"compose.yaml", "include: [a.yaml, b.yaml]"},
                   {"a.yaml", "services: {s: {image: s:1}}"},
                   {"b.yaml", "services: {s: {image: s:2}}"}};
  EXPECT_THAT(project.Found(),
              UnorderedElementsAre("a.yaml: s:1 (s)", "b.yaml: s:2 (s)"));
}

TEST(ComposeIncludeTest, BoundsWhatIsIncluded) {
  ProjectFiles project;
  for (int i = 0; i < 20; ++i) {
    const std::string next = absl::StrCat("f", i + 1, ".yaml");
    project.files[absl::StrCat("f", i, ".yaml")] =
        absl::StrCat("include: [", next, ", ", next, "]");
  }
  project.files["f20.yaml"] = "services: {a: {image: x}}";
  project.main = "f0.yaml";
  const auto found = project.Found();
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front(), "f20.yaml: x (a)");
  EXPECT_THAT(found.back(),
              ::testing::EndsWith(
                  "more than 64 files are included: the rest is not judged"));
}

TEST(ComposeIncludeTest, BoundsTheFilesThatAreRead) {
  ProjectFiles project;
  std::string text = "services:\n";
  for (size_t i = 0; i <= kMaxComposeFiles; ++i) {
    absl::StrAppend(&text, "  s", i, ": {extends: {file: f", i,
                    ".yaml, service: s}}\n");
    project.files[absl::StrCat("f", i, ".yaml")] = "services: {s: {image: x}}";
  }
  project.files["compose.yaml"] = text;
  const ImageSearch search = project.Search();
  EXPECT_THAT(search.uses, SizeIs(kMaxComposeFiles));
  ASSERT_EQ(search.problems.size(), 1U);
  EXPECT_THAT(search.problems[0].problem.message,
              ::testing::EndsWith("it cannot be read: more than 64 files"));
}

}  // namespace
}  // namespace pinwarden
