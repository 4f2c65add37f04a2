// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_cat.h"
#include "ecs/found.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using testing::Found;

constexpr absl::string_view kTemplate = R"(
Parameters:
  Tag: {Type: String, Default: "1.2"}
  Repo: {Type: String}
  Stored: {Type: AWS::SSM::Parameter::Value<String>, Default: /images/web}
  Parts: {Type: CommaDelimitedList, Default: "a, b,c"}
Mappings:
  Images:
    eu: {web: "nginx:1.27", parts: [x, y]}
Conditions:
  Prod: !Equals [!Ref Tag, x]
Resources:
  Role: {Type: AWS::IAM::Role}
  Web:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: )";

// What the image of one container comes to: `value@place`.
std::string Image(absl::string_view value, const Variables& parameters = {}) {
  const std::string text = absl::StrCat(kTemplate, value, "\n");
  std::string found = Found(FindCloudFormationImages, text, parameters);
  const std::string where = " (resource Web, container app)";
  for (size_t at; (at = found.find(where)) != std::string::npos;) {
    found.erase(at, where.size());
  }
  return found;
}

struct Case {
  const char* value;
  const char* want;  // "@*": at all of the value
};

template <size_t n>
void ExpectImages(const Case (&cases)[n], const Variables& parameters = {}) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.value);
    std::string want = c.want;
    if (!want.empty() && want.back() == '*') {
      want.replace(want.size() - 1, 1, c.value);
    }
    EXPECT_EQ(Image(c.value, parameters), want);
  }
}

TEST(CloudFormationTest, TakesTextsAsTheyAre) {
  ExpectImages({
      {"nginx:1.27", "nginx:1.27@="},
      {"\"nginx:1.27\"", "nginx:1.27@="},
      {"'nginx'", "nginx@="},
      {"!Sub nginx:1.27", "nginx:1.27@="},
      {"{\"Fn::Sub\": \"nginx:1.27\"}", "nginx:1.27@="},
      {"[a]", "?it has a function that is not well formed@*"},
      {"{a: b}", "?it has a function that is not well formed@*"},
      {"", ""},
      {"\"{{resolve:ssm:/web/image}}\"",
       "?it is read from another service when deployed"
       "@{{resolve:ssm:/web/image}}"},
  });
}

TEST(CloudFormationTest, FillsInParameters) {
  ExpectImages({
      {"!Sub nginx:${Tag}", "nginx:1.2@nginx:${Tag}"},
      {"!Sub 'nginx:${ Tag }'", "nginx:1.2@nginx:${ Tag }"},
      {"!Sub 'nginx:${!Tag}'", "nginx:${Tag}@nginx:${!Tag}"},
      {"!Sub 'nginx:${Tag'", "nginx:${Tag@="},
      {"{\"Fn::Sub\": [\"${A}:${Tag}\", {A: nginx}]}", "nginx:1.2@*"},
      {"{\"Fn::Sub\": [\"a:${Tag}\", {Tag: {Ref: Tag}}]}", "a:1.2@*"},
      {"{Ref: Tag}", "1.2@*"},
      {"!Ref Tag", "1.2@Tag"},
      {"!Sub ${Repo}:1",
       "?Repo is not known; give it with --parameter Repo=VALUE@${Repo}:1"},
      {"!Sub '${AWS::AccountId}.ecr.${AWS::Region}/a:1'",
       "?AWS::AccountId, AWS::Region are not known; give each with --parameter "
       "NAME=VALUE@${AWS::AccountId}.ecr.${AWS::Region}/a:1"},
      {"!Ref Stored",
       "?Stored is not known; give it with --parameter Stored=VALUE@Stored"},
      {"!Ref Role",
       "?Role is a resource, which is known to the stack only@Role"},
      {"!Sub ${Role.Arn}:1",
       "?Role.Arn is known to the stack only@${Role.Arn}:1"},
      {"!Ref Other", "?Other is not declared under Parameters@Other"},
      {"!Ref AWS::NoValue", ""},
      {"!Ref Parts", "?it has a function that is not well formed@Parts"},
  });
}

TEST(CloudFormationTest, WhatIsGivenWins) {
  ExpectImages(
      {
          {"!Sub ${Repo}:${Tag}", "ghcr.io/a:9@${Repo}:${Tag}"},
          {"!Ref Stored", "b:2@Stored"},
          {"!Sub a-${AWS::Region}:1", "a-eu-west-1:1@a-${AWS::Region}:1"},
          {"!Ref Other", "?Other is not declared under Parameters@Other"},
      },
      {{"Repo", "ghcr.io/a"},
       {"Tag", "9"},
       {"Stored", "b:2"},
       {"Other", "x"},
       {"AWS::Region", "eu-west-1"}});
}

TEST(CloudFormationTest, WorksOutFunctions) {
  ExpectImages({
      {"!Join [\":\", [nginx, !Ref Tag]]",
       "nginx:1.2@[\":\", [nginx, !Ref Tag]]"},
      {"{\"Fn::Join\": [\"\", [a, \":\", {Ref: Tag}]]}", "a:1.2@*"},
      {"{\"Fn::Join\": [\"-\", {Ref: Parts}]}", "a-b-c@*"},
      {"{\"Fn::Join\": [\"-\", {\"Fn::Split\": [\".\", {Ref: Tag}]}]}",
       "1-2@*"},
      {"{\"Fn::Join\": [\"\", [a, {Ref: \"AWS::NoValue\"}]]}", "a@*"},
      {"{\"Fn::Select\": [1, {Ref: Parts}]}", "b@*"},
      {"{\"Fn::Select\": [\"0\", [a, b]]}", "a@*"},
      {"{\"Fn::Select\": [2, [a, b]]}",
       "?it has a function that is not well formed@*"},
      {"{\"Fn::FindInMap\": [Images, eu, web]}", "nginx:1.27@*"},
      {"{\"Fn::Join\": [\":\", {\"Fn::FindInMap\": [Images, eu, parts]}]}",
       "x:y@*"},
      {"{\"Fn::FindInMap\": [Images, us, web]}",
       "?Fn::FindInMap asks for a key that Mappings does not have@*"},
      {"{\"Fn::FindInMap\": [Images, us, web, {DefaultValue: a}]}", "a@*"},
      {"{\"Fn::FindInMap\": [Images, {Ref: \"AWS::Region\"}, web]}",
       "?AWS::Region is not known; give it with --parameter "
       "AWS::Region=VALUE@*"},
      {"{\"Fn::ImportValue\": image}",
       "?what Fn::ImportValue gives is known to the stack only@*"},
      {"{\"Fn::GetAtt\": [Role, Arn]}",
       "?what Fn::GetAtt gives is known to the stack only@*"},
      {"{\"Fn::Join\": [\":\"]}",
       "?it has a function that is not well formed@*"},
      {"{\"Fn::Sub\": {a: b}}", "?it has a function that is not well formed@*"},
  });
}

TEST(CloudFormationTest, BothBranchesOfAConditionCount) {
  ExpectImages({
      {"!If [Prod, nginx:1.27, nginx]", "nginx:1.27@=; nginx@="},
      {"{\"Fn::If\": [Prod, a, {Ref: \"AWS::NoValue\"}]}", "a@="},
      {"!If [Prod, !If [Eu, a, b], c]", "a@=; b@=; c@="},
      {"!If [Prod, !If [Prod, a, b], c]", "a@=; c@="},
      {"{\"Fn::Sub\": [\"a:${T}\", {T: {\"Fn::If\": [Prod, 1, 2]}}]}",
       "a:1@{\"Fn::Sub\": [\"a:${T}\", {T: {\"Fn::If\": [Prod, 1, 2]}}]}; "
       "a:2@*"},
      {"{\"Fn::If\": [Prod, a]}",
       "?it has a function that is not well formed@*"},
  });
}

TEST(CloudFormationTest, BoundsTheConditionsOfAnImage) {
  std::string value = "a";
  for (int i = 0; i < 20; ++i) {
    value = absl::StrCat("{\"Fn::If\": [C", i, ", b, ", value, "]}");
  }
  EXPECT_EQ(Image(value).find("?it depends on too many conditions"),
            Image(value).find('?'));
  std::string joined = "{\"Fn::Join\": [\"\", [a";
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&joined, ", {\"Fn::If\": [C", i, ", b, c]}");
  }
  EXPECT_NE(Image(joined + "]]}").find("?it depends on too many conditions"),
            std::string::npos);
}

TEST(CloudFormationTest, BoundsWhatATemplateMakesUsDo) {
  std::string text = "Parameters:\n  P: {Type: String, Default: \"" +
                     std::string(4000, 'a') + "\"}\nResources:\n";
  for (int i = 0; i < 20'000; ++i) {
    absl::StrAppend(&text, "  R", i,
                    ": {Type: AWS::Lambda::Function, Properties: {Code: "
                    "{ImageUri: !Ref P}}}\n");
  }
  const ImageSearch search =
      FindCloudFormationImages({"x", text}, ParseYamlSource(text), {});
  EXPECT_EQ(search.uses.size(), 20'000u);
  EXPECT_EQ(search.uses.back().not_judged, "it is too much to work out");
}

TEST(CloudFormationTest, KnowsTheResourcesThatRunImages) {
  const struct {
    const char* type;
    const char* properties;
    const char* want;
  } kCases[] = {
      {"AWS::ECS::TaskDefinition",
       "{ContainerDefinitions: [{Name: x, Image: a}, {Image: b}]}",
       "a@= (resource R, container x); b@= (resource R)"},
      {"AWS::ECS::TaskDefinition",
       "{ContainerDefinitions: !If [C, [{Image: a}], [{Image: b}]]}",
       "a@= (resource R); b@= (resource R)"},
      {"AWS::ECS::TaskDefinition",
       "{ContainerDefinitions: [!If [C, {Image: a}, !Ref AWS::NoValue]]}",
       "a@= (resource R)"},
      {"AWS::ECS::TaskDefinition", "{ContainerDefinitions: !Ref Other}",
       "?Other is not declared under Parameters@Other (resource R)"},
      {"AWS::ECS::TaskDefinition",
       "{ContainerDefinitions: [!If [C, {Name: x, Image: a}, !Ref P]]}",
       "a@= (resource R, container x); "
       "?the images in it are known to the stack only@P (resource R)"},
      {"AWS::ECS::TaskDefinition", "{Family: x}", ""},
      {"AWS::Lambda::Function", "{Code: {ImageUri: a}}", "a@= (resource R)"},
      {"AWS::Serverless::Function", "{ImageUri: a}", "a@= (resource R)"},
      {"AWS::AppRunner::Service",
       "{SourceConfiguration: {ImageRepository: {ImageIdentifier: a}}}",
       "a@= (resource R)"},
      {"AWS::Batch::JobDefinition",
       "{ContainerProperties: {Image: a}, NodeProperties: "
       "{NodeRangeProperties: [{Container: {Image: b}}]}}",
       "a@= (resource R); b@= (resource R)"},
      {"AWS::CodeBuild::Project", "{Environment: {Image: a}}",
       "a@= (resource R)"},
      {"AWS::SageMaker::Model",
       "{PrimaryContainer: {Image: a}, Containers: [{Image: b}]}",
       "a@= (resource R); b@= (resource R)"},
      {"AWS::Other", "{Image: a}", ""},
  };
  for (const auto& c : kCases) {
    const std::string text = absl::StrCat(
        "Parameters: {P: {Default: x}}\nResources:\n  R:\n    Type: ", c.type,
        "\n    Properties: ", c.properties, "\n");
    SCOPED_TRACE(text);
    EXPECT_EQ(Found(FindCloudFormationImages, text), c.want);
  }
}

TEST(CloudFormationTest, ReadsJsonAndLoops) {
  EXPECT_EQ(Found(FindCloudFormationImages,
                  R"({"Parameters": {"T": {"Default": "1"}},
                      "Resources": {"R": {"Type": "AWS::Lambda::Function",
                      "Properties": {"Code": {"ImageUri":
                      {"Fn::Sub": "a:${T}"}}}}}})"),
            "a:1@a:${T} (resource R)");
  EXPECT_EQ(Found(FindCloudFormationImages,
                  "Resources:\n  Fn::ForEach::All:\n  - X\n  - [a, b]\n"
                  "  - R${X}:\n      Type: AWS::Lambda::Function\n"
                  "      Properties: {Code: {ImageUri: nginx}}\n"),
            "nginx@= (resource R${X})");
}

}  // namespace
}  // namespace pinwarden
