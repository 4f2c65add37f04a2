// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_KUBERNETES_KUSTOMIZE_H_
#define PINWARDEN_SRC_KUBERNETES_KUSTOMIZE_H_

#include "absl/strings/string_view.h"
#include "kubernetes/object.h"

namespace pinwarden {

// By the file's name, whatever it says.
bool IsKustomizationFile(absl::string_view path);

// The images that a kustomization sets, in its own form or in Flux's.
void ReadKustomization(const SourceNode& root, const ObjectType& type,
                       UseSink* sink);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_KUBERNETES_KUSTOMIZE_H_
