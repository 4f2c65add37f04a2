// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/fake_runtime.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pinwarden::testing {
namespace {

constexpr char kPlugin[] = "nri.pkg.api.v1alpha1.Plugin";
constexpr char kRuntime[] = "nri.pkg.api.v1alpha1.Runtime";
constexpr uint32_t kServed = 1;  // where the plugin serves
constexpr uint32_t kCalled = 2;  // where the plugin calls
constexpr int kPatienceMs = 30'000;

bool AwaitReadable(int fd) {
  pollfd ready = {fd, POLLIN, 0};
  int n = 0;
  do {
    n = poll(&ready, 1, kPatienceMs);
  } while (n < 0 && errno == EINTR);
  return n > 0;
}

template <typename Message>
std::optional<Message> ParsePayload(const std::optional<WireResponse>& answer) {
  Message message;
  if (!answer || answer->code != 0) return std::nullopt;
  if (!message.ParseFromString(answer->payload)) return std::nullopt;
  return message;
}

template <typename Request>
Request RequestFor(absl::string_view image) {
  Request request;
  request.mutable_pod()->set_id("pod-1");
  request.mutable_pod()->set_name("web-0");
  request.mutable_pod()->set_uid("1f0c9c3e");
  request.mutable_pod()->set_namespace_("prod");
  (*request.mutable_pod()->mutable_labels())["app"] = "web";
  request.mutable_container()->set_id("container-1");
  request.mutable_container()->set_pod_sandbox_id("pod-1");
  request.mutable_container()->set_name("app");
  if (!image.empty()) {
    (*request.mutable_container()->mutable_annotations())[kImageAnnotation] =
        std::string(image);
  }
  return request;
}

}  // namespace

bool FakeConnection::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const absl::string_view piece = bytes.substr(0, max_write_bytes_);
    if (!WriteBytes(socket_.get(), piece)) return false;
    bytes.remove_prefix(piece.size());
  }
  return true;
}

bool FakeConnection::SendMessage(uint32_t connection,
                                 absl::string_view message) {
  while (!message.empty()) {
    const absl::string_view piece = message.substr(0, max_frame_bytes_);
    if (!Send(MuxFrame(connection, piece))) return false;
    message.remove_prefix(piece.size());
  }
  return true;
}

uint32_t FakeConnection::StartCall(absl::string_view service,
                                   absl::string_view method,
                                   absl::string_view payload) {
  const uint32_t stream = next_stream_;
  next_stream_ += 2;
  SendMessage(kServed,
              TtrpcMessageBytes(stream, kTtrpcRequest,
                                RequestEnvelope(service, method, payload)));
  return stream;
}

std::optional<WireResponse> FakeConnection::ReadAnswer(uint32_t stream) {
  while (true) {
    const auto unread =
        std::find_if(unread_answers_.begin(), unread_answers_.end(),
                     [stream](const auto& m) { return m.stream == stream; });
    if (unread != unread_answers_.end()) {
      const std::string data = std::move(unread->data);
      unread_answers_.erase(unread);
      return ParseResponseEnvelope(data);
    }
    std::optional<WireMessage> message = reader_.Read(socket_.get());
    if (!message) return std::nullopt;
    if (message->connection == kServed && message->type == kTtrpcResponse) {
      unread_answers_.push_back(*std::move(message));
    }
  }
}

std::optional<WireResponse> FakeConnection::Call(absl::string_view method,
                                                 absl::string_view payload) {
  return ReadAnswer(StartCall(kPlugin, method, payload));
}

std::optional<wire::nri::RegisterPluginRequest> FakeConnection::ReadRegister() {
  const std::optional<WireMessage> message = reader_.Read(socket_.get());
  if (!message || message->connection != kCalled) return std::nullopt;
  const auto request = ParseRequestEnvelope(message->data);
  if (message->type != kTtrpcRequest || !request ||
      request->service != kRuntime || request->method != "RegisterPlugin") {
    return std::nullopt;
  }
  register_stream_ = message->stream;
  wire::nri::RegisterPluginRequest parsed;
  if (!parsed.ParseFromString(request->payload)) return std::nullopt;
  return parsed;
}

bool FakeConnection::AnswerWith(absl::string_view envelope) {
  return register_stream_ &&
         SendMessage(kCalled, TtrpcMessageBytes(*register_stream_,
                                                kTtrpcResponse, envelope));
}

bool FakeConnection::AnswerRegister() {
  return AnswerWith(ResponseEnvelope(""));
}

bool FakeConnection::RefuseRegister(uint32_t code, absl::string_view message) {
  return AnswerWith(ErrorEnvelope(code, message));
}

std::optional<int32_t> FakeConnection::Configure(absl::string_view name,
                                                 absl::string_view version) {
  wire::nri::ConfigureRequest request;
  request.set_runtime_name(std::string(name));
  request.set_runtime_version(std::string(version));
  request.set_registration_timeout(5000);
  request.set_request_timeout(2000);
  const auto response = ParsePayload<wire::nri::ConfigureResponse>(
      Call("Configure", request.SerializeAsString()));
  if (!response) return std::nullopt;
  return response->events();
}

std::optional<wire::nri::SynchronizeResponse> FakeConnection::Synchronize(
    const wire::nri::SynchronizeRequest& request) {
  return ParsePayload<wire::nri::SynchronizeResponse>(
      Call("Synchronize", request.SerializeAsString()));
}

std::optional<int32_t> FakeConnection::Establish(absl::string_view name,
                                                 absl::string_view version) {
  if (!ReadRegister() || !AnswerRegister()) return std::nullopt;
  const std::optional<int32_t> mask = Configure(name, version);
  if (!mask || !Synchronize({})) return std::nullopt;
  return mask;
}

std::optional<WireResponse> FakeConnection::Create(
    const wire::nri::CreateContainerRequest& request) {
  return Call("CreateContainer", request.SerializeAsString());
}

std::optional<WireResponse> FakeConnection::Validate(
    const wire::nri::ValidateContainerAdjustmentRequest& request) {
  return Call("ValidateContainerAdjustment", request.SerializeAsString());
}

bool FakeConnection::AwaitHangUp() {
  char buffer[4096];
  while (AwaitReadable(socket_.get())) {
    const ssize_t n = recv(socket_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno == ECONNRESET)) return true;
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
  }
  return false;
}

FakeRuntime::FakeRuntime(std::string socket_path)
    : path_(std::move(socket_path)) {
  Start();
}

FakeRuntime::~FakeRuntime() { Stop(); }

std::unique_ptr<FakeConnection> FakeRuntime::Accept() {
  if (!AwaitReadable(listener_.get())) return nullptr;
  UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.valid()) return nullptr;
  return std::make_unique<FakeConnection>(std::move(socket));
}

void FakeRuntime::Stop() {
  if (listener_.valid()) unlink(path_.c_str());
  Crash();
}

void FakeRuntime::Crash() { listener_.reset(); }

bool FakeRuntime::Start() {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  unlink(path_.c_str());
  listener_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0 &&
         listen(listener_.get(), 16) == 0;
}

std::pair<std::unique_ptr<FakeConnection>, UniqueFd> ConnectedPair() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return {};
  return {std::make_unique<FakeConnection>(UniqueFd(ends[0])),
          UniqueFd(ends[1])};
}

wire::nri::CreateContainerRequest CreateRequest(absl::string_view image) {
  return RequestFor<wire::nri::CreateContainerRequest>(image);
}

wire::nri::ValidateContainerAdjustmentRequest ValidateRequest(
    absl::string_view image) {
  return RequestFor<wire::nri::ValidateContainerAdjustmentRequest>(image);
}

}  // namespace pinwarden::testing
