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
using ::testing::IsEmpty;

constexpr char kSet[] =
    " is not set; set it in .env, with --env-file or in the environment";

TEST(FindComposeImagesTest, FindsTheImageOfEveryServiceInOrder) {
  EXPECT_THAT(
      FoundIn(R"(
services:
  web:
    image: nginx:1.27.3
  cache:
    image: "redis"
    profiles: [debug]
  'db':
    image: 'postgres:16'
)"),
      ElementsAre("nginx:1.27.3 (web)", "redis (cache)", "postgres:16 (db)"));
}

TEST(FindComposeImagesTest, SaysWhereTheReferenceIsWritten) {
  ProjectFiles project;
  project.files["compose.yaml"] =
      "services: {web: {image: \"nginx:1\"}, db: {image: post$$gres}}";
  const ImageSearch search = project.Search();
  ASSERT_EQ(search.uses.size(), 2U);
  EXPECT_EQ(search.uses[0].at, (TextRange{25, 32}));
  EXPECT_TRUE(search.uses[0].literal);
  EXPECT_EQ(search.uses[1].at, (TextRange{48, 58}));
  EXPECT_EQ(search.uses[1].image, "post$gres");
  EXPECT_FALSE(search.uses[1].literal);
}

TEST(FindComposeImagesTest, FindsNothingWhereNothingIsRun) {
  for (const char* text :
       {"", "services:\n", "services: {}\n", "services: {web: }\n",
        "services: {web: {build: .}}\n", "services: {web: {image: }}\n",
        "services: {db: {provider: {type: awesomecloud}}}\n",
        "models: {llm: {model: ai/smollm2}}\nservices: {}\n",
        "x-web: {image: nginx}\nservices: {}\n", "x-web: {image: nginx}\n",
        "a: {image: b}\nversion: '3'\n", "name: app\n", "[]", "1"}) {
    SCOPED_TRACE(text);
    EXPECT_THAT(FoundIn(text), IsEmpty());
  }
}

TEST(FindComposeImagesTest, FillsInVariablesFromTheEnvironmentAndEnvFile) {
  ProjectFiles project;
  project.files = {{"app/compose.yaml", R"(
services:
  a: {image: "nginx:${NGINX_VERSION}"}
  b: {image: "redis:${REDIS_VERSION:-7.4.1}"}
  c: {image: "${REGISTRY}/app:$TAG"}
)"},
                   {"app/.env", "NGINX_VERSION=1.27.3\nTAG=file\n"}};
  project.main = "app/compose.yaml";
  project.options.environment = {{"REGISTRY", "registry.example.com"},
                                 {"TAG", "2.0.0"}};
  EXPECT_THAT(project.Found(),
              ElementsAre("nginx:1.27.3 (a) ~", "redis:7.4.1 (b) ~",
                          "registry.example.com/app:2.0.0 (c) ~"));
}

TEST(FindComposeImagesTest, TakesNamedEnvFilesInOrderInsteadOfTheProjects) {
  ProjectFiles project;
  project.files = {{"compose.yaml", "services: {a: {image: \"x:$A-$B-$C\"}}"},
                   {".env", "A=env\nB=env\nC=env\n"},
                   {"one.env", "A=one\nB=one\n"},
                   {"two.env", "B=two\nC=$A\n"}};
  project.options.env_files = {"one.env", "./two.env"};
  EXPECT_THAT(project.Found(), ElementsAre("x:one-two-one (a) ~"));
}

TEST(FindComposeImagesTest, DoesNotJudgeWhatNeedsAVariableThatIsNotSet) {
  ProjectFiles project;
  project.files = {{"compose.yaml", R"(
services:
  a: {image: "nginx:${TAG}"}
  b: {image: "nginx:${TAG:?which one}"}
  c: {image: "nginx:1.2.3${SUFFIX}"}
  d: {image: "nginx:${HALF}"}
  e: {image: "nginx:${TAG"}
  f: {image: "nginx:${TAG+x}1.2.3"}
)"},
                   {".env", "HALF=1.27.3$LATER\n"}};
  EXPECT_THAT(
      project.Found(),
      ElementsAre(
          absl::StrCat("nginx:${TAG} (a) ~ !TAG", kSet),
          absl::StrCat("nginx:${TAG:?which one} (b) ~ !TAG is not set: "
                       "\"which one\"",
                       kSet + 11),
          absl::StrCat("nginx:1.2.3${SUFFIX} (c) ~ !SUFFIX", kSet),
          absl::StrCat("nginx:${HALF} (d) ~ !LATER", kSet),
          "nginx:${TAG (e) ~ !its variables cannot be filled in: unclosed "
          "\"${\" or unknown operator at byte 11; a dollar sign is written "
          "\"$$\"",
          "nginx:1.2.3 (f) ~"));
}

TEST(FindComposeImagesTest, KnowsTheNameOfTheProject) {
  EXPECT_THAT(FoundIn("name: shop\n"
                      "services: {a: {image: \"$COMPOSE_PROJECT_NAME:1\"}}"),
              ElementsAre("shop:1 (a) ~"));
}

TEST(FindComposeImagesTest, TellsOfAnEnvFileThatCannotBeRead) {
  ProjectFiles project;
  project.files = {{"compose.yaml", "services: {a: {image: \"x:$A\"}}"},
                   {"bad.env", "A=1\nB C=2\n"}};
  project.options.env_files = {"bad.env", "none.env", "gone.env"};
  EXPECT_THAT(project.Found(),
              ElementsAre("x:1 (a) ~",
                          "compose.yaml: the variables of none.env are not "
                          "known: no such file",
                          "compose.yaml: the variables of gone.env are not "
                          "known: no such file",
                          "bad.env: a variable's name has a space: the "
                          "variables from here on are not known"));
}

TEST(FindComposeImagesTest, JudgesAnImageThatIsBuiltUnlessItIsNeverPulled) {
  EXPECT_THAT(
      FoundIn(R"(
services:
  a: {build: ., image: app:a}
  b: {build: ., image: app:b, pull_policy: build}
  c: {build: {context: .}, image: app:c, pull_policy: never}
  d: {build: ., image: app:d, pull_policy: always}
  e: {image: app:e, pull_policy: never}
  f: {build: ., image: app:f, pull_policy: "${POLICY:-build}"}
  g: {build: ., image: app:g, pull_policy: "$POLICY"}
)"),
      ElementsAre("app:a (a, built only if it cannot be pulled)",
                  "app:d (d, built only if it cannot be pulled)", "app:e (e)",
                  "app:g (g, built only if it cannot be pulled)"));
}

TEST(FindComposeImagesTest, FindsImagesThatAServiceMountsAndIsBuiltWith) {
  EXPECT_THAT(
      FoundIn(R"(
services:
  a:
    image: app:1
    volumes:
      - data:/data
      - {type: bind, source: ./x, target: /x}
      - {type: image, source: tools:1, target: /tools}
      - {type: "${KIND:-image}", source: "more:$$1", target: /more}
      - {type: "$KIND", source: some, target: /some}
  b:
    build:
      context: .
      additional_contexts:
        base: docker-image://alpine:3.20
        src: ../src
        other: service:a
        where: https://example.com/a.git
        lib: "docker-image://lib:${LIB:-1}"
        what: "${WHAT:-docker-image://what:1}"
        dunno: "$DUNNO"
  c:
    build:
      context: .
      additional_contexts:
        - base=docker-image://alpine:3.21
        - src=../src
)"),
      ElementsAre(
          "app:1 (a)", "tools:1 (a, volume /tools)",
          "more:$1 (a, volume /more) ~",
          absl::StrCat("some (a, volume /some) ~ !its type is not "
                       "known: KIND",
                       kSet),
          "alpine:3.20 (b, build context base)",
          "lib:1 (b, build context lib) ~", "what:1 (b, build context what) ~",
          absl::StrCat("$DUNNO (b, build context dunno) ~ !DUNNO", kSet),
          "alpine:3.21 (c, build context base)"));
}

TEST(FindComposeImagesTest, PlacesAnImageContextBehindItsScheme) {
  ProjectFiles project;
  project.files["compose.yaml"] =
      "services: {a: {build: {additional_contexts: "
      "[\"b=docker-image://alpine\"]}}}";
  const ImageSearch search = project.Search();
  ASSERT_EQ(search.uses.size(), 1U);
  EXPECT_EQ(project.files["compose.yaml"].substr(search.uses[0].at.begin, 6),
            "alpine");
  EXPECT_EQ(search.uses[0].at.end - search.uses[0].at.begin, 6U);
  EXPECT_TRUE(search.uses[0].literal);
}

TEST(FindComposeImagesTest, FindsImagesOfHooks) {
  EXPECT_THAT(FoundIn(R"(
services:
  a:
    image: app:1
    pre_start:
      - {image: migrate:1, command: up}
      - {command: init}
    post_start: [{command: x}]
)"),
              ElementsAre("app:1 (a)", "migrate:1 (a, hook)"));
}

TEST(FindComposeImagesTest, NamesEachServiceThatSharesAPlaceOnce) {
  EXPECT_THAT(
      FoundIn(R"(
x-base: &base {image: &img nginx}
services:
  a: *base
  b: {<<: *base, command: x}
  c: {image: *img}
  d: {image: *img}
  e: {image: *img}
  f: {<<: *base, image: redis}
)"),
      ElementsAre("nginx (a; service b; service c; 2 more)", "redis (f)"));
}

TEST(FindComposeImagesTest, DoesNotJudgeWhatIsNoText) {
  EXPECT_THAT(FoundIn("services: {a: {image: [nginx]}, b: {image: \"\"}, c: "
                      "{image: 1.5}}"),
              ElementsAre(" (a) ~ !it is not text, as an image has to be",
                          " (b)", "1.5 (c)"));
}

TEST(FindComposeImagesTest, TellsOfServicesThatAreNone) {
  EXPECT_THAT(FoundIn("services: [nginx]"),
              ElementsAre("compose.yaml: services are not a mapping of names"));
  EXPECT_THAT(FoundIn("services: {a: nginx, b: {image: x}}"),
              ElementsAre("x (b)", "compose.yaml: service a is not a mapping"));
}

TEST(FindComposeImagesTest, ReadsFilesOfVersionOne) {
  EXPECT_THAT(FoundIn("web:\n  image: nginx\n  links: [db]\ndb:\n  image: x\n"),
              ElementsAre("nginx (web)", "x (db)"));
}

TEST(FindComposeImagesTest, MergesTheDocumentsOfAFile) {
  EXPECT_THAT(FoundIn("services: {a: {image: x:1}, b: {image: y:1}}\n---\n"
                      "services: {a: {image: x:2}}\n"),
              ElementsAre("y:1 (b)", "x:2 (a)"));
}

TEST(FindComposeImagesTest, NeedsNoOtherFile) {
  const SourceTree tree = ParseYamlSource(
      "services: {a: {image: x}, b: {extends: {file: f.yaml, "
      "service: s}}}");
  const ImageSearch search = FindComposeImages(
      {"compose.yaml",
       "services: {a: {image: x}, b: {extends: {file: f.yaml, "
       "service: s}}}"},
      tree, {});
  ASSERT_EQ(search.uses.size(), 1U);
  EXPECT_EQ(search.uses[0].image, "x");
  ASSERT_EQ(search.problems.size(), 1U);
  EXPECT_EQ(search.problems[0].problem.message,
            "images of f.yaml are not judged, it cannot be read: no other file "
            "can be read here");
}

}  // namespace
}  // namespace pinwarden
