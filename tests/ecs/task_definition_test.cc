// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "ecs/found.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using testing::Found;
using testing::Parse;

TEST(EcsTest, FindsTheImageOfEveryContainer) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {R"({"family": "web", "containerDefinitions": [
            {"name": "app", "image": "nginx:1.27"},
            {"name": "log", "image": "fluent/fluent-bit"}]})",
       "nginx:1.27@= (task definition web, container app); "
       "fluent/fluent-bit@= (task definition web, container log)"},
      {R"({"taskDefinition": {"containerDefinitions": [{"image": "a"}]},
           "tags": []})",
       "a@= (task definition)"},
      {"family: web\ncontainerDefinitions:\n- name: app\n  image: nginx # x\n",
       "nginx@= (task definition web, container app)"},
      {R"([{"name": "app", "image": "a", "essential": true}])",
       "a@= (container app)"},
      {R"({"containerDefinitions": [{"image": "a\u0062"}]})",
       "ab@a\\u0062 (task definition)"},
      {R"({"containerDefinitions": [{"name": "x"}, {"image": null}]})", ""},
      {R"({"containerDefinitions": [{"image": ["a"]}]})",
       "!an image has to be a text"},
      {R"({"containerDefinitions": [{"image": ""}]})", "@= (task definition)"},
      {R"({"containerDefinitions": [{"image": "<IMAGE1_NAME>"}]})",
       "?<IMAGE1_NAME> is filled in later; lint what is made of this "
       "file@<IMAGE1_NAME> (task definition)"},
      {R"({"containerDefinitions": [{"image": "a:${TAG}"}]})",
       "?a:${TAG} is filled in later; lint what is made of this file@a:${TAG} "
       "(task definition)"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Found(FindEcsImages, c.text), c.want);
  }
}

TEST(EcsTest, IsToldByWhatIsInside) {
  const struct {
    const char* text;
    const char* want;  // which of E, C and T it looks like
  } kCases[] = {
      {R"({"containerDefinitions": []})", "E"},
      {R"({"taskDefinition": {"containerDefinitions": []}})", "E"},
      {"family: web\ncontainerDefinitions: []\n", "E"},
      {R"([{"image": "a", "portMappings": []}])", "E"},
      {R"([{"image": "a"}])", ""},
      {R"([{"image": "a", "essential": true}, {"name": "x"}])", ""},
      {R"({"containerDefinitions": {}})", ""},
      {"AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n", "C"},
      {"Resources:\n  A: {Type: 'AWS::ECS::Service'}\n", "C"},
      {R"({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}})", "C"},
      {"Resources:\n  A: {Type: other}\n", ""},
      {R"({"format_version": "1.2", "terraform_version": "1.9.0",
           "planned_values": {}})",
       "T"},
      {R"({"format_version": "1.0", "terraform_version": "1.9.0",
           "values": {}})",
       "T"},
      {R"({"format_version": "1.0", "values": {}})", ""},
      {R"({"format_version": "1.0", "terraform_version": "1.9.0"})", ""},
      {"apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a}]}\n", ""},
      {"services: {web: {image: a}}\n", ""},
      {"", ""},
      {"[]", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const SourceTree tree = Parse(c.text);
    std::string like;
    if (LooksLikeEcs("x.json", tree)) like += "E";
    if (LooksLikeCloudFormation("x.json", tree)) like += "C";
    if (LooksLikeTerraformPlan("x.json", tree)) like += "T";
    EXPECT_EQ(like, c.want);
  }
}

}  // namespace
}  // namespace pinwarden
