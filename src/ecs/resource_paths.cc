// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ecs/resource_paths.h"

#include <algorithm>

namespace pinwarden::ecs_internal {
namespace {

constexpr ResourcePath kCloudFormation[] = {
    {"AWS::AppRunner::Service",
     "SourceConfiguration.ImageRepository.ImageIdentifier"},
    {"AWS::Batch::JobDefinition", "ContainerProperties.Image"},
    {"AWS::Batch::JobDefinition",
     "NodeProperties.NodeRangeProperties.[].Container.Image"},
    {"AWS::Batch::JobDefinition",
     "EcsProperties.TaskProperties.[].Containers.[].Image"},
    {"AWS::Batch::JobDefinition",
     "EksProperties.PodProperties.InitContainers.[].Image"},
    {"AWS::Batch::JobDefinition",
     "EksProperties.PodProperties.Containers.[].Image"},
    {"AWS::CodeBuild::Project", "Environment.Image"},
    {"AWS::ECS::TaskDefinition", "ContainerDefinitions.[].Image"},
    {"AWS::Lambda::Function", "Code.ImageUri"},
    {"AWS::Lightsail::Container",
     "ContainerServiceDeployment.Containers.[].Image"},
    {"AWS::SageMaker::Model", "PrimaryContainer.Image"},
    {"AWS::SageMaker::Model", "Containers.[].Image"},
    {"AWS::Serverless::Function", "ImageUri"},
};

constexpr ResourcePath kTerraform[] = {
    {"aws_apprunner_service",
     "source_configuration.[].image_repository.[].image_identifier"},
    {"aws_batch_job_definition", "container_properties.=image"},
    {"aws_batch_job_definition",
     "node_properties.=nodeRangeProperties.[].container.image"},
    {"aws_batch_job_definition",
     "ecs_properties.=taskProperties.[].containers.[].image"},
    {"aws_codebuild_project", "environment.[].image"},
    {"aws_ecs_task_definition", "container_definitions.=[].image"},
    {"aws_lambda_function", "image_uri"},
    {"aws_sagemaker_model", "primary_container.[].image"},
    {"aws_sagemaker_model", "container.[].image"},
    {"azurerm_container_app", "template.[].init_container.[].image"},
    {"azurerm_container_app", "template.[].container.[].image"},
    {"azurerm_container_group", "init_container.[].image"},
    {"azurerm_container_group", "container.[].image"},
    {"docker_container", "image"},
    {"docker_image", "name"},
    {"docker_service", "task_spec.[].container_spec.[].image"},
    {"google_cloud_run_service", "template.[].spec.[].containers.[].image"},
    {"google_cloud_run_v2_job", "template.[].template.[].containers.[].image"},
    {"google_cloud_run_v2_service", "template.[].containers.[].image"},
};

constexpr absl::string_view kTemplate = "spec.[].template.[]";
constexpr absl::string_view kJobTemplate =
    "spec.[].job_template.[].spec.[].template.[]";

constexpr ResourcePath kPods[] = {
    {"kubernetes_cron_job", kJobTemplate},
    {"kubernetes_cron_job_v1", kJobTemplate},
    {"kubernetes_daemonset", kTemplate},
    {"kubernetes_daemon_set_v1", kTemplate},
    {"kubernetes_deployment", kTemplate},
    {"kubernetes_deployment_v1", kTemplate},
    {"kubernetes_job", kTemplate},
    {"kubernetes_job_v1", kTemplate},
    {"kubernetes_manifest", "manifest"},
    {"kubernetes_manifest", "manifest.spec.template"},
    {"kubernetes_manifest", "manifest.spec.jobTemplate.spec.template"},
    {"kubernetes_pod", ""},
    {"kubernetes_pod_v1", ""},
    {"kubernetes_replication_controller", kTemplate},
    {"kubernetes_replication_controller_v1", kTemplate},
    {"kubernetes_stateful_set", kTemplate},
    {"kubernetes_stateful_set_v1", kTemplate},
};

}  // namespace

absl::Span<const ResourcePath> CloudFormationPaths() { return kCloudFormation; }
absl::Span<const ResourcePath> TerraformPaths() { return kTerraform; }
absl::Span<const ResourcePath> TerraformPods() { return kPods; }

absl::string_view TakeKey(absl::string_view* path) {
  const size_t end = std::min(path->find('.'), path->size());
  const absl::string_view key = path->substr(0, end);
  path->remove_prefix(std::min(end + 1, path->size()));
  return key;
}

}  // namespace pinwarden::ecs_internal
