// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_cri.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cri.grpc.pb.h"
#include "pinwarden/mutex.h"

namespace pinwarden::testing {
namespace {

namespace cri = ::runtime::v1;

constexpr std::chrono::seconds kPatience(30);
constexpr std::chrono::milliseconds kPollInterval(5);

bool IsNamed(const cri::Image& image, const std::string& name) {
  if (image.id() == name) return true;
  for (const auto* names : {&image.repo_tags(), &image.repo_digests()}) {
    for (const std::string& own : *names) {
      if (own == name) return true;
    }
  }
  return false;
}

}  // namespace

cri::Image MakeCriImage(absl::string_view id,
                        const std::vector<std::string>& tags,
                        const std::vector<std::string>& digests) {
  cri::Image image;
  image.set_id(std::string(id));
  image.mutable_repo_tags()->Assign(tags.begin(), tags.end());
  image.mutable_repo_digests()->Assign(digests.begin(), digests.end());
  return image;
}

// What the fake knows and has seen. All of it is public to its services.
class FakeCri::State {
 public:
  // What every call does first: it is counted, hangs or fails if it shall.
  grpc::Status Enter(grpc::ServerContext* context) ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(mu);
    ++calls;
    const grpc::string_ref host = context->ExperimentalGetAuthority();
    authority.assign(host.data(), host.size());
    if (compress) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    changed.SignalAll();
    while (hangs) {
      if (context->IsCancelled()) return grpc::Status::CANCELLED;
      changed.WaitFor(mu, kPollInterval);
    }
    return failure;
  }

  bool Await(const std::function<bool()>& condition) ABSL_LOCKS_EXCLUDED(mu) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    MutexLock lock(mu);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      changed.WaitFor(mu, kPatience);
    }
    return true;
  }

  mutable Mutex mu;
  CondVar changed;
  std::vector<cri::Image> images ABSL_GUARDED_BY(mu);
  std::vector<cri::Container> containers ABSL_GUARDED_BY(mu);
  std::vector<cri::StopContainerRequest> stops ABSL_GUARDED_BY(mu);
  cri::VersionResponse version ABSL_GUARDED_BY(mu);
  grpc::Status failure ABSL_GUARDED_BY(mu);
  grpc::Status stop_failure ABSL_GUARDED_BY(mu);
  std::string authority ABSL_GUARDED_BY(mu);
  int calls ABSL_GUARDED_BY(mu) = 0;
  int image_calls ABSL_GUARDED_BY(mu) = 0;
  bool hangs ABSL_GUARDED_BY(mu) = false;
  bool compress ABSL_GUARDED_BY(mu) = false;
};

class FakeCri::RuntimeService final : public cri::RuntimeService::Service {
 public:
  explicit RuntimeService(State& state) : state_(state) {}

  grpc::Status Version(grpc::ServerContext* context, const cri::VersionRequest*,
                       cri::VersionResponse* response) override {
    const grpc::Status status = state_.Enter(context);
    MutexLock lock(state_.mu);
    *response = state_.version;
    return status;
  }

  grpc::Status ListContainers(grpc::ServerContext* context,
                              const cri::ListContainersRequest* request,
                              cri::ListContainersResponse* response) override {
    const grpc::Status status = state_.Enter(context);
    const cri::ContainerFilter& filter = request->filter();
    MutexLock lock(state_.mu);
    for (const cri::Container& container : state_.containers) {
      if ((filter.id().empty() || filter.id() == container.id()) &&
          (filter.pod_sandbox_id().empty() ||
           filter.pod_sandbox_id() == container.pod_sandbox_id())) {
        *response->add_containers() = container;
      }
    }
    return status;
  }

  grpc::Status StopContainer(grpc::ServerContext* context,
                             const cri::StopContainerRequest* request,
                             cri::StopContainerResponse*) override {
    {
      MutexLock lock(state_.mu);
      state_.stops.push_back(*request);
    }
    const grpc::Status status = state_.Enter(context);
    MutexLock lock(state_.mu);
    if (!status.ok()) return status;
    if (!state_.stop_failure.ok()) return state_.stop_failure;
    for (cri::Container& container : state_.containers) {
      if (container.id() == request->container_id()) {
        container.set_state(cri::CONTAINER_EXITED);
      }
    }
    return grpc::Status::OK;
  }

 private:
  State& state_;
};

class FakeCri::ImageService final : public cri::ImageService::Service {
 public:
  explicit ImageService(State& state) : state_(state) {}

  grpc::Status ImageStatus(grpc::ServerContext* context,
                           const cri::ImageStatusRequest* request,
                           cri::ImageStatusResponse* response) override {
    {
      MutexLock lock(state_.mu);
      ++state_.image_calls;
    }
    const grpc::Status status = state_.Enter(context);
    MutexLock lock(state_.mu);
    for (const cri::Image& image : state_.images) {
      if (!IsNamed(image, request->image().image())) continue;
      *response->mutable_image() = image;
      break;
    }
    return status;
  }

 private:
  State& state_;
};

// One life of the runtime.
class FakeCri::Server {
 public:
  Server(State& state, const std::string& socket)
      : runtime_(state), images_(state) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("unix:", socket),
                             grpc::InsecureServerCredentials());
    builder.RegisterService(&runtime_);
    builder.RegisterService(&images_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) std::abort();
  }

  // Cancels what is under way.
  ~Server() { server_->Shutdown(std::chrono::system_clock::now()); }

 private:
  RuntimeService runtime_;
  ImageService images_;
  std::unique_ptr<grpc::Server> server_;
};

FakeCri::FakeCri(std::string socket)
    : socket_(std::move(socket)), state_(std::make_unique<State>()) {
  SetVersion("fake", "1.0.0");
  Start();
}

FakeCri::~FakeCri() = default;

void FakeCri::Stop() { server_.reset(); }

void FakeCri::Start() { server_ = std::make_unique<Server>(*state_, socket_); }

void FakeCri::AddImage(const cri::Image& image) {
  MutexLock lock(state_->mu);
  state_->images.push_back(image);
}

void FakeCri::RemoveImages() {
  MutexLock lock(state_->mu);
  state_->images.clear();
}

void FakeCri::AddContainer(const cri::Container& container) {
  MutexLock lock(state_->mu);
  state_->containers.push_back(container);
}

void FakeCri::SetVersion(absl::string_view name, absl::string_view version) {
  MutexLock lock(state_->mu);
  state_->version.set_runtime_name(std::string(name));
  state_->version.set_runtime_version(std::string(version));
}

void FakeCri::FailStopsWith(const grpc::Status& status) {
  MutexLock lock(state_->mu);
  state_->stop_failure = status;
}

void FakeCri::FailWith(const grpc::Status& status) {
  MutexLock lock(state_->mu);
  state_->failure = status;
}

void FakeCri::Hang() {
  MutexLock lock(state_->mu);
  state_->hangs = true;
}

void FakeCri::Resume() {
  MutexLock lock(state_->mu);
  state_->hangs = false;
  state_->changed.SignalAll();
}

void FakeCri::Compress() {
  MutexLock lock(state_->mu);
  state_->compress = true;
}

int FakeCri::calls() const {
  MutexLock lock(state_->mu);
  return state_->calls;
}

int FakeCri::image_calls() const {
  MutexLock lock(state_->mu);
  return state_->image_calls;
}

bool FakeCri::AwaitCalls(int count) const {
  return state_->Await([&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mu) {
    return state_->calls >= count;
  });
}

bool FakeCri::AwaitStops(int count) const {
  return state_->Await([&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_->mu) {
    return state_->stops.size() >= static_cast<size_t>(count);
  });
}

std::vector<cri::StopContainerRequest> FakeCri::stops() const {
  MutexLock lock(state_->mu);
  return state_->stops;
}

std::string FakeCri::last_authority() const {
  MutexLock lock(state_->mu);
  return state_->authority;
}

}  // namespace pinwarden::testing
