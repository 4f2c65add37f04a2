// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// cri_tool: asks a runtime for pods and containers as the kubelet does,
// and shows its answer as it came. For scripts/demo and for trying things by
// hand.
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "e2e/cri_client.h"

namespace pinwarden::e2e {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return 1;
}

int Run(CriClient& cri, const PodSpec& pod, const std::string& image) {
  ContainerSpec container;
  container.image = image;
  const absl::StatusOr<std::string> id = cri.Run(pod, container);
  if (!id.ok()) return Fail(id.status());
  std::cout << "running: pod " << pod.name_space << "/" << pod.name
            << ", container " << id->substr(0, 12) << ", image " << image
            << "\n";
  return 0;
}

int List(CriClient& cri) {
  const absl::StatusOr<std::vector<runtime::v1::Container>> all = cri.List();
  if (!all.ok()) return Fail(all.status());
  for (const runtime::v1::Container& container : *all) {
    std::cout << container.id().substr(0, 12) << "  "
              << runtime::v1::ContainerState_Name(container.state()) << "  "
              << container.image().user_specified_image() << "\n";
  }
  return 0;
}

// "a=b" -> {a, b}.
std::map<std::string, std::string> ToMap(
    const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> map;
  for (const std::string& pair : pairs) {
    map.insert(absl::StrSplit(pair, absl::MaxSplits('=', 1)));
  }
  return map;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Asks a container runtime for pods and containers, as the "
      "kubelet does");
  std::string socket = "/run/containerd/containerd.sock";
  std::string cgroup_parent;
  app.add_option("--socket", socket, "the runtime's CRI socket");
  app.add_option("--cgroup-parent", cgroup_parent,
                 "control group that pods are put under");
  app.require_subcommand(1);

  PodSpec pod;
  std::string image;
  std::vector<std::string> labels;
  CLI::App* run = app.add_subcommand("run", "run an image in a pod of its own");
  run->add_option("image", image, "as in a pod spec")->required();
  run->add_option("--pod", pod.name, "the pod's name");
  run->add_option("--namespace", pod.name_space, "the pod's namespace");
  run->add_option("--label", labels, "a label of the pod, as KEY=VALUE");
  CLI::App* list = app.add_subcommand("list", "list containers");
  CLI::App* clean = app.add_subcommand("clean", "remove every pod");
  CLI::App* version = app.add_subcommand("version", "what the runtime is");
  CLI11_PARSE(app, argc, argv);

  pod.labels = ToMap(labels);
  CriClient cri(socket, cgroup_parent);
  if (const absl::Status ready = cri.AwaitReady(); !ready.ok()) {
    return Fail(ready);
  }
  if (run->parsed()) return Run(cri, pod, image);
  if (list->parsed()) return List(cri);
  if (clean->parsed()) {
    const absl::Status status = cri.RemoveAllPods();
    return status.ok() ? 0 : Fail(status);
  }
  if (version->parsed()) {
    const absl::StatusOr<std::string> text = cri.Version();
    if (!text.ok()) return Fail(text.status());
    std::cout << *text << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace pinwarden::e2e

int main(int argc, char** argv) { return pinwarden::e2e::Main(argc, argv); }
