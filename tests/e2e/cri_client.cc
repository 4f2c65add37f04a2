// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/cri_client.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "e2e/wait.h"
#include "pinwarden/status_macros.h"

namespace pinwarden::e2e {
namespace {

namespace cri = ::runtime::v1;

constexpr std::chrono::seconds kCallLimit(30);

std::shared_ptr<grpc::Channel> Connect(const std::string& socket) {
  // The runtime may be starting again: look again soon, not after a second.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  return grpc::CreateCustomChannel(
      "unix:" + socket, grpc::InsecureChannelCredentials(), arguments);
}

// One call: `method` of `stub`, waiting for a runtime that is just starting.
template <typename Stub, typename Method, typename Request, typename Response>
absl::Status Call(Stub& stub, Method method, const Request& request,
                  Response& response) {
  grpc::ClientContext context;
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + kCallLimit);
  const grpc::Status status = (stub.*method)(&context, request, &response);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

}  // namespace

CriClient::CriClient(const std::string& socket, std::string cgroup_parent)
    : cgroup_parent_(std::move(cgroup_parent)) {
  const std::shared_ptr<grpc::Channel> channel = Connect(socket);
  runtime_ = cri::RuntimeService::NewStub(channel);
  images_ = cri::ImageService::NewStub(channel);
}

absl::StatusOr<std::string> CriClient::Version() {
  cri::VersionResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::Version,
                          cri::VersionRequest(), response));
  return absl::StrCat(response.runtime_name(), " ", response.runtime_version());
}

absl::Status CriClient::AwaitReady() {
  absl::Status status;
  WaitUntil([&] {
    status = Ready();
    return status.ok();
  });
  return status;
}

absl::Status CriClient::Ready() {
  cri::StatusResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::Status,
                          cri::StatusRequest(), response));
  for (const cri::RuntimeCondition& condition :
       response.status().conditions()) {
    if (condition.type() == "RuntimeReady" && condition.status()) {
      return absl::OkStatus();
    }
  }
  return absl::UnavailableError(response.ShortDebugString());
}

absl::StatusOr<cri::Image> CriClient::FindImage(const std::string& image) {
  cri::ImageStatusRequest request;
  request.mutable_image()->set_image(image);
  cri::ImageStatusResponse response;
  PW_RETURN_IF_ERROR(
      Call(*images_, &cri::ImageService::Stub::ImageStatus, request, response));
  if (!response.has_image()) return absl::NotFoundError(image);
  return response.image();
}

absl::StatusOr<Pod> CriClient::RunPod(const PodSpec& spec) {
  Pod pod;
  cri::PodSandboxMetadata& metadata = *pod.config.mutable_metadata();
  metadata.set_name(spec.name);
  metadata.set_namespace_(spec.name_space);
  metadata.set_uid(absl::StrCat("uid-", getpid(), "-", pods_));
  metadata.set_attempt(pods_++);
  pod.config.mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  pod.config.mutable_annotations()->insert(spec.annotations.begin(),
                                           spec.annotations.end());
  cri::LinuxPodSandboxConfig& linux_config = *pod.config.mutable_linux();
  linux_config.set_cgroup_parent(cgroup_parent_);
  linux_config.mutable_security_context()
      ->mutable_namespace_options()
      ->set_network(cri::NODE);

  cri::RunPodSandboxRequest request;
  *request.mutable_config() = pod.config;
  cri::RunPodSandboxResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::RunPodSandbox,
                          request, response));
  pod.id = response.pod_sandbox_id();
  return pod;
}

absl::StatusOr<std::string> CriClient::CreateContainer(
    const Pod& pod, const ContainerSpec& spec) {
  std::string image_id = spec.image_id;
  if (image_id.empty()) {
    PW_ASSIGN_OR_RETURN(const cri::Image image, FindImage(spec.image));
    image_id = image.id();
  }
  cri::CreateContainerRequest request;
  request.set_pod_sandbox_id(pod.id);
  *request.mutable_sandbox_config() = pod.config;
  cri::ContainerConfig& config = *request.mutable_config();
  config.mutable_metadata()->set_name(spec.name);
  config.mutable_image()->set_image(image_id);
  config.mutable_image()->set_user_specified_image(spec.image);
  config.mutable_command()->Assign(spec.command.begin(), spec.command.end());
  cri::NamespaceOption& namespaces = *config.mutable_linux()
                                          ->mutable_security_context()
                                          ->mutable_namespace_options();
  namespaces.set_network(cri::NODE);
  namespaces.set_pid(cri::CONTAINER);
  cri::CreateContainerResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_,
                          &cri::RuntimeService::Stub::CreateContainer, request,
                          response));
  return response.container_id();
}

absl::Status CriClient::StartContainer(const std::string& id) {
  cri::StartContainerRequest request;
  request.set_container_id(id);
  cri::StartContainerResponse response;
  return Call(*runtime_, &cri::RuntimeService::Stub::StartContainer, request,
              response);
}

absl::StatusOr<std::string> CriClient::Run(const PodSpec& pod_spec,
                                           const ContainerSpec& spec) {
  PW_ASSIGN_OR_RETURN(const Pod pod, RunPod(pod_spec));
  absl::StatusOr<std::string> id = CreateContainer(pod, spec);
  absl::Status status = id.status();
  if (status.ok()) status = StartContainer(*id);
  if (status.ok()) return id;
  if (const absl::Status removed = RemovePod(pod.id); !removed.ok()) {
    return absl::Status(
        status.code(),
        absl::StrCat(status.message(), "; then: ", removed.ToString()));
  }
  return status;
}

absl::StatusOr<cri::ContainerStatus> CriClient::Status(const std::string& id) {
  cri::ContainerStatusRequest request;
  request.set_container_id(id);
  cri::ContainerStatusResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_,
                          &cri::RuntimeService::Stub::ContainerStatus, request,
                          response));
  return response.status();
}

bool CriClient::IsRunning(const std::string& id) {
  const absl::StatusOr<cri::ContainerStatus> status = Status(id);
  return status.ok() && status->state() == cri::CONTAINER_RUNNING;
}

absl::StatusOr<std::vector<cri::Container>> CriClient::List() {
  cri::ListContainersResponse response;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::ListContainers,
                          cri::ListContainersRequest(), response));
  return std::vector<cri::Container>(response.containers().begin(),
                                     response.containers().end());
}

absl::Status CriClient::RemovePod(const std::string& id) {
  cri::StopPodSandboxRequest stop;
  stop.set_pod_sandbox_id(id);
  cri::StopPodSandboxResponse stopped;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::StopPodSandbox,
                          stop, stopped));
  cri::RemovePodSandboxRequest remove;
  remove.set_pod_sandbox_id(id);
  cri::RemovePodSandboxResponse removed;
  return Call(*runtime_, &cri::RuntimeService::Stub::RemovePodSandbox, remove,
              removed);
}

absl::Status CriClient::RemoveAllPods() {
  cri::ListPodSandboxResponse pods;
  PW_RETURN_IF_ERROR(Call(*runtime_, &cri::RuntimeService::Stub::ListPodSandbox,
                          cri::ListPodSandboxRequest(), pods));
  for (const cri::PodSandbox& pod : pods.items()) {
    PW_RETURN_IF_ERROR(RemovePod(pod.id()));
  }
  return absl::OkStatus();
}

}  // namespace pinwarden::e2e
