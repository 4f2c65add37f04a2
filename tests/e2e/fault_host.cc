// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/fault_host.h"

#include <utility>

#include "e2e/containerd.h"
#include "e2e/cri_client.h"
#include "e2e/wait.h"
#include "pinwarden/status_macros.h"

namespace pinwarden::e2e {
namespace {

class ContainerdHost : public FaultHost {
 public:
  explicit ContainerdHost(std::unique_ptr<Containerd> containerd)
      : containerd_(std::move(containerd)),
        cri_(containerd_->socket(), containerd_->cgroup_parent()) {}

  absl::Status Prepare();

  std::string name() const override { return name_; }
  bool fails_closed() const override { return false; }
  std::string nri_socket() const override { return containerd_->nri_socket(); }

  absl::StatusOr<std::string> Create(const std::string& name,
                                     const std::string& image) override {
    ContainerSpec spec;
    spec.name = name;
    spec.image = image;
    PW_ASSIGN_OR_RETURN(std::string id, cri_.CreateContainer(pod_, spec));
    PW_RETURN_IF_ERROR(cri_.StartContainer(id));
    return id;
  }

  bool IsRunning(const std::string& id) override { return cri_.IsRunning(id); }

  absl::Status Restart() override {
    PW_RETURN_IF_ERROR(containerd_->Stop());
    PW_RETURN_IF_ERROR(containerd_->Start());
    return cri_.AwaitReady();
  }

 private:
  const std::unique_ptr<Containerd> containerd_;
  CriClient cri_;
  std::string name_;
  Pod pod_;  // of all containers: pods take longer to make
};

absl::Status ContainerdHost::Prepare() {
  PW_RETURN_IF_ERROR(
      containerd_
          ->AddImages({"localhost/pause:1", "docker.io/library/demo:1.2.3",
                       "docker.io/library/demo:latest"})
          .status());
  PW_RETURN_IF_ERROR(cri_.AwaitReady());
  for (const char* image : {"localhost/pause:1", "demo:1.2.3", "demo:latest"}) {
    // CRI hears of an image from an event, a little later than it is there.
    if (!WaitUntil([&] { return cri_.FindImage(image).ok(); })) {
      return absl::NotFoundError(image);
    }
  }
  PW_ASSIGN_OR_RETURN(name_, cri_.Version());
  PW_ASSIGN_OR_RETURN(pod_, cri_.RunPod({}));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<FaultHost>> LaunchContainerdHost(
    const std::string& line, const std::string& directory) {
  PW_ASSIGN_OR_RETURN(std::unique_ptr<Containerd> containerd,
                      Containerd::Launch(line, directory));
  auto host = std::make_unique<ContainerdHost>(std::move(containerd));
  PW_RETURN_IF_ERROR(host->Prepare());
  return std::unique_ptr<FaultHost>(std::move(host));
}

}  // namespace pinwarden::e2e
