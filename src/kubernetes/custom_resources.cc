// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The custom resources that pinwarden knows without being told, as data. A kind
// may have several rows. docs/lint-formats.md has the same table for people.
#include "kubernetes/custom_resources.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pinwarden {
namespace {

// Every text is a list with blanks between its entries. Each path starts at
// each of `roots`.
struct Row {
  absl::string_view group;
  absl::string_view kinds;
  absl::string_view roots;
  absl::string_view images;
  absl::string_view pods;
};

constexpr absl::string_view kVolumes = "volumes[*].image.reference";
constexpr absl::string_view kPodSpec =
    "initContainers[*].image containers[*].image volumes[*].image.reference";
constexpr absl::string_view kArgoTemplate =
    "container.image script.image initContainers[*].image sidecars[*].image "
    "containerSet.containers[*].image volumes[*].image.reference";
constexpr absl::string_view kTektonTask =
    "stepTemplate.image steps[*].image sidecars[*].image "
    "volumes[*].image.reference";
constexpr absl::string_view kKubeVirtMachine =
    "volumes[*].containerDisk.image domain.firmware.kernelBoot.container.image";

constexpr Row kRows[] = {
    // Argo Workflows
    {"argoproj.io", "Workflow WorkflowTemplate ClusterWorkflowTemplate",
     "spec.templates[*] spec.templateDefaults "
     "spec.templates[*].steps[*][*].inline "
     "spec.templates[*].dag.tasks[*].inline",
     kArgoTemplate, ""},
    {"argoproj.io", "Workflow WorkflowTemplate ClusterWorkflowTemplate", "spec",
     kVolumes, ""},
    {"argoproj.io", "CronWorkflow",
     "spec.workflowSpec.templates[*] spec.workflowSpec.templateDefaults "
     "spec.workflowSpec.templates[*].steps[*][*].inline "
     "spec.workflowSpec.templates[*].dag.tasks[*].inline",
     kArgoTemplate, ""},
    {"argoproj.io", "CronWorkflow", "spec.workflowSpec", kVolumes, ""},
    // Argo Rollouts
    {"argoproj.io", "Rollout", "spec", "", "template"},
    {"argoproj.io", "Experiment", "spec.templates[*]", "", "template"},
    {"argoproj.io", "AnalysisTemplate ClusterAnalysisTemplate AnalysisRun",
     "spec.metrics[*].provider.job.spec", "", "template"},
    // Knative
    {"serving.knative.dev", "Service Configuration", "spec", "", "template"},
    {"serving.knative.dev", "Revision", "spec", kPodSpec, ""},
    // Tekton
    {"tekton.dev", "Task ClusterTask", "spec", kTektonTask, ""},
    {"tekton.dev", "StepAction", "spec", "image", ""},
    {"tekton.dev", "TaskRun", "spec.taskSpec", kTektonTask, ""},
    {"tekton.dev", "Pipeline",
     "spec.tasks[*].taskSpec spec.finally[*].taskSpec", kTektonTask, ""},
    {"tekton.dev", "PipelineRun",
     "spec.pipelineSpec.tasks[*].taskSpec "
     "spec.pipelineSpec.finally[*].taskSpec",
     kTektonTask, ""},
    // KubeVirt
    {"kubevirt.io", "VirtualMachine VirtualMachineInstanceReplicaSet",
     "spec.template.spec", kKubeVirtMachine, ""},
    {"kubevirt.io", "VirtualMachineInstance", "spec", kKubeVirtMachine, ""},
    {"kubevirt.io", "VirtualMachine", "spec.dataVolumeTemplates[*].spec",
     "source.registry.url", ""},
    {"pool.kubevirt.io", "VirtualMachinePool",
     "spec.virtualMachineTemplate.spec.template.spec", kKubeVirtMachine, ""},
    {"pool.kubevirt.io", "VirtualMachinePool",
     "spec.virtualMachineTemplate.spec.dataVolumeTemplates[*].spec",
     "source.registry.url", ""},
    {"cdi.kubevirt.io", "DataVolume VolumeImportSource", "spec",
     "source.registry.url", ""},
    {"cdi.kubevirt.io", "DataImportCron", "spec.template.spec",
     "source.registry.url", ""},
};

std::vector<absl::string_view> Words(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

void AppendPaths(absl::string_view roots, absl::string_view paths,
                 std::vector<NodePath>* out) {
  for (const absl::string_view root : Words(roots)) {
    for (const absl::string_view path : Words(paths)) {
      auto parsed = ParseNodePath(absl::StrCat(root, ".", path));
      if (parsed.ok()) out->push_back(*std::move(parsed));
    }
  }
}

}  // namespace

const ShippedPaths& ShippedPathsOf(const ObjectType& type) {
  // By "group/kind". Parsed once, when the first object of such a group comes.
  static const auto& table = *new std::map<std::string, ShippedPaths>([] {
    std::map<std::string, ShippedPaths> all;
    for (const Row& row : kRows) {
      for (const absl::string_view kind : Words(row.kinds)) {
        ShippedPaths& paths = all[absl::StrCat(row.group, "/", kind)];
        AppendPaths(row.roots, row.images, &paths.images);
        AppendPaths(row.roots, row.pods, &paths.pods);
      }
    }
    return all;
  }());
  static const ShippedPaths& none = *new ShippedPaths;
  const auto found = table.find(absl::StrCat(type.group, "/", type.kind));
  return found == table.end() ? none : found->second;
}

}  // namespace pinwarden
