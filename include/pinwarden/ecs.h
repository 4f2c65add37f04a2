// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_ECS_H_
#define PINWARDEN_ECS_H_

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// The three kinds of files that Amazon ECS task definitions come in. Each is
// told by what is inside; names say nothing. All of this is thread-safe.

// A task definition as the API and the CLI take it, or as
// describe-task-definition prints it, below "taskDefinition"; or a list of
// container definitions by itself. JSON or YAML.
bool LooksLikeEcs(absl::string_view path, const SourceTree& tree);

// containerDefinitions[].image. What a pipeline fills in, such as
// <IMAGE1_NAME>, is not judged.
ImageSearch FindEcsImages(const SourceText& source, const SourceTree& tree,
                          const SearchOptions& options);

// A CloudFormation or SAM template, JSON or YAML, with functions in short and
// in long form.
bool LooksLikeCloudFormation(absl::string_view path, const SourceTree& tree);

// The images of ECS task definitions and of the other resources that run some
// (src/ecs/resource_paths.cc has them). Parameters have the values of
// SearchOptions::parameters, or their defaults; both branches of Fn::If count.
// Where a value is known to the stack only, the image is not judged.
ImageSearch FindCloudFormationImages(const SourceText& source,
                                     const SourceTree& tree,
                                     const SearchOptions& options);

// What `terraform show -json` prints of a plan or a state.
bool LooksLikeTerraformPlan(absl::string_view path, const SourceTree& tree);

// The images of aws_ecs_task_definition and of the other resources that run
// some (src/ecs/resource_paths.cc has them), kubernetes_deployment and the like
// among them. What is known after apply only is not judged.
ImageSearch FindTerraformImages(const SourceText& source,
                                const SourceTree& tree,
                                const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_ECS_H_
