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
      FindGitHubActionsImages({"ci.yml", text}, ParseYamlSource(text), {}),
      text);
}

TEST(FindGitHubActionsImagesTest, FindsContainersAndServices) {
  const Case kCases[] = {
      {"a container by its image", "jobs: {t: {container: node:18}}",
       "1:23-30 \"node:18\" job t, container\n"},
      {"a container as a mapping",
       "jobs: {t: {container: {image: node:18, env: {image: x}}}}",
       "1:31-38 \"node:18\" job t, container\n"},
      {"services",
       "jobs:\n  t:\n    services:\n      db: {image: postgres:16}\n"
       "      mq: {image: 'redis'}\n",
       "4:19-30 \"postgres:16\" job t, service db\n"
       "5:20-25 \"redis\" job t, service mq\n"},
      {"an empty container is none",
       "jobs: {t: {container: '', services: {a: {image: ''}}}}", ""},
      {"no container", "jobs: {t: {container: , services: }}", ""},
      {"a container that is a list", "jobs: {t: {container: [node]}}",
       "1:23-29 ~\"[node]\" job t, container ?: a text is expected here\n"},
      {"what a script runs is not looked at",
       "jobs: {t: {steps: [{run: docker run nginx}]}}", ""},
      {"an alias", "jobs: {a: {container: &c node:18}, b: {container: *c}}",
       "1:26-33 \"node:18\" job a, container\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindGitHubActionsImagesTest, FindsWhatIsUsed) {
  const Case kCases[] = {
      {"an action by the step's name",
       "jobs: {t: {steps: [{name: Get it, uses: actions/checkout@v4}]}}",
       "1:41-60 \"actions/checkout@v4\" job t, step Get it (action)\n"},
      {"an action by the step's id and number",
       "jobs:\n  t:\n    steps:\n    - {id: a, uses: x/y/z@main}\n"
       "    - run: make\n    - uses: x/y@0123456789\n",
       "4:21-31 \"x/y/z@main\" job t, step a (action)\n"
       "6:13-27 \"x/y@0123456789\" job t, step 3 (action)\n"},
      {"an action without a ref", "jobs: {t: {steps: [{uses: a/b}]}}",
       "1:27-30 \"a/b\" job t, step 1 (action)\n"},
      {"an empty one", "jobs: {t: {steps: [{uses: ''}]}}",
       "1:28-28 \"\" job t, step 1 (action)\n"},
      {"an image", "jobs: {t: {steps: [{uses: 'docker://alpine:3.20'}]}}",
       "1:37-48 \"alpine:3.20\" job t, step 1\n"},
      {"an image with an escape",
       "jobs: {t: {steps: [{uses: \"docker:\\x2f/alpine\"}]}}",
       "1:28-46 ~\"alpine\" job t, step 1\n"},
      {"an action of this repository",
       "jobs: {t: {steps: [{uses: ./a}, {uses: ../b}, {uses: ./}]}}", ""},
      {"a workflow of another repository",
       "jobs: {t: {uses: a/b/.github/workflows/c.yml@v1}}",
       "1:18-48 \"a/b/.github/workflows/c.yml@v1\" job t, workflow (action)\n"},
      {"a workflow of this repository",
       "jobs: {t: {uses: ./.github/workflows/c.yml}}", ""},
      {"a composite action",
       "runs: {using: composite, steps: [{uses: a/b@v1}, {run: x}]}",
       "1:41-47 \"a/b@v1\" action, step 1 (action)\n"},
      {"an action in a container",
       "runs: {using: docker, image: 'docker://alpine:3'}",
       "1:40-48 \"alpine:3\" action, image\n"},
      {"an action of a Dockerfile", "runs: {using: docker, image: Dockerfile}",
       ""},
      {"wrong types",
       "jobs: {a: , b: [], c: {steps: {}}, d: {steps: [x, [], {uses: [y]}]}}\n"
       "runs: []\n",
       "1:62-65 ~\"[y]\" job d, step 3 ?: a text is expected here\n"},
      {"jobs that are none", "jobs: [{container: x}]", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

std::string OnlyWhenItRuns(const char* expression) {
  return std::string("the expression \"") + expression +
         "\" has its value only when the workflow runs; look at where that is "
         "set\n";
}

TEST(FindGitHubActionsImagesTest, JudgesEveryValueOfAMatrix) {
  const Case kCases[] = {
      {"a part of the image",
       "jobs: {t: {strategy: {matrix: {v: [18, '20']}},\n"
       "container: 'node:${{ matrix.v }}-slim'}}",
       "2:13-38 ~\"node:18-slim\" job t, container, matrix.v: 18\n"
       "2:13-38 ~\"node:20-slim\" job t, container, matrix.v: 20\n"},
      {"the whole image, which is where its value is",
       "jobs: {t: {strategy: {matrix: {i: ['node:18', \"a\\x62\"]}},\n"
       "container: '${{matrix.i}}'}}",
       "1:37-44 \"node:18\" job t, container, matrix.i: node:18\n"
       "1:48-53 ~\"ab\" job t, container, matrix.i: ab\n"},
      {"what is included",
       "jobs: {t: {strategy: {matrix: {i: [a], include: [{i: b}, {x: c}]}},\n"
       "services: {s: {image: '${{ matrix.i }}'}}}}",
       "1:36-37 \"a\" job t, service s, matrix.i: a\n"
       "1:54-55 \"b\" job t, service s, matrix.i: b\n"},
      {"a key of a value",
       "jobs: {t: {strategy: {matrix: {c: [{image: a, n: 1}, {image: b}]}},\n"
       "container: {image: '${{ matrix.c.image }}'}}}",
       "1:44-45 \"a\" job t, container, matrix.c.image: a\n"
       "1:62-63 \"b\" job t, container, matrix.c.image: b\n"},
      {"numbers as GitHub reads them",
       "jobs: {t: {strategy: {matrix: {v: [3.10, '3.10', 3.0, 3]}},\n"
       "container: 'a:${{ matrix.v }}'}}",
       "2:13-30 ~\"a:3.1\" job t, container, matrix.v: 3.1\n"
       "2:13-30 ~\"a:3.10\" job t, container, matrix.v: 3.10\n"
       "2:13-30 ~\"a:3\" job t, container, matrix.v: 3\n"},
      {"an empty value is no container",
       "jobs: {t: {strategy: {matrix: {i: ['', a]}},\n"
       "container: '${{ matrix.i }}'}}",
       "1:40-41 \"a\" job t, container, matrix.i: a\n"},
      {"a value that is an expression",
       "jobs: {t: {strategy: {matrix: {i: ['${{ vars.X }}']}},\n"
       "container: '${{ matrix.i }}'}}",
       "1:37-50 ~\"${{ vars.X }}\" job t, container, matrix.i: ${{ vars.X }} "
       "?: " +
           OnlyWhenItRuns("vars.X")},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindGitHubActionsImagesTest, DoesNotJudgeWhatIsKnownOnlyLater) {
  const Case kCases[] = {
      {"an input", "jobs: {t: {container: 'a:${{ inputs.tag }}'}}",
       "1:24-43 ~\"a:${{ inputs.tag }}\" job t, container ?: " +
           OnlyWhenItRuns("inputs.tag")},
      {"services that are computed",
       "jobs: {t: {services: '${{ fromJSON(x) }}'},\n"
       "s: {services: {a: '${{ y }}', b: c}}}",
       "1:23-41 ~\"${{ fromJSON(x) }}\" job t, services ?: " +
           OnlyWhenItRuns("fromJSON(x)") +
           "2:20-28 ~\"${{ y }}\" job s, service a ?: " + OnlyWhenItRuns("y")},
      {"a matrix that is computed",
       "jobs: {t: {strategy: {matrix: '${{ fromJSON(x) }}'},\n"
       "container: '${{ matrix.i }}'}}",
       "2:13-28 ~\"${{ matrix.i }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i")},
      {"a list of the matrix that is computed",
       "jobs: {t: {strategy: {matrix: {i: '${{ x }}'}},\n"
       "container: '${{ matrix.i }}'}}",
       "2:13-28 ~\"${{ matrix.i }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i")},
      {"two expressions",
       "jobs: {t: {strategy: {matrix: {i: [a], v: [1]}},\n"
       "container: '${{ matrix.i }}:${{ matrix.v }}'}}",
       "2:13-44 ~\"${{ matrix.i }}:${{ matrix.v }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i")},
      {"a value that is a mapping",
       "jobs: {t: {strategy: {matrix: {i: [a, {b: c}]}},\n"
       "container: '${{ matrix.i }}'}}",
       "2:13-28 ~\"${{ matrix.i }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i")},
      {"an expression that computes",
       "jobs: {t: {container: \"${{ matrix.i || 'a' }}\"}}",
       "1:24-46 ~\"${{ matrix.i || 'a' }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i || 'a'")},
      {"an expression without end", "jobs: {t: {container: 'a:${{ x'}}",
       "1:24-31 ~\"a:${{ x\" job t, container ?: " + OnlyWhenItRuns("x")},
      {"the matrix of another job",
       "jobs: {s: {strategy: {matrix: {i: [a]}}},\n"
       "t: {container: '${{ matrix.i }}'}}",
       "2:17-32 ~\"${{ matrix.i }}\" job t, container ?: " +
           OnlyWhenItRuns("matrix.i")},
      {"an image of a step",
       "jobs: {t: {steps: [{uses: 'docker://a:${{ env.T }}'}]}}",
       "1:37-51 ~\"a:${{ env.T }}\" job t, step 1 ?: " +
           OnlyWhenItRuns("env.T")},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(LooksLikeGitHubActionsTest, GoesByNameAndContent) {
  const struct {
    const char* path;
    const char* text;
    bool want;
  } kCases[] = {
      {".github/workflows/ci.yml", "{on: push, jobs: {}}", true},
      {"a/.github/workflows/ci.yml", "{jobs: {}}", true},
      {".github/workflows/ci.yml", "{name: x}", false},
      {".github/workflows/ci.yml", "jobs: [", true},
      {".github/workflows/ci.yml", "", false},
      {"ci.yml", "jobs: [", false},
      {".github/dependabot.yml", "{version: 2}", false},
      {"ci.yml", "{on: push, jobs: {a: {runs-on: x}}}", true},
      {"ci.yml", "{on: push, jobs: {a: {uses: x}}}", true},
      {"ci.yml", "{'true': push, jobs: {a: {runs-on: x}}}", true},
      {"ci.yml", "{on: push, jobs: {a: {image: x}}}", false},
      {"ci.yml", "{jobs: {a: {runs-on: x}}}", false},
      {"ci.yml", "{on: push, jobs: []}", false},
      {"action.yml", "{runs: {using: composite}}", true},
      {"a/action.yaml", "{runs: {using: docker}}", true},
      {"action.yml", "{name: x}", false},
      {"my-action.yml", "{runs: {using: docker}}", false},
      {"ci.yml", "", false},
      {"ci.yml", "text", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.path) + ": " + c.text);
    EXPECT_EQ(LooksLikeGitHubActions(c.path, ParseYamlSource(c.text)), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
