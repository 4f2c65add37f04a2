// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Whose image it is: namespace, labels, annotation; and lists of objects.
#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using testing::FindCase;
using testing::FindIn;

TEST(FindKubernetesImagesTest, TellsNamespaceAndLabelsOfThePod) {
  const FindCase kCases[] = {
      {"of a pod",
       "{apiVersion: v1, kind: Pod, metadata: {namespace: prod, labels: {tier: "
       "web, n: 1, e: }},\nspec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1 [prod tier=web n=1 e=]\n"},
      {"of a pod template, but the object's namespace",
       "{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: prod, "
       "labels: {a: b}},\nspec: {template: {metadata: {namespace: other, "
       "labels: {c: d}}, spec: {containers: [{image: x}]}}}}",
       "2:93-94 \"x\" Deployment, container 1 [prod c=d]\n"},
      {"of a cron job's innermost template",
       "{apiVersion: batch/v1, kind: CronJob, metadata: {labels: {a: b}}, "
       "spec: "
       "{jobTemplate: {metadata: {labels: {c: d}},\nspec: {template: "
       "{metadata: "
       "{labels: {e: f}}, spec: {containers: [{image: x}]}}}}}}",
       "2:75-76 \"x\" CronJob, container 1 [e=f]\n"},
      {"of an empty namespace",
       "{apiVersion: v1, kind: Pod, metadata: {namespace: ''},\n"
       "spec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1\n"},
      {"of a namespace that is a variable",
       "{apiVersion: v1, kind: Pod, metadata: {namespace: '${NS}'},\n"
       "spec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1 [${NS}] ?: its namespace is not known: "
       "the variable \"NS\" has no value here; lint the file as it is applied, "
       "with that filled in\n"},
      {"of a namespace that is a list",
       "{apiVersion: v1, kind: Pod, metadata: {namespace: [a]},\n"
       "spec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1 ?: its namespace is not known: this is "
       "a list and no string\n"},
      {"of metadata that is none",
       "{apiVersion: v1, kind: Pod, metadata: [labels],\n"
       "spec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1\n"},
      {"of labels that are none",
       "{apiVersion: v1, kind: Pod, metadata: {labels: {a: [b], c: {d: e}}},\n"
       "spec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindKubernetesImagesTest, TakesTheAnnotationClosestToThePod) {
  const FindCase kCases[] = {
      {"of the object",
       "{apiVersion: apps/v1, kind: Deployment, metadata: {annotations: "
       "{pinwarden/ignore: a until b}},\n"
       "spec: {template: {spec: {containers: [{image: x}]}}}}",
       "2:47-48 \"x\" Deployment, container 1 ignored a until b\n"},
      {"of the template",
       "{apiVersion: apps/v1, kind: Deployment, metadata: {annotations: "
       "{pinwarden/ignore: a}},\nspec: {template: {metadata: {annotations: "
       "{pinwarden/ignore: b}}, spec: {containers: [{image: x}]}}}}",
       "2:95-96 \"x\" Deployment, container 1 ignored b\n"},
      {"of nobody",
       "{apiVersion: v1, kind: Pod, metadata: {annotations: "
       "{pinwarden/ignored: b}},\nspec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Pod, container 1\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindKubernetesImagesTest, LooksIntoListsAndDocuments) {
  const FindCase kCases[] = {
      {"a list",
       "{apiVersion: v1, kind: List, items: [\n"
       "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: n}, "
       "spec: {containers: [{image: x}]}},\n"
       "{apiVersion: v1, kind: Pod, metadata: {name: b}, "
       "spec: {containers: [{image: y}]}}]}",
       "2:92-93 \"x\" Pod a, container 1 [n]\n"
       "3:78-79 \"y\" Pod b, container 1\n"},
      {"a list in a list",
       "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List,\n"
       "items: [{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}"
       "]}]}",
       "2:65-66 \"x\" Pod, container 1\n"},
      {"items that do not say that they are pods",
       "{apiVersion: v1, kind: PodList,\n"
       "items: [{metadata: {name: a}, spec: {containers: [{image: x}]}}]}",
       "2:59-60 \"x\" Pod a, container 1\n"},
      {"items that do not say what they are",
       "{apiVersion: v1, kind: List,\n"
       "items: [{spec: {containers: [{image: x}]}}, x, ~, []]}",
       ""},
      {"a kind that only sounds like a list",
       "{apiVersion: example.com/v1, kind: AllowList,\n"
       "spec: {template: {spec: {containers: [{image: x}]}}}}",
       "2:47-48 \"x\" AllowList, container 1\n"},
      {"a template of OpenShift's",
       "{apiVersion: template.openshift.io/v1, kind: Template, objects: [\n"
       "{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}]}",
       "2:57-58 \"x\" Pod, container 1\n"},
      {"many documents",
       "# nothing\n---\napiVersion: v1\nkind: Pod\nspec: {containers: "
       "[{image: x}]}\n---\n---\n- a\n---\n{apiVersion: v1, kind: Pod, spec: "
       "{containers: [{image: y}]}}\n",
       "5:29-30 \"x\" Pod, container 1\n"
       "10:57-58 \"y\" Pod, container 1\n"},
      {"a document that does not parse between two",
       "{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}\n---\n"
       "a: [b\n---\n"
       "{apiVersion: v1, kind: Pod, spec: {containers: [{image: y}]}}\n",
       "1:57-58 \"x\" Pod, container 1\n"
       "5:57-58 \"y\" Pod, container 1\n"},
      {"what Helm puts out",
       "---\n# Source: web/templates/pod.yaml\napiVersion: v1\nkind: Pod\n"
       "spec: {containers: [{image: \"x:1\"}]}\n",
       "5:30-33 \"x:1\" Pod, container 1\n"},
      {"Windows line ends and a byte order mark",
       "\xEF\xBB\xBF"
       "apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n"
       "  - image: x\r\n",
       "5:12-13 \"x\" Pod, container 1\n"},
      {"nothing at all", "", ""},
      {"text", "nginx:1", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(FindKubernetesImagesTest, ReadsJson) {
  EXPECT_EQ(
      FindIn("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":"
             "\"p\",\"namespace\":\"n\"},\n\"spec\":{\"containers\":["
             "{\"image\":\"x:1\"},{\"image\":\"x\\u003a1\"},{\"image\":5},"
             "{\"image\":null}]}}",
             "pod.json"),
      "2:33-36 \"x:1\" Pod p, container 1 [n]\n"
      "2:49-57 ~\"x:1\" Pod p, container 2 [n]\n"
      "2:69-70 ~\"5\" Pod p, container 3 [n] ?: this is a number and no "
      "string; "
      "put it in quotes\n");
}

TEST(LooksLikeKubernetesTest, GoesByWhatIsInIt) {
  const struct {
    const char* path;
    const char* text;
    bool want;
  } kCases[] = {
      {"a.yaml", "{apiVersion: v1, kind: Pod}", true},
      {"a.yaml", "x\n---\n{apiVersion: v1, kind: Pod}", true},
      {"values.yaml", "{image: {tag: 1}}", false},
      {"Chart.yaml", "{apiVersion: v2, name: web}", false},
      {"compose.yaml", "{services: {web: {image: nginx}}}", false},
      {".drone.yml", "{kind: pipeline, type: docker}", false},
      {"a.yaml", "{apiVersion: [v1], kind: Pod}", false},
      {"a.yaml", "{apiVersion: v1, kind: {}}", false},
      {"a.yaml", "", false},
      {"base/kustomization.yaml", "images: []", true},
      {"kustomization.yml", "{resources: []}", true},
      {"base/Kustomization", "{resources: []}", true},
      {"kustomization.yaml", "just text", false},
      {"kustomization.yaml", "a: [", true},
      {"web.yaml", "apiVersion: [", false},
      {"my-kustomization.yaml", "images: []", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.path) + ": " + c.text);
    EXPECT_EQ(LooksLikeKubernetes(c.path, ParseYamlSource(c.text)), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
