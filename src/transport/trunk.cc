// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/trunk.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "transport/bytes.h"
#include "transport/socket_io.h"
#include "ttrpc.pb.h"

namespace pinwarden {
namespace {

constexpr size_t kReadBytes = 64 << 10;

// Between two looks at the stop event, where the peer never pauses.
constexpr int kMaxReadsPerWait = 64;

constexpr int kMaxStatusCode = 16;  // UNAUTHENTICATED, the last that gRPC has

// Sets `response` to say `status`. gRPC, ttRPC and absl number the codes alike.
void SetError(const absl::Status& status, wire::ttrpc::Response* response) {
  response->mutable_status()->set_code(static_cast<int>(status.code()));
  response->mutable_status()->set_message(
      ToValidUtf8(status.message(), kMaxStatusMessageBytes));
}

absl::Status FromPeer(const wire::ttrpc::Status& status) {
  const bool known = status.code() > 0 && status.code() <= kMaxStatusCode;
  return absl::Status(known ? static_cast<absl::StatusCode>(status.code())
                            : absl::StatusCode::kUnknown,
                      ToValidUtf8(status.message(), kMaxStatusMessageBytes));
}

}  // namespace

struct Trunk::Scratch {
  wire::ttrpc::Request incoming;
  wire::ttrpc::Response response;
  std::string envelope;  // being sent: the data of a ttRPC message,
  std::string message;   // that message,
  std::string frames;    // and the frames that carry it
  char read[kReadBytes];
};

Trunk::Trunk(UniqueFd socket, Connections connections, Server server,
             absl::Duration max_write_stall)
    : socket_(std::move(socket)),
      connections_(connections),
      server_(std::move(server)),
      max_write_stall_(max_write_stall),
      // Not make_unique, which would touch every page of `read`.
      scratch_(new Scratch) {}

Trunk::~Trunk() = default;

absl::Status Trunk::Call(absl::string_view service, absl::string_view method,
                         absl::string_view payload, Done done) {
  wire::ttrpc::Request request;
  request.set_service(service.data(), service.size());
  request.set_method(method.data(), method.size());
  request.set_payload(payload.data(), payload.size());
  if (request.ByteSizeLong() > kMaxSentTtrpcDataBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a call of ", request.ByteSizeLong(), " bytes"));
  }
  request.SerializeToString(&scratch_->envelope);
  const uint32_t stream = next_stream_;
  next_stream_ += 2;
  PW_RETURN_IF_ERROR(Send(connections_.call, stream, TtrpcType::kRequest));
  waiting_.emplace(stream, std::move(done));
  return absl::OkStatus();
}

absl::Status Trunk::AwaitBytes(Heartbeat* heartbeat) const {
  const absl::Duration slice =
      heartbeat == nullptr ? absl::InfiniteDuration() : Heartbeat::kInterval;
  while (true) {
    absl::Status status =
        WaitFor(socket_.get(), SocketEvent::kReadable, stop_, slice);
    if (heartbeat != nullptr) heartbeat->Beat();
    if (!absl::IsDeadlineExceeded(status)) return status;
  }
}

absl::Status Trunk::Run(const StopEvent& stop, Heartbeat* heartbeat) {
  stop_ = &stop;
  absl::Status status = broken_;
  while (status.ok()) {
    status = AwaitBytes(heartbeat);
    if (absl::IsCancelled(status)) {
      // A peer left without the answer that it waits for lets the container
      // run, so what it has asked already is answered, if it can be.
      ServeArrived().IgnoreError();
    } else if (status.ok()) {
      status = ServeArrived();
    }
  }
  stop_ = nullptr;
  return absl::IsCancelled(status) ? absl::OkStatus() : status;
}

// Reads and serves until nothing is left to be read, or nothing is to be
// expected: a peer that has sent a whole message waits for the answer.
absl::Status Trunk::ServeArrived() {
  for (int i = 0; i < kMaxReadsPerWait; ++i) {
    PW_ASSIGN_OR_RETURN(
        const size_t n,
        ReadSome(socket_.get(), absl::MakeSpan(scratch_->read, kReadBytes)));
    if (n == 0) break;
    PW_RETURN_IF_ERROR(Feed(absl::string_view(scratch_->read, n)));
    PW_RETURN_IF_ERROR(broken_);
    if (mux_.idle() && served_.idle() && answers_.idle()) break;
  }
  return absl::OkStatus();
}

absl::Status Trunk::Feed(absl::string_view bytes) {
  return mux_.Feed(bytes, [this](uint32_t connection, absl::string_view piece) {
    if (connection == connections_.serve) {
      return served_.Feed(piece, [this](const TtrpcMessage& message) {
        return HandleServed(message);
      });
    }
    if (connection == connections_.call) {
      return answers_.Feed(piece, [this](const TtrpcMessage& message) {
        return HandleAnswer(message);
      });
    }
    return absl::OkStatus();  // of a connection that nobody opened
  });
}

absl::Status Trunk::HandleServed(const TtrpcMessage& message) {
  // What streams send; the request that opened one was answered as an error.
  if (message.type != TtrpcType::kRequest) return absl::OkStatus();
  absl::Status status =
      Reply(connections_.serve, message.stream, Serve(message));
  if (message.data.size() > kMaxKeptBufferBytes) {
    scratch_->incoming = wire::ttrpc::Request();
  }
  return status;
}

CallResult Trunk::Serve(const TtrpcMessage& message) {
  if (message.stream % 2 == 0) {
    return absl::InvalidArgumentError("the stream id of a call must be odd");
  }
  if (message.stream <= last_served_stream_) {
    return absl::InvalidArgumentError("the stream ids of calls must rise");
  }
  last_served_stream_ = message.stream;
  if (message.oversized) {
    return absl::ResourceExhaustedError(
        absl::StrCat("request longer than ", kMaxTtrpcDataBytes, " bytes"));
  }
  if (message.flags != 0) {
    return absl::UnimplementedError("streaming calls are not served");
  }
  wire::ttrpc::Request& call = scratch_->incoming;
  if (!call.ParseFromArray(message.data.data(),
                           static_cast<int>(message.data.size()))) {
    return absl::InvalidArgumentError("the ttRPC request does not parse");
  }
  return server_({call.service(), call.method(), call.payload()});
}

absl::Status Trunk::Reply(uint32_t connection, uint32_t stream,
                          CallResult result) {
  wire::ttrpc::Response& response = scratch_->response;
  response.Clear();
  if (result.ok()) {
    response.mutable_payload()->swap(*result);
  } else {
    SetError(result.status(), &response);
  }
  if (response.ByteSizeLong() > kMaxSentTtrpcDataBytes) {
    const auto error = absl::ResourceExhaustedError(
        absl::StrCat("an answer of ", response.ByteSizeLong(), " bytes"));
    response.Clear();
    SetError(error, &response);
  }
  response.SerializeToString(&scratch_->envelope);
  if (response.payload().capacity() > kMaxKeptBufferBytes) {
    Recycle(response.mutable_payload());
  }
  return Send(connection, stream, TtrpcType::kResponse);
}

absl::Status Trunk::HandleAnswer(const TtrpcMessage& message) {
  if (message.type == TtrpcType::kRequest) {
    return Reply(
        connections_.call, message.stream,
        absl::UnimplementedError("no calls are served on this connection"));
  }
  const auto waiting = waiting_.find(message.stream);
  if (message.type != TtrpcType::kResponse || waiting == waiting_.end()) {
    return absl::OkStatus();
  }
  const Done done = std::move(waiting->second);
  waiting_.erase(waiting);  // `done` may make a call
  if (done) done(ParseAnswer(message));
  return absl::OkStatus();
}

CallResult Trunk::ParseAnswer(const TtrpcMessage& message) {
  if (message.oversized) {
    return absl::ResourceExhaustedError(
        absl::StrCat("answer longer than ", kMaxTtrpcDataBytes, " bytes"));
  }
  wire::ttrpc::Response response;
  if (!response.ParseFromArray(message.data.data(),
                               static_cast<int>(message.data.size()))) {
    return absl::DataLossError("the ttRPC response does not parse");
  }
  if (response.status().code() != 0) return FromPeer(response.status());
  return std::move(*response.mutable_payload());
}

// Sends scratch_->envelope, in one write if the peer takes it.
absl::Status Trunk::Send(uint32_t connection, uint32_t stream, TtrpcType type) {
  PW_RETURN_IF_ERROR(broken_);
  Scratch& s = *scratch_;
  AppendTtrpcMessage(stream, type, s.envelope, &s.message);
  AppendMuxFrames(connection, s.message, &s.frames);
  broken_ = WriteAll(socket_.get(), s.frames, stop_, max_write_stall_);
  Recycle(&s.envelope);
  Recycle(&s.message);
  Recycle(&s.frames);
  return broken_;
}

}  // namespace pinwarden
