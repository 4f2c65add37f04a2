// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_ECS_TASK_DEFINITION_H_
#define PINWARDEN_SRC_ECS_TASK_DEFINITION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "ecs/use_sink.h"
#include "pinwarden/image_use.h"

namespace pinwarden::ecs_internal {

// Adds the images of a list of container definitions, which are part of `what`:
// "task definition web". `at` is where all of them are written, for a list that
// is a text inside of another file; else each stands at its own place.
void AddContainers(const SourceNode& containers, absl::string_view what,
                   std::optional<TextRange> at, EcsUses* sink);

// Adds one image, as the service takes it.
void AddImage(const SourceNode& image, std::string where,
              std::optional<TextRange> at, EcsUses* sink);

}  // namespace pinwarden::ecs_internal

#endif  // PINWARDEN_SRC_ECS_TASK_DEFINITION_H_
