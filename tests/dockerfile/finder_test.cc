// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dockerfile/found.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using testing::Found;

struct Case {
  const char* text;
  const char* want;
};

template <size_t n>
void ExpectFound(const Case (&cases)[n]) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Found(c.text), c.want);
  }
}

TEST(DockerfileFromTest, FindsTheBaseOfEveryStage) {
  ExpectFound({
      {"FROM nginx:1.27", "nginx:1.27@="},
      {"FROM nginx:1.27\n", "nginx:1.27@="},
      {"FROM nginx:1.27\r\n", "nginx:1.27@="},
      {"\xEF\xBB\xBF"
       "FROM nginx",
       "nginx@="},
      {"\n\n# a comment\n  FROM nginx", "nginx@="},
      {"from nginx as web", "nginx@="},
      {"FROM\tnginx\t AS\tweb  ", "nginx@="},
      {"FROM --platform=linux/amd64 nginx:1", "nginx:1@="},
      {"FROM --platform=$BUILDPLATFORM nginx:1 AS a", "nginx:1@="},
      {"FROM \"nginx:1\"", "nginx:1@="},
      {"FROM 'nginx:1' AS a", "nginx:1@="},
      {"FROM ngi\"nx\":1", "nginx:1@ngi\"nx\":1"},
      {"FROM nginx\\:1", "nginx:1@nginx\\:1"},
      {"FROM h:5000/a:1\nFROM b@sha256:00", "h:5000/a:1@=, b@sha256:00@="},
      {"FROM a\nFROM a", "a@=, a@="},
      {"FROM 0", "0@="},
      {"FROM -- nginx", "nginx@="},
  });
}

TEST(DockerfileFromTest, ScratchAndEarlierStagesAreNoImages) {
  ExpectFound({
      {"FROM scratch", ""},
      {"FROM scratch AS a\nFROM a", ""},
      {"FROM scratch:1", "scratch:1@="},
      {"FROM Scratch", "Scratch@="},
      {"FROM go:1 AS build\nFROM build", "go:1@="},
      {"FROM go:1 AS Build\nFROM BUILD", "go:1@="},
      {"FROM build\nFROM go:1 AS build", "build@=, go:1@="},
      {"FROM build AS build\nFROM build", "build@="},
      {"FROM go:1 AS build\nFROM build:1", "go:1@=, build:1@="},
      {"ARG B=build\nFROM go:1 AS build\nFROM $B", "go:1@="},
      {"ARG B=scratch\nFROM $B", ""},
      {"FROM go:1 AS $x\nFROM $x",
       "go:1@=, ?x is not declared by an ARG before the first FROM@$x, "
       "!\"$x\" cannot name a stage"},
  });
}

TEST(DockerfileFromTest, TellsWhatIsWrong) {
  ExpectFound({
      {"FROM", "!FROM names no image"},
      {"FROM --platform=linux/amd64", "!FROM names no image"},
      {"FROM nginx web",
       "nginx@=, !FROM takes an image, and may go on with \"AS name\" only"},
      {"FROM nginx AS a b",
       "nginx@=, !FROM takes an image, and may go on with \"AS name\" only"},
      {"FROM nginx AS 1st", "nginx@=, !\"1st\" cannot name a stage"},
      {"FROMM nginx", "!unknown instruction \"FROMM\"; did you mean \"from\"?"},
      {"COPY --from=a b c\nFROM b",
       "a@=, b@=, !COPY stands before the first FROM"},
      {"FROM \"\"", "@\"\""},
      {"FROM \"nginx", "?it has a quote without end@\"nginx"},
      {"FROM a\n{% if x %}\nFROM b\n", "a@=, b@=, !unknown instruction \"{%\""},
  });
}

TEST(DockerfileLineTest, JoinsContinuedLines) {
  ExpectFound({
      {"FROM \\\nnginx:1", "nginx:1@="},
      {"FROM nginx:1 \\\n AS web", "nginx:1@="},
      {"FROM ngi\\\nnx:1", "nginx:1@ngi\\\nnx:1"},
      {"FROM \\  \t\n  nginx", "nginx@="},
      {"FROM \\\r\nnginx\r\n", "nginx@="},
      {"FROM \\\n# a comment\n\n  # another \\\nnginx", "nginx@="},
      {"\\\nFROM nginx", "nginx@="},
      {"FROM nginx \\", "nginx@="},
      {"# a comment \\\nFROM nginx", "nginx@="},
      {"FROM a\nRUN x \\\\\nFROM b", "a@=, b@="},
      {"FROM a\nRUN x \\\nFROM b", "a@="},
      {"FROM a\nRUN x \\\n\n\nFROM b", "a@="},
      {"FROM a\nRUN x\\ y\nFROM b", "a@=, b@="},
  });
}

TEST(DockerfileDirectiveTest, TheEscapeCharacterCanBeABacktick) {
  ExpectFound({
      {"# escape=`\nFROM `\nnginx", "nginx@="},
      {"#escape = `\nFROM a\nRUN dir c:\\\nFROM b", "a@=, b@="},
      {"# ESCAPE=`\nFROM `\nnginx", "nginx@="},
      {"# a comment\n# escape=`\nFROM \\\nnginx", "nginx@="},
      {"\n# escape=`\nFROM \\\nnginx", "nginx@="},
      {"# escape=x\nFROM \\\nnginx",
       "nginx@=, !the escape character is \\ or `"},
      {"# escape=`\n# escape=\\\nFROM `\nnginx",
       "nginx@=, !the directive \"escape\" is given twice"},
      {"# check=skip=all\n# escape=`\nFROM `\na", "a@="},
  });
}

TEST(DockerfileDirectiveTest, TheFrontendIsAnImage) {
  ExpectFound({
      {"# syntax=docker/dockerfile:1\nFROM a", "docker/dockerfile:1@=, a@="},
      {"#syntax = docker/dockerfile:1 x=y \r\nFROM a",
       "docker/dockerfile:1@=, a@="},
      {"# escape=`\n# Syntax=d/e\nFROM a", "d/e@=, a@="},
      {"#!/usr/bin/build\n# syntax=d/e\nFROM a", "d/e@=, a@="},
      {"\xEF\xBB\xBF# syntax=d/e\nFROM a", "d/e@=, a@="},
      {"// syntax=d/e", "d/e@=, !unknown instruction \"//\""},
      {"  # syntax=d/e\nFROM a", "a@="},
      {"# about\n# syntax=d/e\nFROM a", "a@="},
      {"FROM a\n# syntax=d/e", "a@="},
      {"# syntax=d/e\n# syntax=f/g\nFROM a",
       "d/e@=, a@=, !the directive \"syntax\" is given twice"},
  });
}

TEST(DockerfileCopyTest, FindsWhatIsCopiedFrom) {
  ExpectFound({
      {"FROM scratch\nCOPY --from=nginx:1 /a /b", "nginx:1@="},
      {"FROM scratch\ncopy --chown=1:1 --from=nginx:1 --link /a /b",
       "nginx:1@="},
      {"FROM scratch\nCOPY --from=\"nginx:1\" /a /b", "nginx:1@="},
      {"FROM scratch\nCOPY \"--from=nginx:1\" /a /b", ""},
      {"FROM scratch\nCOPY --fr\"om\"=ngi'nx' /a /b", "nginx@ngi'nx"},
      {"FROM scratch\nCOPY \\\n  --from=nginx:1 \\\n  /a /b", "nginx:1@="},
      {"FROM scratch\nCOPY --from=ng\\\ninx /a /b", "nginx@ng\\\ninx"},
      {"FROM scratch\nCOPY /a --from=nginx:1 /b", ""},
      {"FROM scratch\nADD --from=nginx:1 /a /b", ""},
      {"FROM scratch\nCOPY --from= /a /b", ""},
      {"FROM scratch\nCOPY --from nginx /a /b",
       "!--from is written with \"=\": --from=NAME"},
      {"FROM scratch\nCOPY --from=scratch /a /b", ""},
      {"ARG T=1\nFROM scratch\nCOPY --from=nginx:$T /a /b",
       "?no variables are filled in here; begin a stage FROM it and name "
       "that@nginx:$T"},
  });
}

TEST(DockerfileCopyTest, EarlierStagesAreNoImages) {
  ExpectFound({
      {"FROM a AS b\nFROM c\nCOPY --from=b / /", "a@=, c@="},
      {"FROM a AS b\nFROM c\nCOPY --from=B / /", "a@=, c@="},
      {"FROM a\nFROM c\nCOPY --from=0 / /", "a@=, c@="},
      {"FROM a\nFROM c\nCOPY --from=1 / /",
       "a@=, c@=, !no stage before this one has that number"},
      {"FROM a\nCOPY --from=99999999999999999999 / /",
       "a@=, !no stage before this one has that number"},
      {"FROM a\nCOPY --from=b / /\nFROM c AS b", "a@=, b@=, c@="},
      {"FROM a\nCOPY --from=0:1 / /", "a@=, 0:1@="},
  });
}

TEST(DockerfileRunTest, FindsWhatIsMounted) {
  ExpectFound({
      {"FROM scratch\nRUN --mount=from=nginx:1,target=/a ls", "nginx:1@="},
      {"FROM scratch\nRUN --mount=type=bind,from=nginx:1,dst=/a ls",
       "nginx:1@="},
      {"FROM scratch\nRUN --mount=type=cache,FROM=nginx:1 ls", "nginx:1@="},
      {"FROM scratch\nRUN --mount=from=a,dst=/a --mount=from=b,dst=/b ls",
       "a@=, b@="},
      {"FROM scratch\nRUN --network=none --mount=\"type=bind,from=a\" ls",
       "a@="},
      {"FROM scratch\nRUN --mount='type=bind,\"from=a\"' ls", "a@="},
      {"FROM scratch\nRUN --mount=type=tmpfs,from=a,target=/t ls", ""},
      {"FROM scratch\nRUN --mount=type=secret,id=a ls", ""},
      {"FROM scratch\nRUN --mount=type=bind \\\n --mount=from=a ls", "a@="},
      {"FROM scratch\nRUN ls --mount=from=a", ""},
      {"FROM scratch\nRUN --mount=from=a,from=b ls", "b@="},
      {"FROM scratch\nRUN --mount=from=scratch ls", ""},
      {"FROM a AS b\nRUN --mount=from=b ls\nFROM c\nRUN --mount=from=b ls",
       "a@=, c@="},
      {"FROM a\nFROM c\nRUN --mount=from=0 ls", "a@=, c@=, 0@="},
      {"FROM a\nRUN --mount=from=b:$T ls",
       "a@=, ?no variables are filled in here; begin a stage FROM it and name "
       "that@b:$T"},
  });
}

TEST(DockerfileOnBuildTest, FindsWhatALaterBuildUses) {
  ExpectFound({
      {"FROM a\nONBUILD COPY --from=b / /", "a@=, b@="},
      {"FROM a\nonbuild run --mount=from=b ls", "a@=, b@="},
      {"FROM a\nONBUILD COPY --from=0 / /", "a@="},
      {"FROM a AS t\nFROM b\nONBUILD COPY --from=t / /",
       "a@=, b@=, ?it is a stage here, but may be an image where this is built "
       "from@t"},
      {"FROM a\nONBUILD FROM b", "a@=, !FROM is not allowed after ONBUILD"},
      {"FROM a\nONBUILD ONBUILD RUN ls",
       "a@=, !ONBUILD is not allowed after ONBUILD"},
      {"FROM a\nONBUILD ls", "a@=, !unknown instruction after ONBUILD"},
      {"ARG T\nFROM a\nONBUILD ARG T=1\nFROM b:$T",
       "a@=, ?T has no default; give it with --build-arg T=VALUE@b:$T"},
  });
}

TEST(DockerfileHeredocTest, WhatIsInsideIsNoInstruction) {
  ExpectFound({
      {"FROM a\nRUN <<EOF\nFROM x\nEOF\nFROM b", "a@=, b@="},
      {"FROM a\nRUN <<-EOF\nFROM x\n\t\tEOF\nFROM b", "a@=, b@="},
      {"FROM a\nRUN <<EOF\nFROM x\n\tEOF\nEOF\nFROM b", "a@=, b@="},
      {"FROM a\nRUN <<'EOF'\r\nFROM x\r\nEOF\r\nFROM b", "a@=, b@="},
      {"FROM a\nRUN sh <<A 3<<\"B\"\nFROM x\nA\nFROM y\nB\nFROM b", "a@=, b@="},
      {"FROM a\nCOPY <<A <<B /c/\nFROM x\nA\nFROM y\nB\nFROM b", "a@=, b@="},
      {"FROM a\nADD <<A /c\nFROM x\nA\nFROM b", "a@=, b@="},
      {"FROM a\nONBUILD RUN <<A\nFROM x\nA\nFROM b", "a@=, b@="},
      {"FROM a\nRUN x && \\\n y <<A\n# no comment\nFROM x \\\nA\nFROM b",
       "a@=, b@="},
      {"FROM a\nCMD <<A\nFROM b", "a@=, b@="},
      {"FROM a\nRUN cat<<A\nFROM b", "a@=, b@="},
      {"FROM a\nRUN grep x <<<y\nFROM b", "a@=, b@="},
      {"FROM a\nRUN echo it's <<A\nFROM b", "a@=, b@="},
      {"FROM a\nRUN echo \"<<A\"\nFROM b", "a@=, b@="},
      {"FROM a\nRUN <<A\nFROM b",
       "a@=, b@=, !no line ends the here-document \"A\""},
      {"FROM a\nRUN --mount=from=m <<A\nFROM x\nA\nFROM b", "a@=, m@=, b@="},
  });
}

TEST(DockerfileWhereTest, SaysWhereAnImageIsUsed) {
  const ImageSearch search = FindDockerfileImages(
      {"Dockerfile",
       "# syntax=s\nFROM a\nCOPY --from=b . .\nFROM c AS Web\n"
       "RUN --mount=from=d ls\nONBUILD COPY --from=e . .\n"},
      {});
  std::vector<std::string> where;
  for (const ImageUse& use : search.uses) where.push_back(use.where);
  EXPECT_THAT(where, ElementsAre("the syntax directive", "stage 0",
                                 "COPY --from in stage 0", "stage web",
                                 "RUN --mount in stage web",
                                 "ONBUILD COPY --from in stage web"));
}

TEST(DockerfileBoundsTest, RefusesAFileThatIsTooLarge) {
  EXPECT_EQ(Found(std::string(kMaxSourceBytes + 1, '\n')),
            "!the file is larger than 8 MiB");
}

TEST(DockerfileBoundsTest, SaysThatThereAreTooManyImages) {
  std::string text;
  for (size_t i = 0; i < kMaxImageUses + 10; ++i) text += "FROM a\n";
  const ImageSearch search = FindDockerfileImages({"Dockerfile", text}, {});
  EXPECT_EQ(search.uses.size(), kMaxImageUses);
  EXPECT_EQ(search.problems.size(), 1u);
}

TEST(DockerfileBoundsTest, KeepsAHundredProblems) {
  std::string text;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "x", i, "\n");
  EXPECT_EQ(FindDockerfileImages({"Dockerfile", text}, {}).problems.size(),
            100u);
}

TEST(DockerfileBoundsTest, LooksOnceForTheEndsOfHeredocs) {
  std::string text = "FROM a\n";
  while (text.size() < 4'000'000) text += "RUN <<A\n";
  text += "FROM b\n";
  EXPECT_EQ(Found(text), "a@=, b@=, !no line ends the here-document \"A\"");
}

}  // namespace
}  // namespace pinwarden
