// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A runtime with the rules of containerd 2.2 about a plugin that it requires
// and asks through Validate: no plugin, no answer in time or an end of file
// inside a request, and the container is refused.
#include <poll.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "e2e/fault_host.h"
#include "pinwarden/mutex.h"
#include "pinwarden/stop_event.h"
#include "testing/fake_runtime.h"

namespace pinwarden::e2e {
namespace {

using ::pinwarden::testing::FakeConnection;
using ::pinwarden::testing::FakeRuntime;
using ::pinwarden::testing::WireResponse;

constexpr char kService[] = "nri.pkg.api.v1alpha1.Plugin";
constexpr char kRuntimeVersion[] = "v2.2.7";
constexpr absl::Duration kRequestTimeout = absl::Milliseconds(500);

bool AwaitReadable(int fd, absl::Duration limit) {
  pollfd ready = {fd, POLLIN, 0};
  return poll(&ready, 1, static_cast<int>(absl::ToInt64Milliseconds(limit))) >
         0;
}

class ValidatingHost : public FaultHost {
 public:
  explicit ValidatingHost(std::string socket)
      : socket_(std::move(socket)), runtime_(socket_) {
    StartServing();
  }
  ~ValidatingHost() override { StopServing(); }

  std::string name() const override { return "Validate, required"; }
  bool fails_closed() const override { return true; }
  std::string nri_socket() const override { return socket_; }
  absl::StatusOr<std::string> Create(const std::string& name,
                                     const std::string& image) override
      ABSL_LOCKS_EXCLUDED(mu_);
  bool IsRunning(const std::string& id) override ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Restart() override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void StartServing();
  void StopServing();
  void Serve();
  void Register(std::unique_ptr<FakeConnection> connection)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Ask(const wire::nri::ValidateContainerAdjustmentRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string socket_;
  FakeRuntime runtime_;
  std::unique_ptr<StopEvent> stop_;
  std::thread thread_;
  Mutex mu_;  // held during a request and a Synchronize
  std::unique_ptr<FakeConnection> plugin_ ABSL_GUARDED_BY(mu_);
  wire::nri::SynchronizeRequest running_ ABSL_GUARDED_BY(mu_);
  int created_ ABSL_GUARDED_BY(mu_) = 0;
};

void ValidatingHost::StartServing() {
  stop_ = std::make_unique<StopEvent>();
  thread_ = std::thread([this] { Serve(); });
}

void ValidatingHost::StopServing() {
  stop_->Set();
  thread_.join();
}

void ValidatingHost::Serve() {
  while (true) {
    pollfd ready[] = {{stop_->fd(), POLLIN, 0}, {runtime_.fd(), POLLIN, 0}};
    poll(ready, std::size(ready), -1);
    if (stop_->IsSet()) return;
    if (ready[1].revents != 0) Register(runtime_.Accept());
  }
}

void ValidatingHost::Register(std::unique_ptr<FakeConnection> connection) {
  if (connection == nullptr || !connection->ReadRegister() ||
      !connection->AnswerRegister()) {
    return;
  }
  wire::nri::ConfigureRequest configure;
  configure.set_runtime_name("containerd");
  configure.set_runtime_version(kRuntimeVersion);
  configure.set_registration_timeout(5000);
  configure.set_request_timeout(absl::ToInt64Milliseconds(kRequestTimeout));
  const std::optional<WireResponse> configured =
      connection->Call("Configure", configure.SerializeAsString());
  wire::nri::ConfigureResponse wanted;
  if (!configured || !wanted.ParseFromString(configured->payload) ||
      wanted.events() != testing::kValidateMask) {
    return;
  }
  MutexLock lock(mu_);
  if (connection->Synchronize(running_)) plugin_ = std::move(connection);
}

absl::StatusOr<std::string> ValidatingHost::Create(const std::string& name,
                                                   const std::string& image) {
  MutexLock lock(mu_);
  wire::nri::ValidateContainerAdjustmentRequest request =
      testing::ValidateRequest(image);
  const std::string id = absl::StrCat("container-", created_++);
  request.mutable_container()->set_id(id);
  request.mutable_container()->set_name(name);
  if (absl::Status refused = Ask(request); !refused.ok()) return refused;
  if (running_.pods().empty()) *running_.add_pods() = request.pod();
  *running_.add_containers() = request.container();
  return id;
}

absl::Status ValidatingHost::Ask(
    const wire::nri::ValidateContainerAdjustmentRequest& request) {
  if (plugin_ == nullptr) {
    return absl::UnavailableError("a required plugin is missing");
  }
  const uint32_t stream = plugin_->StartCall(
      kService, "ValidateContainerAdjustment", request.SerializeAsString());
  if (!AwaitReadable(plugin_->fd(), kRequestTimeout)) {
    plugin_.reset();
    return absl::DeadlineExceededError("a validator has not answered in time");
  }
  const std::optional<WireResponse> answer = plugin_->ReadAnswer(stream);
  if (!answer) {
    plugin_.reset();
    return absl::UnavailableError("a validator has hung up");
  }
  wire::nri::ValidateContainerAdjustmentResponse verdict;
  if (answer->code != 0 || !verdict.ParseFromString(answer->payload)) {
    return absl::InternalError("a validator has failed");
  }
  if (verdict.reject()) return absl::PermissionDeniedError(verdict.reason());
  return absl::OkStatus();
}

bool ValidatingHost::IsRunning(const std::string& id) {
  MutexLock lock(mu_);
  return std::any_of(running_.containers().begin(), running_.containers().end(),
                     [&id](const auto& c) { return c.id() == id; });
}

absl::Status ValidatingHost::Restart() {
  StopServing();
  runtime_.Stop();
  {
    MutexLock lock(mu_);
    plugin_.reset();
  }
  if (!runtime_.Start()) return absl::InternalError("cannot listen");
  StartServing();
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<FaultHost> LaunchValidatingHost(const std::string& directory) {
  return std::make_unique<ValidatingHost>(directory + "/nri.sock");
}

}  // namespace pinwarden::e2e
