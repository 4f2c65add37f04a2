// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/kubernetes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "kubernetes/custom_resources.h"
#include "kubernetes/kustomize.h"
#include "kubernetes/object.h"
#include "kubernetes/use_sink.h"

namespace pinwarden {
namespace {

// Groups whose kinds are all known: where no custom resource can be.
constexpr absl::string_view kOwnGroups[] = {"", "apps", "batch", "extensions"};
// Kinds whose objects hold schemas and texts that look like what they are not.
constexpr absl::string_view kNeverSearched[] = {"CustomResourceDefinition",
                                                "ConfigMap", "Secret"};

template <size_t n>
bool Contains(const absl::string_view (&words)[n], absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class Finder {
 public:
  Finder(const SearchOptions& options, UseSink* sink)
      : options_(options), sink_(sink) {}

  void ReadDocument(const SourceNode& root) {
    if (const auto type = TypeOf(root)) ReadObject(root, *type, 0);
  }

 private:
  // The objects that `object` is a list of, or null.
  const SourceNode* ItemsOf(const SourceNode& object, const ObjectType& type) {
    // A template of OpenShift's is a list with parameters.
    const bool is_template = type.group == "template.openshift.io";
    if (!is_template && !absl::EndsWith(type.kind, "List")) return nullptr;
    const SourceNode& items = object.Find(is_template ? "objects" : "items");
    return items.IsSequence() ? &items : nullptr;
  }

  void ReadObject(const SourceNode& object, const ObjectType& type, int depth) {
    if (sink_->full() || Contains(kNeverSearched, type.kind)) return;
    if (depth > kMaxSourceDepth) {
      return sink_->Problem(object, "too many lists in each other");
    }
    if (const SourceNode* const items = ItemsOf(object, type)) {
      // In a PodList, and only there, pods need not say that they are.
      const ObjectType of_item = {type.group,
                                  absl::StripSuffix(type.kind, "List")};
      for (const SourceNode& item : items->items()) {
        const auto own = TypeOf(item);
        if (own || !of_item.kind.empty())
          ReadObject(item, own.value_or(of_item), depth + 1);
      }
      return;
    }
    if (IsKustomization(type)) return ReadKustomization(object, type, sink_);

    ObjectReader reader(object, type, sink_);
    const bool own = Contains(kOwnGroups, type.group);
    if (reader.ReadWorkload() && own) return;
    for (const CustomResource& resource : options_.custom_resources) {
      if (resource.group == type.group && resource.kind == type.kind) {
        reader.ReadPaths(resource);
      }
    }
    const ShippedPaths& shipped = ShippedPathsOf(type);
    for (const NodePath& path : shipped.pods) reader.ReadPath(path, true);
    for (const NodePath& path : shipped.images) reader.ReadPath(path, false);
    reader.ReadAnything();
  }

  const SearchOptions& options_;
  UseSink* const sink_;
};

}  // namespace

bool LooksLikeKubernetes(absl::string_view path, const SourceTree& tree) {
  // One that cannot be read is one by its name.
  if (tree.documents.empty()) {
    return IsKustomizationFile(path) && !tree.problems.empty();
  }
  return std::any_of(tree.documents.begin(), tree.documents.end(),
                     [path](const SourceNode& root) {
                       return TypeOf(root) ||
                              (root.IsMapping() && IsKustomizationFile(path));
                     });
}

ImageSearch FindKubernetesImages(const SourceText& source,
                                 const SourceTree& tree,
                                 const SearchOptions& options) {
  UseSink sink(source.text);
  Finder finder(options, &sink);
  for (const SourceNode& root : tree.documents) {
    if (IsKustomizationFile(source.path)) {
      ReadKustomization(root, {"kustomize.config.k8s.io", "Kustomization"},
                        &sink);
    } else {
      finder.ReadDocument(root);
    }
  }
  return std::move(sink).Take();
}

}  // namespace pinwarden
