// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "pinwarden/dockerfile.h"

namespace pinwarden {
namespace {

TEST(LooksLikeDockerfileTest, GoesByTheName) {
  const struct {
    const char* path;
    bool want;
  } kCases[] = {
      {"Dockerfile", true},
      {"a/b/Dockerfile", true},
      {"dockerfile", true},
      {"Containerfile", true},
      {"Dockerfile.web", true},
      {"Containerfile.web", true},
      {"web.Dockerfile", true},
      {"web.dockerfile", true},
      {"web.containerfile", true},
      {"Dockerfile.dockerignore", false},
      {"Dockerfile/readme", false},
      {"Dockerfiles", false},
      {"MyDockerfile", false},
      {"Dockerfile-web", false},
      {"deploy.yaml", false},
      {"-", false},
      {"", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(LooksLikeDockerfile(c.path, ""), c.want);
  }
}

TEST(LooksLikeDockerfileTest, LooksInsideWhereTheNameSaysLittle) {
  const struct {
    const char* text;
    bool want;
  } kCases[] = {
      {"FROM nginx\n", true},
      {"# syntax=docker/dockerfile:1\n\nARG A\nfrom \\\nnginx\n", true},
      {"ARG A=1\n", false},
      {"from: nginx\n", false},
      {"apiVersion: v1\nkind: Pod\n", false},
      {"", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(LooksLikeDockerfile("-", c.text), c.want);
    EXPECT_EQ(LooksLikeDockerfile("a/Dockerfile-web", c.text), c.want);
    EXPECT_FALSE(LooksLikeDockerfile("a.yaml", c.text));
  }
}

}  // namespace
}  // namespace pinwarden
