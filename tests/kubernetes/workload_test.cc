// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Kinds that Kubernetes has itself, and what is in a pod.
#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using testing::FindCase;
using testing::FindIn;

TEST(FindKubernetesImagesTest, KnowsWhereEachKindHasItsPod) {
  const FindCase kCases[] = {
      {"a pod",
       "{apiVersion: v1, kind: Pod, metadata: {name: web},\n"
       " spec: {containers: [{name: app, image: nginx}]}}\n",
       "2:41-46 \"nginx\" Pod web, container app\n"},
      {"a deployment",
       "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" Deployment web, container app\n"},
      {"a deployment of a group that is gone",
       "{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" Deployment, container app\n"},
      {"a stateful set",
       "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" StatefulSet db, container app\n"},
      {"a daemon set",
       "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: db},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" DaemonSet db, container app\n"},
      {"a replica set",
       "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: db},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" ReplicaSet db, container app\n"},
      {"a replication controller",
       "{apiVersion: v1, kind: ReplicationController, metadata: {name: db},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" ReplicationController db, container app\n"},
      {"a job that gets its name when it is made",
       "{apiVersion: batch/v1, kind: Job, metadata: {generateName: pi-},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}}}}",
       "2:58-61 \"a:1\" Job pi-, container app\n"},
      {"a cron job",
       "{apiVersion: batch/v1, kind: CronJob, metadata: {name: db}, spec:\n"
       "{jobTemplate: {spec: {template: {spec: {containers: "
       "[{name: app, image: a:1}]}}}}}}",
       "2:73-76 \"a:1\" CronJob db, container app\n"},
      {"a pod template",
       "{apiVersion: v1, kind: PodTemplate, metadata: {name: db},\n"
       "template: {spec: {containers: [{name: app, image: a:1}]}}}",
       "2:51-54 \"a:1\" PodTemplate db, container app\n"},
      {"a kind of that name in a group of its own",
       "{apiVersion: example.com/v1, kind: Deployment, metadata: {name: db},\n"
       "spec: {template: {spec: {containers: [{name: app, image: a:1}]}},\n"
       " extra: {spec: {containers: [{name: app, image: b}]}}}}",
       "2:58-61 \"a:1\" Deployment db, container app\n"
       "3:49-50 \"b\" Deployment db, container app\n"},
      {"a kind without a pod",
       "{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {}}", ""},
      {"no kind", "{apiVersion: v1, spec: {containers: [{image: a}]}}", ""},
      {"no version", "{kind: Pod, spec: {containers: [{image: a}]}}", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

// What stands in `spec` of a pod.
TEST(FindKubernetesImagesTest, FindsEveryImageOfAPod) {
  const FindCase kCases[] = {
      {"all kinds of containers, in the order of the file",
       "  containers:\n  - {name: a, image: x:1}\n"
       "  initContainers:\n  - {name: b, image: x:2}\n"
       "  ephemeralContainers:\n  - {name: c, image: x:3}\n",
       "7:22-25 \"x:1\" Pod p, container a\n"
       "9:22-25 \"x:2\" Pod p, init container b\n"
       "11:22-25 \"x:3\" Pod p, ephemeral container c\n"},
      {"an image volume",
       "  volumes:\n  - {name: data, emptyDir: {}}\n"
       "  - {name: model, image: {reference: acme/model:1}}\n",
       "8:38-50 \"acme/model:1\" Pod p, image volume model\n"},
      {"an image volume without a name",
       "  volumes: [{image: {reference: acme/model}}]\n",
       "6:33-43 \"acme/model\" Pod p, image volume 1\n"},
      {"containers without a name", "  containers: [{}, {image: x}]\n",
       "6:28-29 \"x\" Pod p, container 2\n"},
      {"a container without an image", "  containers: [{name: a}]\n", ""},
      {"an image that is null", "  containers: [{image: }, {image: ~}]\n", ""},
      {"an empty image", "  containers: [{image: ''}]\n",
       "6:25-25 \"\" Pod p, container 1\n"},
      {"double quotes", "  containers: [{image: \"x:1\"}]\n",
       "6:25-28 \"x:1\" Pod p, container 1\n"},
      {"single quotes", "  containers: [{image: 'x:1'}]\n",
       "6:25-28 \"x:1\" Pod p, container 1\n"},
      {"an escape", "  containers: [{image: \"x\\x3a1\"}]\n",
       "6:25-31 ~\"x:1\" Pod p, container 1\n"},
      {"a block scalar with its line end",
       "  containers:\n  - image: |\n      x:1\n",
       "7:12-9:1 ~\"x:1\n\" Pod p, container 1\n"},
      {"a block scalar without it", "  containers:\n  - image: >-\n      x:1\n",
       "8:7-10 \"x:1\" Pod p, container 1\n"},
      {"a comment behind it", "  containers:\n  - image: x:1 # y:2\n",
       "7:12-15 \"x:1\" Pod p, container 1\n"},
      {"an image with port and digest",
       "  containers:\n  - image: reg:5000/x@sha256:abc\n",
       "7:12-33 \"reg:5000/x@sha256:abc\" Pod p, container 1\n"},
      {"a string by its tag", "  containers: [{image: !!str 12}]\n",
       "6:30-32 \"12\" Pod p, container 1\n"},
      {"a number in quotes", "  containers: [{image: '12'}]\n",
       "6:25-27 \"12\" Pod p, container 1\n"},
      {"an image id that begins as a number",
       "  containers: [{image: 12e4567}]\n",
       "6:24-31 \"12e4567\" Pod p, container 1\n"},
      {"an alias: it is where the anchor is",
       "  containers: [{name: a, image: &i x:1}, {name: b, image: *i}]\n",
       "6:36-39 \"x:1\" Pod p, container a; container b\n"},
      {"a merged container",
       "  containers:\n  - &c {name: a, image: x:1}\n  - {<<: *c, name: b}\n",
       "7:25-28 \"x:1\" Pod p, container a; container b\n"},
      {"an image given twice: the last one",
       "  containers: [{image: x, image: y}]\n",
       "6:34-35 \"y\" Pod p, container 1\n"},
      {"a name that is no text", "  containers: [{name: [], image: x}]\n",
       "6:34-35 \"x\" Pod p, container 1\n"},
      {"a name with control bytes",
       "  containers: [{name: \"a\\e[2J\", image: x}]\n",
       "6:40-41 \"x\" Pod p, container a\\x1b[2J\n"},
      {"other keys with images in them",
       "  image: x\n  hostAliases: [{image: y}]\n  tolerations: {image: z}\n",
       ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(std::string("apiVersion: v1\nkind: Pod\nmetadata:\n"
                                 "  name: p\nspec:\n") +
                     c.text),
              c.want);
  }
}

constexpr char kFilledIn[] =
    " has no value here; lint the file as it is applied, with that filled in";

TEST(FindKubernetesImagesTest, DoesNotJudgeWhatIsNotKnown) {
  const struct {
    const char* image;
    std::string want;
  } kCases[] = {
      {"'a:$(TAG)'", std::string("the variable \"TAG\"") + kFilledIn},
      {"'${REGISTRY}/a:1'",
       std::string("the variable \"REGISTRY\"") + kFilledIn},
      {"'a:${TAG:=1.2.3}'", std::string("the variable \"TAG\"") + kFilledIn},
      {"'a:$TAG-x'", std::string("the variable \"TAG\"") + kFilledIn},
      {"'$(params.base-image)'",
       std::string("the variable \"params.base-image\"") + kFilledIn},
      {"'a:${}'", ""},
      {"'a$'", ""},
      {"'a$(b'", ""},
      {"'a${b'", ""},
      {"'$5'", ""},
      {"'{{ .Values.image }}'",
       "\"{{ .Values.image }}\" is a template; lint what is made of it, such "
       "as the output of `helm template`"},
      {"'a:{{ x'",
       "\"{{ x\" is a template; lint what is made of it, such as the output of "
       "`helm template`"},
      {"12", "this is a number and no string; put it in quotes"},
      {"1.5e3", "this is a number and no string; put it in quotes"},
      {"-0x1f", "this is a number and no string; put it in quotes"},
      {"1_000", "this is a number and no string; put it in quotes"},
      {"true", "this is true or false and no string; put it in quotes"},
      {"Off", "this is true or false and no string; put it in quotes"},
      {"!Sub a", "it has the tag \"!Sub\"; write it as a plain string"},
      {"[a]", "this is a list and no string"},
      {"{name: a}", "this is a mapping and no string"},
      {"1.2.3", ""},
      {"e5", ""},
      {"truely", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    const std::string text =
        std::string(
            "{apiVersion: v1, kind: Pod, spec: {containers: [{image: ") +
        c.image + "}]}}";
    const SourceTree tree = ParseYamlSource(text);
    const ImageSearch search =
        FindKubernetesImages({"pod.yaml", text}, tree, {});
    ASSERT_EQ(search.uses.size(), 1u);
    EXPECT_EQ(search.uses[0].not_judged, c.want);
  }
}

TEST(FindKubernetesImagesTest, SaysWhatIsNoPod) {
  const FindCase kCases[] = {
      {"containers by name", "spec: {containers: {app: {image: x}}}",
       "2:20-37 problem: a list of containers is expected here, so images in "
       "it may have been missed\n"},
      {"a container by its image", "spec: {containers: [nginx]}",
       "2:21-26 problem: a container is expected here, so images in it may "
       "have been missed\n"},
      {"a text as specification", "spec: later",
       "2:7-12 problem: a pod's specification is expected here, so images in "
       "it may have been missed\n"},
      {"a list as specification", "spec: [{containers: []}]",
       "2:7-25 problem: a pod's specification is expected here, so images in "
       "it may have been missed\n"},
      {"no specification", "spec:", ""},
      {"no containers", "spec: {containers: , volumes: x}", ""},
      {"empty items", "spec: {containers: [~, {}]}", ""},
      {"volumes of another shape",
       "spec: {volumes: [x, [], {image: x}, {image: [reference]}]}", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(
        FindIn(std::string("{apiVersion: v1, kind: Pod,\n") + c.text + "}"),
        c.want);
  }
}

}  // namespace
}  // namespace pinwarden
