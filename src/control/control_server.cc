// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/control_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control/administration_service.h"
#include "control/group.h"
#include "control/inspection_service.h"
#include "control/requests.h"
#include "control/socket_file.h"
#include "control/watch_metadata.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"
#include "pinwarden/rpc.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr char kGroupFile[] = "/etc/group";
constexpr size_t kMaxGroupFileBytes = 4 << 20;

// Of Broadcast's places some are kept for root.
constexpr size_t kMaxReadSocketWatchers = Broadcast::kMaxSubscriptions - 8;

// Small on purpose: the callers are a few local programs, and what they can
// make the daemon hold is its memory.
constexpr int kMaxConcurrentStreams = 64;  // of one connection
constexpr int kMaxThreads = 8;             // reflection holds one for a stream
constexpr size_t kMaxTransportBytes = 16 << 20;
constexpr int kHandshakeMs = 5'000;
constexpr int kIdleConnectionMs = 300'000;

// How long clients have to take the end of their calls. One that hands over is
// in no hurry: another judges already, and no call is to be lost.
constexpr std::chrono::milliseconds kShutdownGrace(300);
constexpr std::chrono::milliseconds kHandoverGrace(3000);
// So long it still answers those who had connected to its own sockets before
// the other's took their place, and have not said yet what they want.
constexpr std::chrono::milliseconds kLinger(500);

// Switches of the process that gRPC reads when a server is built.
void EnableHealthAndReflection() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetLimits(grpc::ServerBuilder* builder) {
  grpc::ResourceQuota quota("pinwarden");
  quota.Resize(kMaxTransportBytes);
  quota.SetMaxThreads(kMaxThreads);
  builder->SetResourceQuota(quota);
  builder->SetMaxReceiveMessageSize(kMaxRequestBytes);
  // A small message that unpacks to a large one is not read.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                              kMaxConcurrentStreams);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                              kHandshakeMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                              kIdleConnectionMs);
  // Else windows, and with them what a peer can make us hold, grow.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder->AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder->AddChannelArgument(GRPC_ARG_MAX_CHANNEL_TRACE_EVENT_MEMORY_PER_NODE,
                              0);
}

std::optional<gid_t> ReadGroup(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const absl::StatusOr<std::string> file =
      ReadFile(kGroupFile, kMaxGroupFileBytes);
  if (!file.ok()) return std::nullopt;
  return FindGroup(*file, name);
}

}  // namespace

class ControlServer::Impl {
 public:
  Impl(const Engine& engine, Broadcast& decisions, ControlHooks hooks)
      : hooks_(std::move(hooks)),
        administration_(hooks_),
        control_inspection_(engine, decisions, hooks_,
                            Broadcast::kMaxSubscriptions),
        read_inspection_(engine, decisions, hooks_, kMaxReadSocketWatchers) {}

  ~Impl() {
    for (Listener* listener : {&control_, &read_}) {
      if (listener->file != nullptr) listener->file->Remove();
    }
    const grpc::Status stopping(grpc::StatusCode::UNAVAILABLE,
                                "pinwardend is stopping");
    control_inspection_.Stop(stopping);
    read_inspection_.Stop(stopping);
    if (handed_over_) std::this_thread::sleep_for(kLinger);
    const auto deadline = std::chrono::system_clock::now() +
                          (handed_over_ ? kHandoverGrace : kShutdownGrace);
    for (Listener* listener : {&control_, &read_}) {
      if (listener->server != nullptr) listener->server->Shutdown(deadline);
    }
  }

  absl::Status Start(const ControlOptions& options) {
    KeepGrpcRunning();
    EnableHealthAndReflection();
    const auto other = options.replace ? SocketFile::Other::kReplace
                                       : SocketFile::Other::kRefuse;
    PW_ASSIGN_OR_RETURN(control_.file,
                        SocketFile::Prepare(options.control_socket, other));
    PW_ASSIGN_OR_RETURN(read_.file,
                        SocketFile::Prepare(options.read_socket, other));
    PW_RETURN_IF_ERROR(
        Listen({&control_inspection_, &administration_}, &control_));
    PW_RETURN_IF_ERROR(Listen({&read_inspection_}, &read_));
    SetHealthy(false);
    PW_RETURN_IF_ERROR(control_.file->Publish(std::nullopt).status());
    PW_ASSIGN_OR_RETURN(read_group_applied_,
                        read_.file->Publish(ReadGroup(options.read_group)));
    return absl::OkStatus();
  }

  void LetGo() {
    control_.file->LetGo();
    read_.file->LetGo();
  }

  void HandOverStreams(absl::string_view why) {
    const grpc::Status status(grpc::StatusCode::UNAVAILABLE, std::string(why),
                              kHandedOverDetails);
    control_inspection_.Stop(status);
    read_inspection_.Stop(status);
    handed_over_ = true;
  }

  void SetHealthy(bool healthy) {
    for (const Listener* listener : {&control_, &read_}) {
      auto* const health = listener->server->GetHealthCheckService();
      health->SetServingStatus("", healthy);
      health->SetServingStatus(v1::Inspection::service_full_name(), healthy);
    }
    control_.server->GetHealthCheckService()->SetServingStatus(
        v1::Administration::service_full_name(), healthy);
  }

  bool read_group_applied() const { return read_group_applied_; }

 private:
  struct Listener {
    std::unique_ptr<SocketFile> file;
    std::unique_ptr<grpc::Server> server;  // goes before its file
  };

  static absl::Status Listen(std::initializer_list<grpc::Service*> services,
                             Listener* listener) {
    grpc::ServerBuilder builder;
    SetLimits(&builder);
    for (grpc::Service* service : services) builder.RegisterService(service);
    builder.AddListeningPort(absl::StrCat("unix:", listener->file->bind_path()),
                             grpc::InsecureServerCredentials());
    listener->server = builder.BuildAndStart();
    if (listener->server != nullptr) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("gRPC cannot listen for socket ",
                                            Quote(listener->file->path())));
  }

  const ControlHooks hooks_;
  AdministrationService administration_;
  InspectionService control_inspection_;
  InspectionService read_inspection_;
  Listener control_;  // the servers go before the services
  Listener read_;
  bool read_group_applied_ = false;
  bool handed_over_ = false;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

ControlServer::~ControlServer() = default;

absl::StatusOr<std::unique_ptr<ControlServer>> ControlServer::Start(
    const ControlOptions& options, const Engine& engine, Broadcast& decisions,
    ControlHooks hooks) {
  auto impl = std::make_unique<Impl>(engine, decisions, std::move(hooks));
  PW_RETURN_IF_ERROR(impl->Start(options));
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

void ControlServer::LetGo() { impl_->LetGo(); }

void ControlServer::HandOverStreams(absl::string_view why) {
  impl_->HandOverStreams(why);
}

void ControlServer::SetHealthy(bool healthy) { impl_->SetHealthy(healthy); }

bool ControlServer::read_group_applied() const {
  return impl_->read_group_applied();
}

}  // namespace pinwarden
