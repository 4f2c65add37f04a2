// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "pinwarden/compose.h"

namespace pinwarden {
namespace {

struct Case {
  const char* path;
  const char* text;
};

bool Looks(const Case& c) {
  return LooksLikeCompose(c.path, ParseYamlSource(c.text));
}

TEST(LooksLikeComposeTest, KnowsComposeFiles) {
  const Case kCases[] = {
      {"compose.yaml", "services: {}"},
      {"compose.yml", "services:\n  web:\n    image: nginx\n"},
      {"a/b/docker-compose.yml", "version: '3'\nservices: {}"},
      {"docker-compose.yaml", ""},
      {"compose.yaml", "services: ["},
      {"compose.yaml", "include: [a.yaml]"},
      {"compose.yaml", "name: app"},
      {"compose.prod.yaml", "services: {web: {command: x}}"},
      {"docker-compose-test.yml", "services: {web: {}}"},
      {"docker-compose_old.yml", "services: {web: {}}"},
      {"web.compose.yml", "services: {web: {}}"},
      {"prod-docker-compose.json", "{\"services\": {\"web\": {}}}"},
      {"docker-compose.yml", "web:\n  image: nginx\ndb:\n  build: .\n"},
      {"stack.yml", "services: {web: {image: nginx}}"},
      {"stack.yml", "x-a: &a {image: x}\nservices: {web: {<<: *a}}"},
      {"stack.yml", "version: '3'\nservices: {web: {build: .}}\nnetworks: {}"},
      {"base.yaml", "services: {web: {extends: other}}"},
      {"stack.yml", "---\n---\nservices: {web: {image: nginx}}"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.path);
    SCOPED_TRACE(c.text);
    EXPECT_TRUE(Looks(c));
  }
}

TEST(LooksLikeComposeTest, LeavesOtherFilesAlone) {
  const Case kCases[] = {
      {"deploy.yaml", ""},
      {"compose.txt", "services: {web: {image: nginx}}x"},
      {"composer.json", "{\"require\": {\"a\": \"1\"}}"},
      {"compose.yaml", "apiVersion: v1\nkind: Pod\nservices: {}"},
      {"compose.prod.yaml", ""},
      {"compose.prod.yaml", "jobs: {a: {image: x}}"},
      {"services.yaml", "services: {_defaults: {autowire: true}}"},
      {"services.yaml", "services: {App\\Mailer: {class: App\\Mailer}}"},
      {".gitlab-ci.yml", "image: x\nservices: [postgres]\ntest: {script: [a]}"},
      {"ci.yml", "on: push\njobs: {a: {services: {db: {image: x}}}}"},
      {".github/workflows/compose.yaml", "name: x\non: push\njobs: {a: {}}"},
      {"compose.yaml", "[a]"},
      {".woodpecker.yml", "steps: []\nservices: {db: {image: mysql}}"},
      {"render.yaml", "services: [{type: web, image: {url: x}}]"},
      {"values.yaml", "image: {repository: nginx}"},
      {"pod.yaml", "apiVersion: v1\nkind: Pod"},
      {"list.yaml", "[services]"},
      {"web.yaml", "web:\n  image: nginx\n"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.path);
    SCOPED_TRACE(c.text);
    EXPECT_FALSE(Looks(c));
  }
}

}  // namespace
}  // namespace pinwarden
