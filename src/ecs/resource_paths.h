// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_ECS_RESOURCE_PATHS_H_
#define PINWARDEN_SRC_ECS_RESOURCE_PATHS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace pinwarden::ecs_internal {

// Where a type of resource has something: keys between dots, "[]" for each of a
// list. What stands behind "=" is in a JSON text at the place before it.
//
//   ContainerDefinitions.[].Image
//   container_definitions.=[].image
struct ResourcePath {
  absl::string_view type;
  absl::string_view path;
};

// Of images.
absl::Span<const ResourcePath> CloudFormationPaths();
absl::Span<const ResourcePath> TerraformPaths();

// Of what has the metadata and the spec of a pod.
absl::Span<const ResourcePath> TerraformPods();

// Takes the first key off `*path`.
absl::string_view TakeKey(absl::string_view* path);

}  // namespace pinwarden::ecs_internal

#endif  // PINWARDEN_SRC_ECS_RESOURCE_PATHS_H_
