// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "gtest/gtest.h"
#include "pinwarden/pipelines.h"
#include "testing/show_uses.h"

namespace pinwarden {
namespace {

struct Case {
  const char* name;
  const char* text;
  std::string want;
};

std::string FindIn(absl::string_view text) {
  return testing::ShowUses(
      FindGitLabCiImages({".gitlab-ci.yml", text}, ParseYamlSource(text), {}),
      text);
}

TEST(FindGitLabCiImagesTest, FindsImagesAndServices) {
  const Case kCases[] = {
      {"of the top level", "image: ruby:3\nservices: [postgres:16]\n",
       "1:8-14 \"ruby:3\" top level, image\n"
       "2:12-23 \"postgres:16\" top level, service\n"},
      {"of default",
       "default:\n  image: {name: 'ruby:3', entrypoint: ['']}\n"
       "  services: [{name: redis, alias: cache}]\n",
       "2:18-24 \"ruby:3\" default, image\n"
       "3:21-26 \"redis\" default, service cache\n"},
      {"of jobs, hidden ones too",
       "test: {image: a}\n.base: {image: b, services: [c]}\npages: {image: "
       "d}\n",
       "1:15-16 \"a\" job test, image\n"
       "2:16-17 \"b\" job .base, image\n"
       "2:30-31 \"c\" job .base, service\n"
       "3:16-17 \"d\" job pages, image\n"},
      {"keywords are no jobs",
       "variables: {image: a}\ncache: {image: b}\nworkflow: {image: c}\n"
       "include: {image: d}\nspec: {image: e}\nstages: {services: [f]}\n",
       ""},
      {"wrong types",
       "a: {image: [x]}\nb: {image: {name: {y: z}}}\nc: {services: d}\n"
       "e: text\nf: {image: , services: [~, {}]}\ng: {image: {}}\n",
       "1:12-15 ~\"[x]\" job a, image ?: a text is expected here\n"
       "2:19-25 ~\"{y: z}\" job b, image ?: a text is expected here\n"
       "3:15-16 \"d\" job c, service\n"},
      {"an empty image", "a: {image: ''}", "1:13-13 \"\" job a, image\n"},
      {"an anchor and a merge key",
       ".base: &base\n  image: a\ntest:\n  <<: *base\n",
       "2:10-11 \"a\" job .base, image\n"},
      {"two documents", "spec: {inputs: {x: }}\n---\ntest: {image: a}\n",
       "3:15-16 \"a\" job test, image\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindGitLabCiImagesTest, FillsInVariables) {
  const Case kCases[] = {
      {"of the file", "variables: {T: '3'}\na: {image: 'ruby:$T'}\n",
       "2:13-20 ~\"ruby:3\" job a, image\n"},
      {"in braces", "variables: {T: '3'}\na: {image: 'ruby:${T}x'}\n",
       "2:13-23 ~\"ruby:3x\" job a, image\n"},
      {"with a description",
       "variables: {T: {value: '3', description: x}}\nimage: ruby:$T\n",
       "2:8-15 ~\"ruby:3\" top level, image\n"},
      {"of the job before the file's",
       "variables: {T: '3'}\na: {image: 'ruby:$T', variables: {T: '4'}}\n",
       "2:13-20 ~\"ruby:4\" job a, image\n"},
      {"of another job", "b: {variables: {T: '3'}}\na: {image: 'ruby:$T'}\n",
       "2:13-20 ~\"ruby:$T\" job a, image ?: the variable \"T\" has no value "
       "in "
       "this file; look at where it is set\n"},
      {"of a job that is extended",
       ".b: {variables: {T: '3'}}\na: {extends: .b, image: 'ruby:$T'}\n",
       "2:26-33 ~\"ruby:3\" job a, image\n"},
      {"of the last of those that are extended",
       ".b: {variables: {T: '3'}}\n.c: {extends: .d}\n"
       ".d: {variables: {T: '5'}}\na: {extends: [.b, .c], image: 'x:$T'}\n",
       "4:32-36 ~\"x:5\" job a, image\n"},
      {"of the file, where it is not in what is extended",
       "variables: {T: '3'}\n.b: {image: y}\na: {extends: .b, image: 'x:$T'}\n",
       "2:13-14 \"y\" job .b, image\n3:26-30 ~\"x:3\" job a, image\n"},
      {"of others",
       "variables: {R: 'r.io/$P', P: team, I: '$R/x:${T}', T: '1'}\n"
       "image: $I\n",
       "2:8-10 ~\"r.io/team/x:1\" top level, image\n"},
      {"of an empty value", "variables: {T: ''}\nimage: 'x$T'\n",
       "2:9-12 ~\"x\" top level, image\n"},
      {"not in a raw value",
       "variables: {T: {value: '$U', expand: false}}\nimage: 'x:$T'\n",
       "2:9-13 ~\"x:$U\" top level, image\n"},
      {"not in two dollar signs", "variables: {T: '1'}\nimage: 'x:$$T'\n",
       "2:9-14 ~\"x:$T\" top level, image\n"},
      {"not after a lone dollar sign", "image: 'x$ $- ${ ${T'\n",
       "1:9-21 \"x$ $- ${ ${T\" top level, image\n"},
      {"in services", "variables: {T: '3'}\nservices: [{name: 'a:$T'}]\n",
       "2:20-24 ~\"a:3\" top level, service\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindGitLabCiImagesTest, DoesNotJudgeWhatHasNoOneValue) {
  const std::string varies =
      " does not have one value that this file gives it\n";
  const std::string none =
      " has no value in this file; look at where it is set\n";
  const Case kCases[] = {
      {"a predefined variable", "image: $CI_REGISTRY/x",
       "1:8-22 ~\"$CI_REGISTRY/x\" top level, image ?: the variable "
       "\"CI_REGISTRY\"" +
           none},
      {"one that a rule sets",
       "a: {image: 'x:$T', variables: {T: a}, rules: [{if: b, variables: {T: "
       "c}}]}",
       "1:13-17 ~\"x:$T\" job a, image ?: the variable \"T\"" + varies},
      {"one that a rule of the workflow sets",
       "variables: {T: a}\nworkflow: {rules: [{variables: {T: b}}]}\n"
       "image: x:$T",
       "3:8-12 ~\"x:$T\" top level, image ?: the variable \"T\"" + varies},
      {"one of a matrix",
       "variables: {T: a}\na: {image: 'x:$T', parallel: {matrix: [{T: [b, "
       "c]}]}}",
       "2:13-17 ~\"x:$T\" job a, image ?: the variable \"T\"" + varies},
      {"one that a job of another file may set",
       "variables: {T: a}\na: {extends: .elsewhere, image: 'x:$T'}",
       "2:34-38 ~\"x:$T\" job a, image ?: the variable \"T\"" + varies},
      {"one that the job does not inherit",
       "variables: {T: a}\na: {inherit: {variables: false}, image: 'x:$T'}\n"
       "b: {inherit: {variables: [T]}, image: 'y:$T'}\n"
       "c: {inherit: {variables: [U]}, image: 'z:$T'}\n",
       "2:42-46 ~\"x:$T\" job a, image ?: the variable \"T\"" + none +
           "3:40-44 ~\"y:a\" job b, image\n"
           "4:40-44 ~\"z:$T\" job c, image ?: the variable \"T\"" +
           none},
      {"one that is itself", "variables: {T: '$T'}\nimage: x:$T",
       "2:8-12 ~\"x:$T\" top level, image ?: the variable \"T\" is made of too "
       "many others\n"},
      {"jobs that extend each other",
       "a: {extends: b, image: 'x:$T'}\nb: {extends: a}",
       "1:25-29 ~\"x:$T\" job a, image ?: the variable \"T\"" + varies},
      {"an input", "image: 'x:$[[ inputs.tag ]]'",
       "1:9-28 ~\"x:$[[ inputs.tag ]]\" top level, image ?: the input \""
       "inputs.tag\" gets its value from who includes this file\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindGitLabCiImagesTest, FollowsReferencesInTheFile) {
  const std::string elsewhere =
      " ?: what this refers to is not in this file; lint the pipeline as "
      "GitLab shows it when it is merged\n";
  const Case kCases[] = {
      {"to an image of a job, which is found there",
       ".b: {image: x}\na: {image: !reference [.b, image]}\n",
       "1:13-14 \"x\" job .b, image\n"},
      {"to anything else",
       ".b: {names: {one: x}}\na: {image: !reference [.b, names, one]}\n",
       "1:19-20 \"x\" job a, image\n"},
      {"as the name", ".b: {n: x}\na: {image: {name: !reference [.b, n]}}\n",
       "1:9-10 \"x\" job a, image\n"},
      {"to a reference",
       ".b: {n: x}\n.c: {n: !reference [.b, n]}\n"
       "a: {image: !reference [.c, n]}\n",
       "1:9-10 \"x\" job a, image\n"},
      {"with the variables of the job that refers",
       ".b: {n: 'x:$T'}\na: {image: !reference [.b, n], variables: {T: '1'}}\n",
       "1:10-14 ~\"x:1\" job a, image\n"},
      {"to services, and among them",
       ".b: {s: [x, y]}\na: {services: !reference [.b, s]}\n"
       "c: {services: [z, !reference [.b, s]]}\n",
       "1:10-11 \"x\" job a, service\n1:13-14 \"y\" job a, service\n"
       "3:16-17 \"z\" job c, service\n"},
      {"to what is not there",
       "a: {image: !reference [.b, image]}\nc: {services: !reference [a, x]}\n"
       "d: {services: [!reference [.b]]}\n",
       "1:23-34 ~\"[.b, image]\" job a, image" + elsewhere +
           "2:26-32 ~\"[a, x]\" job c, service" + elsewhere +
           "3:27-31 ~\"[.b]\" job d, service" + elsewhere},
      {"to itself", "a: {image: !reference [a, image]}\n",
       "1:23-33 ~\"[a, image]\" job a, image" + elsewhere},
      {"to nothing", "a: {image: !reference []}\n",
       "1:23-25 ~\"[]\" job a, image" + elsewhere},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(LooksLikeGitLabCiTest, GoesByNameAndContent) {
  const struct {
    const char* path;
    const char* text;
    bool want;
  } kCases[] = {
      {".gitlab-ci.yml", "{image: x}", true},
      {"a/build.gitlab-ci.yml", "{image: x}", true},
      {".gitlab-ci.yaml", "{image: x}", true},
      {".gitlab-ci.yml", "text", false},
      {".gitlab-ci.yml", "", false},
      {".gitlab-ci.yml", "a: [", true},
      {"ci.yml", "a: [", false},
      {"ci/build.yml", "{build: {stage: x, script: make}}", true},
      {"ci/build.yml", "{stages: [x], build: {script: [make]}}", true},
      {"ci/build.yml", "{build: {script: make}}", false},
      {".travis.yml", "{stages: [x], script: make}", false},
      {"compose.yaml", "{services: {a: {image: x}}}", false},
      {"ci.yml", "{on: push, jobs: {a: {runs-on: x}}}", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.path) + ": " + c.text);
    EXPECT_EQ(LooksLikeGitLabCi(c.path, ParseYamlSource(c.text)), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
