// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/control_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "control/watch_metadata.h"
#include "pinwarden/quote.h"
#include "pinwarden/rpc.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/v1/control.grpc.pb.h"

namespace pinwarden {
namespace {

constexpr int kMaxResponseBytes = 16 << 20;
constexpr char kHandedOverUrl[] = "pinwarden/handed-over";
constexpr absl::Duration kAnswerTimeout = absl::Seconds(10);
constexpr absl::Duration kPollInterval = absl::Milliseconds(200);

std::chrono::system_clock::time_point Deadline(absl::Duration timeout) {
  return std::chrono::system_clock::now() +
         absl::ToChronoMicroseconds(std::min(timeout, absl::Hours(24)));
}

// As the peer sent it, unless that could act on a terminal.
std::string Printable(const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isprint(static_cast<unsigned char>(c));
  });
  return printable ? text : Quote(text);
}

absl::Status Explain(const absl::Status& connect, const std::string& path) {
  const std::string where = Quote(path);
  if (absl::IsPermissionDenied(connect)) {
    return absl::PermissionDeniedError(absl::StrCat(
        "this user may not open ", where,
        "; run as root, or as a member of the group that the socket is for"));
  }
  if (absl::IsNotFound(connect) || absl::IsUnavailable(connect)) {
    return absl::UnavailableError(
        absl::StrCat("no daemon answers on ", where,
                     absl::IsNotFound(connect) ? " (no such socket)" : "",
                     "; is pinwardend running? systemctl status pinwardend"));
  }
  return connect;
}

// `unimplemented` is what to do about a daemon that lacks the call.
absl::Status Explain(const grpc::Status& status, const std::string& path,
                     absl::string_view unimplemented) {
  if (status.ok()) return absl::OkStatus();
  const std::string where = Quote(path);
  const std::string message = Printable(status.error_message());
  if (status.error_details() == kHandedOverDetails) {
    absl::Status handed_over = absl::UnavailableError(message);
    handed_over.SetPayload(kHandedOverUrl, absl::Cord());
    return handed_over;
  }
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return absl::UnavailableError(
        absl::StrCat("the daemon on ", where, " went away: ", message,
                     "; see: systemctl status pinwardend"));
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError(
        absl::StrCat("the daemon on ", where,
                     " did not answer in time; see: journalctl -u pinwardend"));
  }
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return absl::UnimplementedError(
        absl::StrCat(where, " does not offer this call; ", unimplemented));
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      message);
}

// A connection for one call.
template <typename Service>
absl::StatusOr<std::unique_ptr<typename Service::Stub>> Connect(
    const std::string& path) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel =
      ConnectChannel(path, kMaxResponseBytes);
  if (!channel.ok()) return Explain(channel.status(), path);
  return Service::NewStub(*channel);
}

template <typename Service>
constexpr absl::string_view kUnimplemented =
    "is what listens there a pinwardend of this version?";
template <>
constexpr absl::string_view kUnimplemented<v1::Administration> =
    "as root, use the control socket; a daemon that is too old for it has to "
    "be restarted: systemctl restart pinwardend";

// One unary call: `method` of Service.
template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> Call(
    const std::string& path,
    grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                          Response*),
    const Request& request, absl::Duration timeout) {
  PW_ASSIGN_OR_RETURN(const auto service, Connect<Service>(path));
  grpc::ClientContext context;
  context.set_deadline(Deadline(timeout));
  Response response;
  PW_RETURN_IF_ERROR(
      Explain((service.get()->*method)(&context, request, &response), path,
              kUnimplemented<Service>));
  return response;
}

// One stream of decisions, read on the thread that calls Run().
class Watcher {
 public:
  using Each = std::function<bool(const v1::WatchDecisionsResponse&)>;

  Watcher(v1::Inspection::Stub* service,
          const v1::WatchDecisionsRequest& request,
          const std::function<bool()>& cancelled)
      : cancelled_(cancelled),
        reader_(
            service->AsyncWatchDecisions(&context_, request, &queue_, this)) {}

  // What gRPC still holds of ours has to come back before we go.
  ~Watcher() {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // OK when stopped by `each` or `cancelled`; else how the stream ended.
  grpc::Status Run(const Each& each, const std::function<void()>& subscribed) {
    Step step = Subscribe();
    if (step == Step::kDone && subscribed) subscribed();
    while (step == Step::kDone) {
      reader_->Read(&response_, this);
      step = Wait(absl::InfiniteFuture());
      if (step == Step::kDone && !each(response_)) return grpc::Status::OK;
    }
    if (step == Step::kEnded) {
      reader_->Finish(&status_, this);
      step = Wait(absl::Now() + kAnswerTimeout);
    }
    if (step == Step::kCancelled) return grpc::Status::OK;
    if (step == Step::kTooLate) {
      return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "");
    }
    return status_;
  }

 private:
  enum class Step { kDone, kEnded, kCancelled, kTooLate };

  // kDone once the daemon has said that we are subscribed. A refusal may start
  // with metadata too, but not with that.
  Step Subscribe() {
    const absl::Time limit = absl::Now() + kAnswerTimeout;
    Step step = Wait(limit);  // for the call to be sent
    if (step != Step::kDone) return step;
    reader_->ReadInitialMetadata(this);
    step = Wait(limit);
    if (step != Step::kDone) return step;
    const auto& metadata = context_.GetServerInitialMetadata();
    return metadata.count(kSubscribedKey) > 0 ? Step::kDone : Step::kEnded;
  }

  // Waits for the operation under way.
  Step Wait(absl::Time limit) {
    while (true) {
      if (cancelled_ && cancelled_()) return Step::kCancelled;
      void* tag = nullptr;
      bool ok = false;
      const auto next = queue_.AsyncNext(&tag, &ok, Deadline(kPollInterval));
      if (next == grpc::CompletionQueue::GOT_EVENT) {
        return ok ? Step::kDone : Step::kEnded;
      }
      if (absl::Now() > limit) return Step::kTooLate;
    }
  }

  const std::function<bool()>& cancelled_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  // gRPC writes to these until the operation that names them comes back.
  v1::WatchDecisionsResponse response_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::WatchDecisionsResponse>> reader_;
};

}  // namespace

ControlClient::ControlClient(const std::string& socket_path)
    : path_(socket_path) {}

absl::StatusOr<v1::GetStatusResponse> ControlClient::GetStatus(
    absl::Duration timeout) const {
  return Call<v1::Inspection>(path_, &v1::Inspection::Stub::GetStatus,
                              v1::GetStatusRequest(), timeout);
}

absl::StatusOr<v1::CheckResponse> ControlClient::Check(
    const v1::CheckRequest& request, absl::Duration timeout) const {
  return Call<v1::Inspection>(path_, &v1::Inspection::Stub::Check, request,
                              timeout);
}

absl::StatusOr<v1::ReloadResponse> ControlClient::Reload(
    absl::Duration timeout) const {
  return Call<v1::Administration>(path_, &v1::Administration::Stub::Reload,
                                  v1::ReloadRequest(), timeout);
}

absl::StatusOr<v1::HandoverResponse> ControlClient::Handover(
    absl::Duration timeout) const {
  return Call<v1::Administration>(path_, &v1::Administration::Stub::Handover,
                                  v1::HandoverRequest(), timeout);
}

absl::StatusOr<v1::BreakGlassStatus> ControlClient::BreakGlass(
    const v1::BreakGlassRequest& request, absl::Duration timeout) const {
  return Call<v1::Administration>(path_, &v1::Administration::Stub::BreakGlass,
                                  request, timeout);
}

absl::StatusOr<v1::BreakGlassStatus> ControlClient::EndBreakGlass(
    const v1::EndBreakGlassRequest& request, absl::Duration timeout) const {
  return Call<v1::Administration>(
      path_, &v1::Administration::Stub::EndBreakGlass, request, timeout);
}

absl::Status ControlClient::ReadLedger(
    const v1::ReadLedgerRequest& request,
    const std::function<bool(const v1::ReadLedgerResponse&)>& each,
    absl::Duration timeout) const {
  PW_ASSIGN_OR_RETURN(const auto service, Connect<v1::Inspection>(path_));
  grpc::ClientContext context;
  context.set_deadline(Deadline(timeout));
  const auto reader = service->ReadLedger(&context, request);
  v1::ReadLedgerResponse part;
  bool stopped = false;
  while (!stopped && reader->Read(&part)) stopped = !each(part);
  if (stopped) context.TryCancel();
  const grpc::Status status = reader->Finish();
  return stopped ? absl::OkStatus()
                 : Explain(status, path_, kUnimplemented<v1::Inspection>);
}

absl::Status ControlClient::Watch(
    const v1::WatchDecisionsRequest& request,
    const std::function<bool(const v1::WatchDecisionsResponse&)>& each,
    const std::function<bool()>& cancelled,
    const std::function<void()>& subscribed) const {
  PW_ASSIGN_OR_RETURN(const auto service, Connect<v1::Inspection>(path_));
  Watcher watcher(service.get(), request, cancelled);
  return Explain(watcher.Run(each, subscribed), path_,
                 kUnimplemented<v1::Inspection>);
}

bool IsHandedOver(const absl::Status& status) {
  return status.GetPayload(kHandedOverUrl).has_value();
}

}  // namespace pinwarden
