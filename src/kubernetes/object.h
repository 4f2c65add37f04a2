// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_KUBERNETES_OBJECT_H_
#define PINWARDEN_SRC_KUBERNETES_OBJECT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "kubernetes/use_sink.h"
#include "pinwarden/node_path.h"
#include "pinwarden/policy.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// What an object is, as its apiVersion and kind say.
struct ObjectType {
  absl::string_view group;  // "" of "v1", "apps" of "apps/v1"
  absl::string_view kind;
};

// Nothing where one of the two is missing.
std::optional<ObjectType> TypeOf(const SourceNode& object);

// Whether the group is one of Kustomize's, or of Flux for it.
bool IsKustomization(const ObjectType& type);

// Finds the images of one Kubernetes object. A node is a "pod" here if it has
// the `metadata` and `spec` of one, as a pod template has.
class ObjectReader {
 public:
  // `group` and `kind` are the object's. All of it outlives this.
  ObjectReader(const SourceNode& object, const ObjectType& type, UseSink* sink);

  // Of a kind that Kubernetes has itself. False if it is none of these.
  bool ReadWorkload();
  // By the paths of a kind.
  void ReadPaths(const CustomResource& resource);
  void ReadPath(const NodePath& path, bool to_pods);
  // Whatever is like a pod's spec, and was not read so far.
  void ReadAnything();

  // A use of this object: all that is left to fill in is `where`'s end.
  ImageUse Use(ImageUse use, const SourceNode* metadata,
               absl::string_view place);

 private:
  void ReadPod(const SourceNode& pod);
  void ReadPodSpec(const SourceNode& spec, const SourceNode* metadata,
                   bool known);
  void ReadContainers(const SourceNode& containers, absl::string_view what,
                      const SourceNode* metadata, bool known);
  void ReadVolumes(const SourceNode& volumes, const SourceNode* metadata);
  void ReadImage(const SourceNode& image, const SourceNode* metadata,
                 absl::string_view place);
  void ReadAnything(const SourceNode& node, const SourceNode* metadata,
                    int depth);
  void Walk(const SourceNode& node, absl::Span<const PathStep> steps,
            bool to_pods, const SourceNode* metadata, std::string* place);
  bool WasReadByPath(const SourceNode& image) const;

  // What the images of a pod have in common.
  struct Shared {
    std::vector<std::pair<std::string, std::string>> labels;
    std::string ignore;
  };
  const Shared& SharedBy(const SourceNode* metadata);

  const SourceNode& object_;
  const ObjectType type_;
  UseSink* const sink_;
  std::string title_;  // "Deployment web"
  std::optional<std::string> name_space_;
  std::string why_not_;  // judged, any of its images
  // By metadata, which may be large: it is looked through once.
  std::map<const SourceNode*, Shared> shared_;
  // The images that were found, each with the metadata of its pod.
  using ReadImages = std::set<std::pair<const SourceNode*, const SourceNode*>>;
  ReadImages read_;
  ReadImages read_by_path_;  // before ReadAnything()
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_KUBERNETES_OBJECT_H_
