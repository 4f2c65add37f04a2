// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "compose/project_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// The images alone.
std::vector<std::string> Images(const ImageSearch& search) {
  std::vector<std::string> images;
  for (const ImageUse& use : search.uses) {
    images.push_back(use.image + (use.not_judged.empty() ? "" : " !"));
  }
  return images;
}

ImageSearch SearchIn(const std::string& text) {
  ProjectFiles project;
  project.files["compose.yaml"] = text;
  return project.Search();
}

TEST(DockerfileInlineTest, FindsTheImagesThatStagesAreBuiltFrom) {
  ProjectFiles project;
  project.files["compose.yaml"] = R"(
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM golang:1.23 AS build
        RUN --mount=from=busybox:1 true
        FROM scratch
        COPY --from=build /a /a
)";
  const ImageSearch search = project.Search();
  EXPECT_THAT(Images(search), ElementsAre("golang:1.23", "busybox:1"));
  for (const ImageUse& use : search.uses) {
    EXPECT_TRUE(use.literal);
    EXPECT_EQ(project.files["compose.yaml"].substr(use.at.begin,
                                                   use.at.end - use.at.begin),
              use.image);
    EXPECT_THAT(use.where, HasSubstr("service web, dockerfile_inline: "));
  }
}

TEST(DockerfileInlineTest, PlacesWhatItCannotFindAtTheKey) {
  const std::string text =
      "services: {a: {build: {dockerfile_inline: \"FROM a\\nCOPY --from=b a "
      "b\"}}}";
  const ImageSearch search = SearchIn(text);
  ASSERT_THAT(search.uses, SizeIs(2));
  for (const ImageUse& use : search.uses) {
    EXPECT_FALSE(use.literal);
    EXPECT_EQ(text.substr(use.at.begin, use.at.end - use.at.begin),
              "dockerfile_inline");
  }
}

TEST(DockerfileInlineTest, FillsInVariablesAndBuildArguments) {
  ProjectFiles project;
  project.files = {{"compose.yaml", R"(
services:
  a:
    build:
      args: {V: "$SET", INHERITED: }
      dockerfile_inline: |
        ARG V=0
        ARG INHERITED
        ARG OTHER=3
        FROM ${NAME}:$${V}.$${INHERITED}.$${OTHER}
  b:
    build:
      args: [V=4, INHERITED, NOWHERE]
      dockerfile_inline: |
        ARG V
        ARG INHERITED
        ARG NOWHERE=5
        FROM b:$${V}.$${INHERITED}.$${NOWHERE}
)"},
                   {".env", "SET=1\nINHERITED=2\nNAME=nginx\n"}};
  EXPECT_THAT(Images(project.Search()), ElementsAre("nginx:1.2.3", "b:4.2.5"));
  project.options.build_args = {{"V", "9"}};
  EXPECT_THAT(Images(project.Search()), ElementsAre("nginx:9.2.3", "b:9.2.5"));
}

TEST(DockerfileInlineTest, DoesNotJudgeWhatIsNotKnown) {
  EXPECT_THAT(Images(SearchIn("services: {a: {build: {dockerfile_inline: "
                              "\"FROM a:$V\"}}}")),
              ElementsAre("dockerfile_inline !"));
  EXPECT_THAT(Images(SearchIn("services: {a: {build: {args: {V: $W}, "
                              "dockerfile_inline: \"FROM a\"}}}")),
              ElementsAre("dockerfile_inline !"));
}

TEST(DockerfileInlineTest, LeavesOutTheNamesOfOtherContexts) {
  EXPECT_THAT(Images(SearchIn("services: {a: {build: {additional_contexts: "
                              "{base: \"docker-image://alpine\"}, "
                              "dockerfile_inline: \"FROM base\"}}}")),
              ElementsAre("alpine"));
}

TEST(DockerfileInlineTest, TellsWhatIsWrongWithIt) {
  const ImageSearch search =
      SearchIn("services: {a: {build: {dockerfile_inline: \"FROM\"}}}");
  ASSERT_THAT(search.problems, SizeIs(1));
  EXPECT_THAT(search.problems[0].problem.message,
              HasSubstr("in this Dockerfile: "));
}

}  // namespace
}  // namespace pinwarden
