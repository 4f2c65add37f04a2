// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ecs/task_definition.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/ecs.h"

namespace pinwarden {
namespace ecs_internal {
namespace {

// What a pipeline puts in before it registers the text.
bool IsPlaceholder(absl::string_view image) {
  for (const absl::string_view start : {"<", "${", "{{", "$(", "%{", "#{"}) {
    if (absl::StrContains(image, start)) return true;
  }
  return absl::StartsWith(image, "$");
}

}  // namespace

void AddImage(const SourceNode& image, std::string where,
              std::optional<TextRange> at, EcsUses* sink) {
  if (image.kind() == SourceNode::Kind::kNull) return;
  const TextRange place = at.value_or(image.at());
  if (!image.IsScalar()) {
    sink->AddProblem(place, "an image has to be a text");
  } else if (IsPlaceholder(image.scalar())) {
    sink->AddNotJudged(
        place, "", std::move(where),
        absl::StrCat(Plainly(image.scalar()),
                     " is filled in later; lint what is made of this file"));
  } else {
    sink->Add(std::string(image.scalar()), place, std::move(where));
  }
}

void AddContainers(const SourceNode& containers, absl::string_view what,
                   std::optional<TextRange> at, EcsUses* sink) {
  for (const SourceNode& container : containers.items()) {
    const std::string name = NameIn(container.Find("name"));
    std::string where(what);
    if (!name.empty()) {
      absl::StrAppend(&where, where.empty() ? "" : ", ", "container ", name);
    }
    AddImage(container.Find("image"), std::move(where), at, sink);
  }
}

namespace {

constexpr absl::string_view kContainers = "containerDefinitions";

// The task definition that a document is or holds.
const SourceNode& TaskDefinitionIn(const SourceNode& document) {
  const SourceNode& inside = document.Find("taskDefinition");
  return inside.IsMapping() ? inside : document;
}

// By what only containers of ECS have.
bool IsContainerDefinition(const SourceNode& node) {
  if (!node.Find("image").IsScalar()) return false;
  const auto has = [&node](absl::string_view key) {
    return node.Find(key).kind() != SourceNode::Kind::kNull;
  };
  return has("essential") || has("portMappings") || has("logConfiguration") ||
         has("memoryReservation") || has("mountPoints");
}

bool IsContainerList(const SourceNode& document) {
  return !document.items().empty() &&
         std::all_of(document.items().begin(), document.items().end(),
                     IsContainerDefinition);
}

}  // namespace
}  // namespace ecs_internal

bool LooksLikeEcs(absl::string_view path, const SourceTree& tree) {
  static_cast<void>(path);
  for (const SourceNode& document : tree.documents) {
    if (ecs_internal::TaskDefinitionIn(document)
            .Find(ecs_internal::kContainers)
            .IsSequence() ||
        ecs_internal::IsContainerList(document)) {
      return true;
    }
  }
  return false;
}

ImageSearch FindEcsImages(const SourceText& source, const SourceTree& tree,
                          const SearchOptions& options) {
  static_cast<void>(options);
  ecs_internal::EcsUses sink(source.text);
  for (const SourceNode& document : tree.documents) {
    if (document.IsSequence()) {
      ecs_internal::AddContainers(document, "", std::nullopt, &sink);
      continue;
    }
    const SourceNode& task = ecs_internal::TaskDefinitionIn(document);
    const std::string family = ecs_internal::NameIn(task.Find("family"));
    const std::string what = family.empty()
                                 ? "task definition"
                                 : absl::StrCat("task definition ", family);
    ecs_internal::AddContainers(task.Find(ecs_internal::kContainers), what,
                                std::nullopt, &sink);
  }
  return std::move(sink).Take();
}

}  // namespace pinwarden
