// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ecs/resource_paths.h"
#include "ecs/task_definition.h"
#include "ecs/use_sink.h"
#include "pinwarden/ecs.h"

namespace pinwarden {
namespace ecs_internal {
namespace {

// As the provider's own types have them, and as manifests do.
constexpr absl::string_view kPodImages[] = {
    "spec.[].init_container.[].image",
    "spec.[].container.[].image",
    "spec.initContainers.[].image",
    "spec.containers.[].image",
};
constexpr absl::string_view kAfterApply = "it is known after apply only";

const SourceNode& Item(const SourceNode& list, size_t i) {
  static const SourceNode kNothing;
  return i < list.items().size() ? list.items()[i] : kNothing;
}

// The provider's own types have lists of one where manifests have mappings.
const SourceNode& One(const SourceNode& node) {
  return node.IsSequence() ? Item(node, 0) : node;
}

// Goes through one plan or state.
class PlanFinder {
 public:
  PlanFinder(const SourceNode& document, EcsUses* sink)
      : document_(document), sink_(*sink) {
    for (const SourceNode& change : document.Find("resource_changes").items()) {
      unknown_[change.Find("address").scalar()] =
          &change.Find({"change", "after_unknown"});
    }
  }

  void Run() {
    for (const absl::string_view values : {"planned_values", "values"}) {
      const SourceNode& root = document_.Find({values, "root_module"});
      if (root.IsMapping()) return FindInModule(root);
    }
    for (const SourceNode& change :
         document_.Find("resource_changes").items()) {
      FindInResource(change, change.Find({"change", "after"}));
    }
  }

 private:
  void FindInModule(const SourceNode& module) {
    for (const SourceNode& resource : module.Find("resources").items()) {
      FindInResource(resource, resource.Find("values"));
    }
    for (const SourceNode& child : module.Find("child_modules").items()) {
      FindInModule(child);
    }
  }

  void FindInResource(const SourceNode& resource, const SourceNode& values) {
    if (resource.Find("mode").scalar() == "data" || !values.IsMapping()) return;
    static const SourceNode kNothing;
    const absl::string_view type = resource.Find("type").scalar();
    const SourceNode& address = resource.Find("address");
    const auto found = unknown_.find(address.scalar());
    const SourceNode& unknown =
        found == unknown_.end() ? kNothing : *found->second;
    address_at_ = address.at();
    const std::string where = NameIn(address);
    for (const ResourcePath& path : TerraformPaths()) {
      if (path.type == type) Walk(values, unknown, path.path, where);
    }
    for (const ResourcePath& path : TerraformPods()) {
      if (path.type != type) continue;
      const SourceNode& manifest = values.Find("manifest");
      name_space_ =
          &One((manifest.IsMapping() ? manifest : values).Find("metadata"))
               .Find("namespace");
      WalkToPods(values, unknown, path.path, where);
    }
    sink_.SetPod({});
  }

  void WalkToPods(const SourceNode& node, const SourceNode& unknown,
                  absl::string_view path, const std::string& where) {
    if (!path.empty()) {
      const absl::string_view key = TakeKey(&path);
      if (key != "[]") {
        return WalkToPods(node.Find(key), unknown.Find(key), path, where);
      }
      for (size_t i = 0; i < node.items().size(); ++i) {
        WalkToPods(node.items()[i], Item(unknown, i), path, where);
      }
      return;
    }
    ImageUse pod;
    if (name_space_->IsScalar()) {
      pod.name_space = std::string(name_space_->scalar());
    }
    for (const SourceEntry& label :
         One(node.Find("metadata")).Find("labels").entries()) {
      pod.labels.emplace_back(label.key, label.value.scalar());
    }
    sink_.SetPod(std::move(pod));
    for (const absl::string_view images : kPodImages) {
      Walk(node, unknown, images, where);
    }
  }

  // Follows `path` in the values, and in what is said to be unknown of them.
  void Walk(const SourceNode& node, const SourceNode& unknown,
            absl::string_view path, const std::string& where) {
    if (unknown.IsScalar() && unknown.scalar() == "true") {
      sink_.AddNotJudged(address_at_, "", where, std::string(kAfterApply));
      return;
    }
    if (path.empty()) {
      // Providers write "" for what is not there.
      if (!node.IsScalar() || !node.scalar().empty()) {
        AddImage(node, where, json_at_, &sink_);
      }
      return;
    }
    if (absl::StartsWith(path, "=")) {
      WalkJson(node, path.substr(1), where);
      return;
    }
    const absl::string_view key = TakeKey(&path);
    if (key != "[]") {
      Walk(node.Find(key), unknown.Find(key), path, where);
      return;
    }
    const size_t size = std::max(node.items().size(), unknown.items().size());
    for (size_t i = 0; i < size; ++i) {
      const SourceNode& item = Item(node, i);
      const std::string name = NameIn(item.Find("name"));
      Walk(item, Item(unknown, i), path,
           name.empty() ? where : absl::StrCat(where, ", container ", name));
    }
  }

  // Follows `path` in the JSON that a text is.
  void WalkJson(const SourceNode& text, absl::string_view path,
                const std::string& where) {
    if (!text.IsScalar() || text.scalar().empty()) return;
    const SourceTree tree = ParseJsonSource(text.scalar());
    if (!tree.problems.empty()) {
      sink_.AddProblem(text.at(), "this text is not valid JSON");
    }
    json_at_ = text.at();
    for (const SourceNode& document : tree.documents) {
      Walk(document, SourceNode(), path, where);
    }
    json_at_.reset();
  }

  const SourceNode& document_;
  EcsUses& sink_;
  std::map<absl::string_view, const SourceNode*> unknown_;  // by address
  std::optional<TextRange> json_at_;  // of the text that is walked in
  TextRange address_at_;              // of the resource that is looked at
  const SourceNode* name_space_ = nullptr;
};

// What `terraform show` prints of anything says so.
bool IsPlan(const SourceNode& document) {
  return document.Find("format_version").IsScalar() &&
         (document.Find("terraform_version").IsScalar() ||
          document.Find("planned_values").IsMapping()) &&
         (document.Find("planned_values").IsMapping() ||
          document.Find("values").IsMapping() ||
          document.Find("resource_changes").IsSequence());
}

}  // namespace
}  // namespace ecs_internal

bool LooksLikeTerraformPlan(absl::string_view path, const SourceTree& tree) {
  static_cast<void>(path);
  return tree.documents.size() == 1 && ecs_internal::IsPlan(tree.documents[0]);
}

ImageSearch FindTerraformImages(const SourceText& source,
                                const SourceTree& tree,
                                const SearchOptions& options) {
  static_cast<void>(options);
  ecs_internal::EcsUses sink(source.text);
  for (const SourceNode& document : tree.documents) {
    ecs_internal::PlanFinder(document, &sink).Run();
  }
  return std::move(sink).Take();
}

}  // namespace pinwarden
