// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// An entry of `images` replaces parts of the images of that name:
//
//   name, newName   the repository: newName, or as it was
//   newTag, digest  what is there of the two, and nothing else; with neither,
//                   tag and digest stay as they were
//   tagSuffix       goes behind the tag that was there
#include "kubernetes/kustomize.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "kubernetes/image_text.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kFileNames[] = {
    "kustomization.yaml", "kustomization.yml", "Kustomization"};
constexpr absl::string_view kGroups[] = {"kustomize.config.k8s.io",
                                         "kustomize.toolkit.fluxcd.io"};

bool IsSet(const SourceNode& node) {
  return node.kind() != SourceNode::Kind::kNull &&
         !(node.IsScalar() && node.scalar().empty());
}

// The use of an entry: written where the last part of it is that is given.
ImageUse UseOfEntry(const SourceNode& entry, absl::string_view group,
                    absl::string_view text) {
  const SourceNode& name = entry.Find("name");
  const SourceNode& new_name = entry.Find("newName");
  const SourceNode& repository = IsSet(new_name) ? new_name : name;
  const SourceNode& tag = entry.Find("newTag");
  const SourceNode& digest = entry.Find("digest");

  const SourceNode& pin = IsSet(digest) ? digest
                          : IsSet(tag)  ? tag
                                        : repository;
  ImageUse use = UseOfText(pin, group, text);
  use.literal = false;
  use.image = std::string(repository.scalar());
  if (IsSet(tag)) absl::StrAppend(&use.image, ":", tag.scalar());
  if (IsSet(digest)) absl::StrAppend(&use.image, "@", digest.scalar());
  for (const SourceNode* part : {&repository, &tag}) {
    if (!use.not_judged.empty() || !IsSet(*part)) continue;
    use.not_judged = WhyUnknown(*part, group);
  }
  if (!use.not_judged.empty()) return use;
  if (IsSet(entry.Find("tagSuffix"))) {
    use.not_judged =
        "a suffix goes behind the tag that the resource has; lint the output "
        "of `kustomize build`";
  } else if (!IsSet(tag) && !IsSet(digest)) {
    use.not_judged =
        "the tag stays the one that the resource has; set newTag or digest, or "
        "lint the output of `kustomize build`";
  }
  return use;
}

// The labels that pods get. Kustomize adds those of `labels` to pod templates
// if it is told to.
SourceNode PodLabels(const SourceNode& root) {
  for (const SourceNode& entry : root.Find("labels").items()) {
    const bool to_pods =
        absl::EqualsIgnoreCase(entry.Find("includeSelectors").scalar(),
                               "true") ||
        absl::EqualsIgnoreCase(entry.Find("includeTemplates").scalar(), "true");
    if (to_pods && entry.Find("pairs").IsMapping()) return entry.Find("pairs");
  }
  return root.Find("commonLabels");
}

}  // namespace

bool IsKustomization(const ObjectType& type) {
  for (const absl::string_view group : kGroups) {
    if (type.group == group) return true;
  }
  return false;
}

bool IsKustomizationFile(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash != absl::string_view::npos) path.remove_prefix(slash + 1);
  for (const absl::string_view name : kFileNames) {
    if (path == name) return true;
  }
  return false;
}

void ReadKustomization(const SourceNode& root, const ObjectType& type,
                       UseSink* sink) {
  ObjectReader object(root, type, sink);
  // Shaped as the metadata of the pods.
  const SourceEntry entry = {"labels", {}, PodLabels(root)};
  const SourceNode metadata(root.at(), absl::MakeConstSpan(&entry, 1));
  for (const SourceNode* images :
       {&root.Find("images"), &root.Find("imageTags"),
        &root.Find({"spec", "images"})}) {
    for (const SourceNode& image : images->items()) {
      if (sink->full()) return;
      const absl::string_view name = image.Find("name").scalar();
      if (!image.IsMapping()) {
        sink->Problem(image, "a mapping with the name of an image is expected");
        continue;
      }
      sink->Add(object.Use(UseOfEntry(image, type.group, sink->text()),
                           &metadata, absl::StrCat("image ", Plainly(name))));
    }
  }
}

}  // namespace pinwarden
