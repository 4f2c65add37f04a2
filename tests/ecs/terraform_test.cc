// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ecs/found.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using testing::Found;
using ::testing::Pair;

std::string Resource(const char* type, const char* values) {
  return absl::StrCat(R"({"address": ")", type, R"(.r", "mode": "managed",
                      "type": ")",
                      type, R"(", "values": )", values, "}");
}

std::string Plan(const std::string& resources, const char* rest = "") {
  return absl::StrCat(R"({"format_version": "1.2", "planned_values":
                      {"root_module": {"resources": [)",
                      resources, "]}}", rest, "}");
}

TEST(TerraformTest, FindsTheImagesOfResources) {
  const struct {
    const char* type;
    const char* values;
    const char* want;
  } kCases[] = {
      {"aws_ecs_task_definition",
       R"({"container_definitions": "[{\"name\":\"x\",\"image\":\"a:1\"}]"})",
       R"(a:1@[{\"name\":\"x\",\"image\":\"a:1\"}] )"
       "(aws_ecs_task_definition.r, container x)"},
      {"aws_ecs_task_definition", R"({"container_definitions": "[{"})",
       "!this text is not valid JSON"},
      {"aws_lambda_function", R"({"image_uri": "a:1"})",
       "a:1@= (aws_lambda_function.r)"},
      {"aws_lambda_function", R"({"image_uri": ""})", ""},
      {"aws_lambda_function", R"({"image_uri": null})", ""},
      {"aws_batch_job_definition",
       R"({"container_properties": "{\"image\":\"a\"}"})",
       R"(a@{\"image\":\"a\"} (aws_batch_job_definition.r))"},
      {"aws_apprunner_service",
       R"({"source_configuration": [{"image_repository":
           [{"image_identifier": "a"}]}]})",
       "a@= (aws_apprunner_service.r)"},
      {"google_cloud_run_v2_service",
       R"({"template": [{"containers": [{"name": "c", "image": "a"}]}]})",
       "a@= (google_cloud_run_v2_service.r, container c)"},
      {"kubernetes_pod",
       R"({"spec": [{"container": [{"name": "c", "image": "a"}],
                     "init_container": [{"name": "i", "image": "b"}]}]})",
       "b@= (kubernetes_pod.r, container i); "
       "a@= (kubernetes_pod.r, container c)"},
      {"kubernetes_cron_job_v1",
       R"({"spec": [{"job_template": [{"spec": [{"template": [{"spec":
           [{"container": [{"image": "a"}]}]}]}]}]}]})",
       "a@= (kubernetes_cron_job_v1.r)"},
      {"kubernetes_manifest",
       R"({"manifest": {"kind": "Pod", "spec": {"containers":
           [{"name": "c", "image": "a"}]}}})",
       "a@= (kubernetes_manifest.r, container c)"},
      {"kubernetes_manifest",
       R"({"manifest": {"kind": "CronJob", "spec": {"jobTemplate": {"spec":
           {"template": {"spec": {"initContainers": [{"image": "a"}],
           "containers": [{"image": "b"}]}}}}}}})",
       "a@= (kubernetes_manifest.r); b@= (kubernetes_manifest.r)"},
      {"aws_instance", R"({"image": "a"})", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.type, c.values));
    EXPECT_EQ(Found(FindTerraformImages, Plan(Resource(c.type, c.values))),
              c.want);
  }
}

TEST(TerraformTest, SaysWhatIsKnownAfterApplyOnly) {
  EXPECT_EQ(
      Found(FindTerraformImages, Plan(Resource("aws_ecs_task_definition", "{}"),
                                      R"(, "resource_changes": [{"address":
                    "aws_ecs_task_definition.r", "change": {"after_unknown":
                    {"arn": true, "container_definitions": true}}}])")),
      "?it is known after apply only@aws_ecs_task_definition.r "
      "(aws_ecs_task_definition.r)");
  EXPECT_EQ(Found(FindTerraformImages,
                  Plan(Resource("kubernetes_pod",
                                R"({"spec": [{"container": [{"name": "c"},
                              {"image": "a"}]}]})"),
                       R"(, "resource_changes": [{"address": "kubernetes_pod.r",
                    "change": {"after_unknown": {"spec": [{"container":
                    [{"image": true}, {"image": false}]}]}}}])")),
            "?it is known after apply only@kubernetes_pod.r (kubernetes_pod.r, "
            "container c); a@= (kubernetes_pod.r)");
}

TEST(TerraformTest, LooksIntoModulesStatesAndChanges) {
  const std::string resource =
      Resource("aws_lambda_function", R"({"image_uri": "a"})");
  const std::string changed =
      R"("resource_changes": [{"address": "x.r", "type": "docker_container",
         "change": {"after": {"image": "b"}}},
         {"address": "x.s", "type": "docker_container",
         "change": {"after": null}}])";
  const std::string kTexts[] = {
      absl::StrCat(R"({"planned_values": {"root_module": {"child_modules":
                      [{"child_modules": [{"resources": [)",
                   resource, "]}]}]}}, ", changed, "}"),
      absl::StrCat(R"({"values": {"root_module": {"resources": [)", resource,
                   "]}}}"),
  };
  for (const std::string& text : kTexts) {
    SCOPED_TRACE(text);
    EXPECT_EQ(Found(FindTerraformImages, text), "a@= (aws_lambda_function.r)");
  }
  EXPECT_EQ(Found(FindTerraformImages, absl::StrCat("{", changed, "}")),
            "b@= (x.r)");
  EXPECT_EQ(Found(FindTerraformImages,
                  Plan(R"({"address": "data.docker_image.r", "mode": "data",
                           "type": "docker_image", "values": {"name": "a"}})")),
            "");
}

TEST(TerraformTest, KnowsTheNamespaceAndLabelsOfPods) {
  const std::string text = Plan(absl::StrCat(
      Resource("kubernetes_deployment",
               R"({"metadata": [{"namespace": "prod"}], "spec": [{"template":
                   [{"metadata": [{"labels": {"tier": "web"}}], "spec":
                   [{"container": [{"image": "a"}]}]}]}]})"),
      ",",
      Resource("kubernetes_manifest",
               R"({"manifest": {"metadata": {"namespace": "dev"}, "spec":
                   {"template": {"metadata": {"labels": {"a": "b"}}, "spec":
                   {"containers": [{"image": "c"}]}}}}})"),
      ",", Resource("docker_container", R"({"image": "b"})")));
  const ImageSearch search =
      FindTerraformImages({"plan.json", text}, ParseJsonSource(text), {});
  ASSERT_EQ(search.uses.size(), 3u);
  EXPECT_EQ(search.uses[0].name_space, "prod");
  EXPECT_THAT(search.uses[0].labels, ElementsAre(Pair("tier", "web")));
  EXPECT_EQ(search.uses[1].name_space, "dev");
  EXPECT_THAT(search.uses[1].labels, ElementsAre(Pair("a", "b")));
  EXPECT_EQ(search.uses[2].name_space, std::nullopt);
  EXPECT_TRUE(search.uses[2].labels.empty());
}

}  // namespace
}  // namespace pinwarden
