// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using testing::FindCase;
using testing::FindIn;

TEST(KustomizeTest, MakesTheReferenceThatAnEntryResultsIn) {
  const FindCase kCases[] = {
      {"a new tag", "images: [{name: nginx, newTag: 1.27.3}]",
       "1:32-38 ~\"nginx:1.27.3\" Kustomization, image nginx\n"},
      {"a new name too",
       "images: [{name: nginx, newName: ghcr.io/a/nginx, newTag: v1}]",
       "1:58-60 ~\"ghcr.io/a/nginx:v1\" Kustomization, image nginx\n"},
      {"a digest", "images: [{name: nginx, digest: 'sha256:abc'}]",
       "1:33-43 ~\"nginx@sha256:abc\" Kustomization, image nginx\n"},
      {"both", "images: [{name: a, newTag: '1', digest: 'sha256:abc'}]",
       "1:42-52 ~\"a:1@sha256:abc\" Kustomization, image a\n"},
      {"neither", "images: [{name: a, newName: b}]",
       "1:29-30 ~\"b\" Kustomization, image a ?: the tag stays the one that "
       "the "
       "resource has; set newTag or digest, or lint the output of `kustomize "
       "build`\n"},
      {"an empty tag", "images: [{name: a, newTag: ''}]",
       "1:17-18 ~\"a\" Kustomization, image a ?: the tag stays the one that "
       "the "
       "resource has; set newTag or digest, or lint the output of `kustomize "
       "build`\n"},
      {"a suffix", "images: [{name: a, newTag: x, tagSuffix: -b}]",
       "1:28-29 ~\"a:x\" Kustomization, image a ?: a suffix goes behind the "
       "tag "
       "that the resource has; lint the output of `kustomize build`\n"},
      {"a tag that is a number", "images: [{name: a, newTag: 1.27}]",
       "1:28-32 ~\"a:1.27\" Kustomization, image a ?: this is a number and no "
       "string; put it in quotes\n"},
      {"a variable in the name",
       "images: [{name: a, newName: '${R}/a', newTag: x}]",
       "1:47-48 ~\"${R}/a:x\" Kustomization, image a ?: the variable \"R\" has "
       "no value here; lint the file as it is applied, with that filled in\n"},
      {"no name", "images: [{newTag: x}]",
       "1:19-20 ~\":x\" Kustomization, image \n"},
      {"no mapping", "images: [nginx]",
       "1:10-15 problem: a mapping with the name of an image is expected\n"},
      {"namespace and labels",
       "namespace: prod\ncommonLabels: {tier: web}\n"
       "images: [{name: a, newTag: x}]",
       "3:28-29 ~\"a:x\" Kustomization, image a [prod tier=web]\n"},
      {"labels that pods get",
       "labels: [{pairs: {a: b}}, {pairs: {c: d}, includeTemplates: true}]\n"
       "images: [{name: a, newTag: x}]",
       "2:28-29 ~\"a:x\" Kustomization, image a [c=d]\n"},
      {"a namespace that is a template",
       "namespace: '{{ ns }}'\nimages: [{name: a, newTag: x}]",
       "2:28-29 ~\"a:x\" Kustomization, image a [{{ ns }}] ?: its namespace is "
       "not known: \"{{ ns }}\" is a template; lint what is made of it, such "
       "as "
       "the output of `helm template`\n"},
      {"nothing about images", "resources: [web.yaml]", ""},
      {"no document", "", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text, "base/kustomization.yaml"), c.want);
  }
}

TEST(KustomizeTest, KnowsAKustomizationByItsKind) {
  EXPECT_EQ(FindIn("{apiVersion: kustomize.config.k8s.io/v1beta1,\n"
                   "kind: Component, images: [{name: a, newTag: x}]}"),
            "2:45-46 ~\"a:x\" Component, image a\n");
  EXPECT_EQ(FindIn("{apiVersion: kustomize.toolkit.fluxcd.io/v1,\n"
                   "kind: Kustomization, metadata: {name: apps}, spec: "
                   "{images: [{name: a, newTag: x}]}}"),
            "2:80-81 ~\"a:x\" Kustomization apps, image a\n");
}

}  // namespace
}  // namespace pinwarden
