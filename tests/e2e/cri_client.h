// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_CRI_CLIENT_H_
#define PINWARDEN_TESTS_E2E_CRI_CLIENT_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cri.grpc.pb.h"

namespace pinwarden::e2e {

struct PodSpec {
  std::string name = "web-0";
  std::string name_space = "default";
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations = {};
};

struct Pod {
  std::string id;
  runtime::v1::PodSandboxConfig config;
};

// What a pod's author wrote, and what the kubelet made of it.
struct ContainerSpec {
  std::string name = "app";
  std::string image;     // as in the pod spec; nothing checks it
  std::string image_id;  // of the image that is used; empty: looked up
  std::vector<std::string> command = {"sleep", "86400"};
};

// Asks a runtime for pods and containers as the kubelet does: pods are on the
// host's network. Errors are the runtime's own, code and message.
class CriClient {
 public:
  CriClient(const std::string& socket, std::string cgroup_parent);

  // Name and version, as "containerd 2.1.9".
  absl::StatusOr<std::string> Version();

  // Waits until the runtime takes requests: it serves before it does.
  absl::Status AwaitReady();

  // kNotFound if no such image is on this host.
  absl::StatusOr<runtime::v1::Image> FindImage(const std::string& image);

  absl::StatusOr<Pod> RunPod(const PodSpec& spec);
  absl::StatusOr<std::string> CreateContainer(const Pod& pod,
                                              const ContainerSpec& spec);
  absl::Status StartContainer(const std::string& id);

  // A pod of its own, and the container in it, started. Returns its id. The pod
  // is gone again if its container was refused.
  absl::StatusOr<std::string> Run(const PodSpec& pod_spec,
                                  const ContainerSpec& spec);

  absl::StatusOr<runtime::v1::ContainerStatus> Status(const std::string& id);
  bool IsRunning(const std::string& id);
  absl::StatusOr<std::vector<runtime::v1::Container>> List();

  absl::Status RemovePod(const std::string& id);
  absl::Status RemoveAllPods();

 private:
  absl::Status Ready();

  const std::string cgroup_parent_;
  std::unique_ptr<runtime::v1::RuntimeService::Stub> runtime_;
  std::unique_ptr<runtime::v1::ImageService::Stub> images_;
  uint32_t pods_ = 0;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_CRI_CLIENT_H_
