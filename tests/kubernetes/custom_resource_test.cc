// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Kinds that Kubernetes does not have itself.
#include <vector>

#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using testing::FindCase;
using testing::FindIn;

TEST(CustomResourceTest, KnowsThePathsThatAreShipped) {
  const FindCase kCases[] = {
      {"Argo Workflow",
       "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: "
       "[\n"
       "{container: {image: a}, metadata: {labels: {x: y}}},\n"
       "{script: {image: b}, initContainers: [{image: c}]},\n"
       "{sidecars: [{image: d}], containerSet: {containers: [{image: e}]}},\n"
       "{steps: [[{inline: {container: {image: f}}}]]},\n"
       "{dag: {tasks: [{inline: {script: {image: g}}}]}},\n"
       "{volumes: [{image: {reference: h}}]}],\n"
       "volumes: [{image: {reference: i}}],\n"
       "templateDefaults: {container: {image: j}}}}",
       "2:21-22 \"a\" Workflow, spec.templates[0].container.image [x=y]\n"
       "3:18-19 \"b\" Workflow, spec.templates[1].script.image\n"
       "3:47-48 \"c\" Workflow, spec.templates[1].initContainers[0].image\n"
       "4:21-22 \"d\" Workflow, spec.templates[2].sidecars[0].image\n"
       "4:62-63 \"e\" Workflow, "
       "spec.templates[2].containerSet.containers[0].image\n"
       "5:40-41 \"f\" Workflow, "
       "spec.templates[3].steps[0][0].inline.container.image\n"
       "6:42-43 \"g\" Workflow, "
       "spec.templates[4].dag.tasks[0].inline.script.image\n"
       "7:32-33 \"h\" Workflow, spec.templates[5].volumes[0].image.reference\n"
       "8:31-32 \"i\" Workflow, spec.volumes[0].image.reference\n"
       "9:39-40 \"j\" Workflow, spec.templateDefaults.container.image\n"},
      {"Argo CronWorkflow",
       "{apiVersion: argoproj.io/v1alpha1, kind: CronWorkflow, spec: "
       "{workflowSpec: {\ntemplates: [{container: {image: a}}]}}}",
       "2:33-34 \"a\" CronWorkflow, "
       "spec.workflowSpec.templates[0].container.image\n"},
      {"a parameter of Argo's",
       "{apiVersion: argoproj.io/v1alpha1, kind: WorkflowTemplate, spec: {\n"
       "templates: [{container: {image: 'a:{{inputs.parameters.tag}}'}}]}}",
       "2:34-61 ~\"a:{{inputs.parameters.tag}}\" WorkflowTemplate, "
       "spec.templates[0].container.image ?: the parameter "
       "\"{{inputs.parameters.tag}}\" gets its value when the workflow runs; "
       "look at where that is set\n"},
      {"Argo Rollout",
       "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r, "
       "labels: {a: b}},\nspec: {template: {metadata: {labels: {c: d}}, spec: "
       "{containers: [{name: app, image: x}]}}}}",
       "2:86-87 \"x\" Rollout r, container app [c=d]\n"},
      {"Argo Rollout without labels of its pods",
       "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r, "
       "labels: {a: b}},\n"
       "spec: {template: {spec: {containers: [{name: app, image: x}]}}}}",
       "2:58-59 \"x\" Rollout r, container app\n"},
      {"Argo analysis",
       "{apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, spec: "
       "{metrics: [\n{provider: {job: {spec: {template: {spec: {containers: "
       "[{image: x}]}}}}}}]}}",
       "2:65-66 \"x\" AnalysisTemplate, container 1\n"},
      {"Knative Service",
       "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: "
       "s},\nspec: {template: {spec: {containers: [{image: x}]}}}}",
       "2:47-48 \"x\" Service s, container 1\n"},
      {"Knative Revision",
       "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: "
       "{labels: {a: b}},\nspec: {containers: [{image: x}]}}",
       "2:29-30 \"x\" Revision, spec.containers[0].image [a=b]\n"},
      {"Tekton Task",
       "{apiVersion: tekton.dev/v1, kind: Task, spec: {stepTemplate: {image: "
       "a},\nsteps: [{image: b}, {name: none}], sidecars: [{image: c}]}}",
       "1:70-71 \"a\" Task, spec.stepTemplate.image\n"
       "2:17-18 \"b\" Task, spec.steps[0].image\n"
       "2:55-56 \"c\" Task, spec.sidecars[0].image\n"},
      {"Tekton TaskRun",
       "{apiVersion: tekton.dev/v1, kind: TaskRun, spec: {taskSpec:\n"
       "{steps: [{image: '$(params.i)'}]}}}",
       "2:19-30 ~\"$(params.i)\" TaskRun, spec.taskSpec.steps[0].image ?: the "
       "variable \"params.i\" has no value here; lint the file as it is "
       "applied, with that filled in\n"},
      {"Tekton Pipeline",
       "{apiVersion: tekton.dev/v1, kind: Pipeline, spec: {\n"
       "tasks: [{taskSpec: {steps: [{image: a}]}}, {taskRef: {name: b}}],\n"
       "finally: [{taskSpec: {steps: [{image: c}]}}]}}",
       "2:37-38 \"a\" Pipeline, spec.tasks[0].taskSpec.steps[0].image\n"
       "3:39-40 \"c\" Pipeline, spec.finally[0].taskSpec.steps[0].image\n"},
      {"Tekton PipelineRun",
       "{apiVersion: tekton.dev/v1, kind: PipelineRun, spec: {pipelineSpec: {\n"
       "tasks: [{taskSpec: {steps: [{image: a}]}}]}}}",
       "2:37-38 \"a\" PipelineRun, "
       "spec.pipelineSpec.tasks[0].taskSpec.steps[0].image\n"},
      {"KubeVirt VirtualMachine",
       "{apiVersion: kubevirt.io/v1, kind: VirtualMachine, spec: {template: "
       "{metadata: {labels: {a: b}}, spec: {\n"
       "volumes: [{containerDisk: {image: x}}],\n"
       "domain: {firmware: {kernelBoot: {container: {image: y}}}}}},\n"
       "dataVolumeTemplates: [{spec: {source: {registry: {url: "
       "'docker://z:1'}}}}]}}",
       "2:35-36 \"x\" VirtualMachine, "
       "spec.template.spec.volumes[0].containerDisk.image [a=b]\n"
       "3:53-54 \"y\" VirtualMachine, "
       "spec.template.spec.domain.firmware.kernelBoot.container.image [a=b]\n"
       "4:66-69 \"z:1\" VirtualMachine, "
       "spec.dataVolumeTemplates[0].spec.source.registry.url\n"},
      {"KubeVirt VirtualMachineInstance",
       "{apiVersion: kubevirt.io/v1, kind: VirtualMachineInstance, spec:\n"
       "{volumes: [{containerDisk: {image: x}}]}}",
       "2:36-37 \"x\" VirtualMachineInstance, "
       "spec.volumes[0].containerDisk.image\n"},
      {"KubeVirt pool",
       "{apiVersion: pool.kubevirt.io/v1alpha1, kind: VirtualMachinePool, "
       "spec: "
       "{virtualMachineTemplate: {spec: {template: {spec:\n"
       "{volumes: [{containerDisk: {image: x}}]}}}}}}",
       "2:36-37 \"x\" VirtualMachinePool, "
       "spec.virtualMachineTemplate.spec.template.spec.volumes[0]."
       "containerDisk."
       "image\n"},
      {"DataVolume with an escape in its address",
       "{apiVersion: cdi.kubevirt.io/v1beta1, kind: DataVolume, spec: "
       "{source:\n"
       "{registry: {url: \"docker:\\x2f/a:1\"}}}}",
       "2:19-34 ~\"a:1\" DataVolume, spec.source.registry.url\n"},
      {"the same kind of another group",
       "{apiVersion: example.com/v1, kind: Task, spec: {steps: [{image: b}]}}",
       ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(CustomResourceTest, FindsPodsInKindsThatNobodyKnows) {
  const FindCase kCases[] = {
      {"a pod template somewhere",
       "{apiVersion: example.com/v1, kind: Farm, metadata: {namespace: n, "
       "labels: {a: b}},\nspec: {workers: [{template: {metadata: {labels: {c: "
       "d}}, spec: {containers: [{name: app, image: x}], volumes: [{name: m, "
       "image: {reference: y}}]}}}]}}",
       "2:97-98 \"x\" Farm, container app [n c=d]\n"
       "2:141-142 \"y\" Farm, image volume m [n c=d]\n"},
      {"containers to add, in pods with labels of the object",
       "{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: "
       "{labels: {a: b}},\nspec: {initContainers: [{image: x}]}}",
       "2:33-34 \"x\" Prometheus, init container 1 [a=b]\n"},
      {"one container with an image among others",
       "{apiVersion: e/v1, kind: Farm, spec:\n"
       "{containers: [{name: a}, x, {image: y}, {image: [z]}]}}",
       "2:37-38 \"y\" Farm, container 3\n"
       "2:49-52 ~\"[z]\" Farm, container 4 ?: this is a list and no string\n"},
      {"containers of another shape",
       "{apiVersion: e/v1, kind: Farm, spec: {containers: {a: {image: y}}}}",
       ""},
      {"an image without containers around it",
       "{apiVersion: e/v1, kind: Farm, spec: {image: x}}", ""},
      {"a definition: schemas are no images",
       "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
       "spec: {example: {containers: [{image: x}]}}}",
       ""},
      {"a ConfigMap: texts are not looked into",
       "{apiVersion: v1, kind: ConfigMap, data: {a: '{containers: [{image: "
       "x}]}'}}",
       ""},
      {"a merged list of containers is two pods",
       "{apiVersion: e/v1, kind: Farm, spec: {a: {metadata: {labels: {a: b}},\n"
       "containers: &c [{image: x}]}, b: {metadata: {labels: {c: d}}, "
       "containers: *c}}}",
       "2:25-26 \"x\" Farm, container 1 [a=b]\n"
       "2:25-26 \"x\" Farm, container 1 [c=d]\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text), c.want);
  }
}

TEST(CustomResourceTest, TakesPathsOfThePolicy) {
  const std::vector<CustomResource> resources = {
      {"example.com",
       "Farm",
       {"spec.image", "spec.tiers.*.image", "spec.\"a.b/c\"", "spec.[", "x[*]"},
       {"spec.pod", "spec.image"}},
      {"tekton.dev", "Task", {"spec.extra", "spec.steps[*].image"}, {}},
  };
  SearchOptions options;
  options.custom_resources = resources;
  const FindCase kCases[] = {
      {"paths to images and pods",
       "{apiVersion: example.com/v2, kind: Farm, metadata: {labels: {l: m}}, "
       "spec: {\ntiers: {a: {image: x}, b: {image: y}, c: z}, a.b/c: z:1,\n"
       "pod: {spec: {containers: [{image: w}]}}}, x: [v]}",
       "2:20-21 \"x\" Farm, spec.tiers.a.image [l=m]\n"
       "2:35-36 \"y\" Farm, spec.tiers.b.image [l=m]\n"
       "2:53-56 \"z:1\" Farm, spec.a.b/c [l=m]\n"
       "3:35-36 \"w\" Farm, container 1\n"
       "3:47-48 \"v\" Farm, x[0] [l=m]\n"},
      {"what a path leads to is no pod",
       "{apiVersion: example.com/v2, kind: Farm,\nspec: {pod: x}}",
       "2:13-14 problem: a pod's specification is expected here, so images in "
       "it may have been missed\n"},
      {"an image by two paths is one",
       "{apiVersion: tekton.dev/v1, kind: Task, spec:\n"
       "{extra: a, steps: [{image: b}]}}",
       "2:9-10 \"a\" Task, spec.extra\n"
       "2:28-29 \"b\" Task, spec.steps[0].image\n"},
      {"another group",
       "{apiVersion: example.org/v2, kind: Farm, spec: {image: x}}", ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(FindIn(c.text, "farm.yaml", options), c.want);
  }
}

}  // namespace
}  // namespace pinwarden
