// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_KUBERNETES_H_
#define PINWARDEN_KUBERNETES_H_

#include "absl/strings/string_view.h"
#include "pinwarden/image_use.h"
#include "pinwarden/source_tree.h"

namespace pinwarden {

// Kubernetes manifests, in YAML or JSON: what `kubectl apply -f` takes, also as
// Helm and Kustomize put it out, and kustomization.yaml itself.

// Whether a document of `tree` is an object with apiVersion and kind, or `path`
// is one of the names of a kustomization.
bool LooksLikeKubernetes(absl::string_view path, const SourceTree& tree);

// Every place an image can stand, by the kind of each object:
//
// - Pods and what makes them (Deployment, CronJob, ...), of whatever API group:
//   containers of all three kinds, and image volumes;
// - custom resources by their paths, the caller's besides those that are
//   shipped, and in any other object whatever is like a pod's `spec`;
// - the items of a List, and of a list of one kind;
// - the `images` of a kustomization, as the reference that they result in.
//
// The namespace is the object's, the labels are the pod's: those of the closest
// `metadata` around the image, in what is not a known pod template. An image
// that holds a template or a variable is not judged, nor is any of an object
// whose namespace does. In order of where they are written; what an alias puts
// into several containers, to be judged alike, is one use. Bounded time and
// memory for any tree; `options.read` is not called.
ImageSearch FindKubernetesImages(const SourceText& source,
                                 const SourceTree& tree,
                                 const SearchOptions& options);

// Whether `text` is a template of a Helm chart and not what comes out of it:
// it has actions that are Helm's, or any within a directory "templates".
bool LooksLikeHelmTemplate(absl::string_view path, absl::string_view text);

// Of a Helm template. Where its actions make it something else than YAML there
// is one use for the whole of it, which is not judged, unless all objects in it
// are of kinds that have no image. What can be read of it is there as well, as
// in a manifest. The problems of `tree` are of no use to its author.
ImageSearch FindHelmTemplateImages(const SourceText& source,
                                   const SourceTree& tree,
                                   const SearchOptions& options);

}  // namespace pinwarden

#endif  // PINWARDEN_KUBERNETES_H_
