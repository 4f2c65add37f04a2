// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_KUBERNETES_CUSTOM_RESOURCES_H_
#define PINWARDEN_SRC_KUBERNETES_CUSTOM_RESOURCES_H_

#include <vector>

#include "kubernetes/object.h"
#include "pinwarden/node_path.h"

namespace pinwarden {

// Where the images are in an object of a kind that is shipped with pinwarden.
struct ShippedPaths {
  std::vector<NodePath> images;
  std::vector<NodePath> pods;
};

// Empty for all others. Thread-safe.
const ShippedPaths& ShippedPathsOf(const ObjectType& type);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_KUBERNETES_CUSTOM_RESOURCES_H_
