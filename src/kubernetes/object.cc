// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// One object and the pods in it.
#include "kubernetes/object.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "kubernetes/image_text.h"

namespace pinwarden {
namespace {

// Where the pod is in an object of a kind that Kubernetes has itself.
struct Workload {
  absl::string_view kind;
  absl::string_view path[4];  // up to the first ""
};

constexpr Workload kWorkloads[] = {
    {"Pod", {}},
    {"Deployment", {"spec", "template"}},
    {"StatefulSet", {"spec", "template"}},
    {"DaemonSet", {"spec", "template"}},
    {"ReplicaSet", {"spec", "template"}},
    {"ReplicationController", {"spec", "template"}},
    {"Job", {"spec", "template"}},
    {"CronJob", {"spec", "jobTemplate", "spec", "template"}},
    {"PodTemplate", {"template"}},
};

struct ContainerList {
  absl::string_view key;
  absl::string_view what;
};

constexpr ContainerList kContainerLists[] = {
    {"initContainers", "init container"},
    {"containers", "container"},
    {"ephemeralContainers", "ephemeral container"},
};

constexpr absl::string_view kMissing = "so images in it may have been missed";

// Whether `spec` is like a pod's: it has a container with an image.
bool IsLikePodSpec(const SourceNode& spec) {
  for (const ContainerList& list : kContainerLists) {
    const auto items = spec.Find(list.key).items();
    if (std::any_of(items.begin(), items.end(), [](const SourceNode& item) {
          return item.Find("image").IsScalar();
        })) {
      return true;
    }
  }
  return false;
}

// "Deployment web"
std::string TitleOf(const SourceNode& object, absl::string_view kind) {
  const SourceNode& metadata = object.Find("metadata");
  absl::string_view name = metadata.Find("name").scalar();
  if (name.empty()) name = metadata.Find("generateName").scalar();
  return absl::StrCat(Plainly(kind), name.empty() ? "" : " ", Plainly(name));
}

}  // namespace

std::optional<ObjectType> TypeOf(const SourceNode& object) {
  const absl::string_view version = object.Find("apiVersion").scalar();
  const absl::string_view kind = object.Find("kind").scalar();
  if (version.empty() || kind.empty()) return std::nullopt;
  const size_t slash = version.rfind('/');
  return ObjectType{
      version.substr(0, slash == absl::string_view::npos ? 0 : slash), kind};
}

ObjectReader::ObjectReader(const SourceNode& object, const ObjectType& type,
                           UseSink* sink)
    : object_(object),
      type_(type),
      sink_(sink),
      title_(TitleOf(object, type.kind)) {
  const SourceNode& metadata = object.Find("metadata");
  // A kustomization has its own.
  const SourceNode& name_space = IsKustomization(type)
                                     ? object.Find("namespace")
                                     : metadata.Find("namespace");
  if (name_space.kind() == SourceNode::Kind::kNull) return;
  if (!name_space.scalar().empty()) {
    name_space_ = std::string(name_space.scalar());
  }
  const std::string why = WhyUnknown(name_space, type.group);
  if (why.empty()) return;
  why_not_ = absl::StrCat("its namespace is not known: ", why);
}

bool ObjectReader::ReadWorkload() {
  const auto* const workload =
      std::find_if(std::begin(kWorkloads), std::end(kWorkloads),
                   [this](const Workload& w) { return w.kind == type_.kind; });
  if (workload == std::end(kWorkloads)) return false;
  const SourceNode* node = &object_;
  for (const absl::string_view key : workload->path) {
    if (key.empty()) break;
    if (!node->IsMapping()) break;
    node = &node->Find(key);
  }
  ReadPod(*node);
  return true;
}

void ObjectReader::ReadPaths(const CustomResource& resource) {
  for (const bool pods : {true, false}) {
    for (const std::string& text : pods ? resource.pods : resource.images) {
      const auto path = ParseNodePath(text);
      if (path.ok()) ReadPath(*path, pods);
    }
  }
}

void ObjectReader::ReadPath(const NodePath& path, bool to_pods) {
  std::string place;
  Walk(object_, path, to_pods, nullptr, &place);
}

void ObjectReader::Walk(const SourceNode& node,
                        absl::Span<const PathStep> steps, bool to_pods,
                        const SourceNode* metadata, std::string* place) {
  if (sink_->full()) return;
  const SourceNode& own = node.Find("metadata");
  if (own.IsMapping()) metadata = &own;
  if (steps.empty()) {
    return to_pods ? ReadPod(node) : ReadImage(node, metadata, *place);
  }
  const PathStep& step = steps[0];
  const size_t length = place->size();
  const auto into = [&](const SourceNode& next) {
    Walk(next, steps.subspan(1), to_pods, metadata, place);
    place->resize(length);
  };
  const absl::string_view dot = place->empty() ? "" : ".";
  switch (step.kind) {
    case PathStep::Kind::kKey:
      absl::StrAppend(place, dot, Plainly(step.key));
      return into(node.Find(step.key));
    case PathStep::Kind::kEveryKey:
      for (const SourceEntry& entry : node.entries()) {
        absl::StrAppend(place, dot, Plainly(entry.key));
        into(entry.value);
      }
      return;
    case PathStep::Kind::kEveryItem:
      for (size_t i = 0; i < node.items().size(); ++i) {
        absl::StrAppend(place, "[", i, "]");
        into(node.items()[i]);
      }
      return;
  }
}

void ObjectReader::ReadPod(const SourceNode& pod) {
  if (pod.kind() == SourceNode::Kind::kNull) return;
  const SourceNode& spec = pod.Find("spec");
  if (spec.kind() == SourceNode::Kind::kNull && pod.IsMapping()) return;
  if (!spec.IsMapping()) {
    return sink_->Problem(
        pod.IsMapping() ? spec : pod,
        absl::StrCat("a pod's specification is expected here, ", kMissing));
  }
  ReadPodSpec(spec, &pod.Find("metadata"), true);
}

void ObjectReader::ReadPodSpec(const SourceNode& spec,
                               const SourceNode* metadata, bool known) {
  for (const ContainerList& list : kContainerLists) {
    ReadContainers(spec.Find(list.key), list.what, metadata, known);
  }
  ReadVolumes(spec.Find("volumes"), metadata);
}

void ObjectReader::ReadContainers(const SourceNode& containers,
                                  absl::string_view what,
                                  const SourceNode* metadata, bool known) {
  if (known && !containers.IsSequence() &&
      containers.kind() != SourceNode::Kind::kNull) {
    return sink_->Problem(
        containers,
        absl::StrCat("a list of containers is expected here, ", kMissing));
  }
  for (size_t i = 0; i < containers.items().size() && !sink_->full(); ++i) {
    const SourceNode& container = containers.items()[i];
    if (known && !container.IsMapping() &&
        container.kind() != SourceNode::Kind::kNull) {
      sink_->Problem(container,
                     absl::StrCat("a container is expected here, ", kMissing));
    }
    const absl::string_view name = container.Find("name").scalar();
    ReadImage(container.Find("image"), metadata,
              absl::StrCat(what, " ",
                           name.empty() ? absl::StrCat(i + 1) : Plainly(name)));
  }
}

void ObjectReader::ReadVolumes(const SourceNode& volumes,
                               const SourceNode* metadata) {
  for (size_t i = 0; i < volumes.items().size() && !sink_->full(); ++i) {
    const SourceNode& volume = volumes.items()[i];
    const absl::string_view name = volume.Find("name").scalar();
    ReadImage(volume.Find({"image", "reference"}), metadata,
              absl::StrCat("image volume ",
                           name.empty() ? absl::StrCat(i + 1) : Plainly(name)));
  }
}

void ObjectReader::ReadImage(const SourceNode& image,
                             const SourceNode* metadata,
                             absl::string_view place) {
  if (image.kind() == SourceNode::Kind::kNull) return;
  if (WasReadByPath(image)) return;
  if (!read_.emplace(&image, metadata).second) return;
  sink_->Add(
      Use(UseOfText(image, type_.group, sink_->text()), metadata, place));
}

ImageUse ObjectReader::Use(ImageUse use, const SourceNode* metadata,
                           absl::string_view place) {
  use.where = absl::StrCat(title_, ", ", place);
  use.name_space = name_space_;
  if (use.not_judged.empty()) use.not_judged = why_not_;
  const Shared& shared = SharedBy(metadata);
  use.labels = shared.labels;
  use.ignore = shared.ignore;
  return use;
}

const ObjectReader::Shared& ObjectReader::SharedBy(const SourceNode* metadata) {
  const auto [found, added] = shared_.try_emplace(metadata);
  Shared& shared = found->second;
  if (!added) return shared;
  const auto ignore_of = [](const SourceNode& node) {
    return node.Find({"annotations", kIgnoreAnnotation}).scalar();
  };
  absl::string_view ignore = "";
  if (metadata != nullptr) {
    ignore = ignore_of(*metadata);
    for (const SourceEntry& label : metadata->Find("labels").entries()) {
      if (label.value.IsMapping() || label.value.IsSequence()) continue;
      shared.labels.emplace_back(label.key, label.value.scalar());
    }
  }
  if (ignore.empty()) ignore = ignore_of(object_.Find("metadata"));
  shared.ignore = std::string(ignore);
  return shared;
}

bool ObjectReader::WasReadByPath(const SourceNode& image) const {
  const auto found = read_by_path_.lower_bound({&image, nullptr});
  return found != read_by_path_.end() && found->first == &image;
}

void ObjectReader::ReadAnything() {
  read_by_path_ = std::move(read_);
  read_.clear();
  ReadAnything(object_, nullptr, 0);
}

void ObjectReader::ReadAnything(const SourceNode& node,
                                const SourceNode* metadata, int depth) {
  if (sink_->full()) return;
  if (depth > kMaxSourceDepth) {
    return sink_->Problem(
        node, absl::StrCat("nested too deep by its aliases, ", kMissing));
  }
  for (const SourceNode& item : node.items()) {
    ReadAnything(item, metadata, depth + 1);
  }
  if (!node.IsMapping()) return;
  const SourceNode& own = node.Find("metadata");
  if (own.IsMapping()) metadata = &own;
  if (IsLikePodSpec(node)) ReadPodSpec(node, metadata, false);
  for (const SourceEntry& entry : node.entries()) {
    ReadAnything(entry.value, metadata, depth + 1);
  }
}

}  // namespace pinwarden
