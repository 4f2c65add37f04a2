// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/control_fixture.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pinwarden::testing {

std::shared_ptr<const Policy> TagPolicy() {
  Policy::Fields fields;
  fields.file = "policy.yaml";
  fields.mode = Mode::kEnforce;
  Rule rule;
  rule.name = "default";
  rule.at = {.line = 24, .column = 5};
  rule.mode = Mode::kEnforce;
  fields.rules = {rule};
  return std::make_shared<const Policy>(std::move(fields));
}

DecisionPtr MakeDecisionOf(absl::string_view pod, absl::string_view name_space,
                           v1::Outcome outcome) {
  v1::Decision decision;
  decision.set_pod(std::string(pod));
  decision.set_namespace_(std::string(name_space));
  decision.set_outcome(outcome);
  return std::make_shared<const v1::Decision>(std::move(decision));
}

int ModeOf(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : -1;
}

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& socket) {
  // Else channels to the same path share a connection and its failures.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(absl::StrCat("unix:", socket),
                                   grpc::InsecureChannelCredentials(),
                                   arguments);
}

grpc::Status RawCall(const std::string& socket, const std::string& method,
                     absl::string_view request, std::string* response) {
  grpc::GenericStub service(ChannelTo(socket));
  grpc::ClientContext context;
  const grpc::Slice slice(request.data(), request.size());
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  std::promise<grpc::Status> done;
  service.UnaryCall(&context, method, grpc::StubOptions(), &sent, &received,
                    [&done](grpc::Status status) { done.set_value(status); });
  const grpc::Status status = done.get_future().get();
  response->clear();
  std::vector<grpc::Slice> slices;
  if (status.ok() && received.Dump(&slices).ok()) {
    for (const grpc::Slice& piece : slices) {
      response->append(reinterpret_cast<const char*>(piece.begin()),
                       piece.size());
    }
  }
  return status;
}

ControlServerTest::ControlServerTest() : engine_(TagPolicy()) {
  options_.control_socket = directory_ / "control.sock";
  options_.read_socket = directory_ / "read.sock";
  hooks_.status = [] {
    v1::GetStatusResponse response;
    response.set_version("1.2.3");
    return response;
  };
  hooks_.reload = [] {
    v1::ReloadResponse response;
    response.set_changed(true);
    response.set_generation(8);
    return response;
  };
  auto server = StartAnother();
  if (!server.ok()) ADD_FAILURE() << server.status();
  if (server.ok()) server_ = *std::move(server);
}

absl::StatusOr<std::unique_ptr<ControlServer>>
ControlServerTest::StartAnother() {
  return ControlServer::Start(options_, engine_, decisions_, hooks_);
}

}  // namespace pinwarden::testing
