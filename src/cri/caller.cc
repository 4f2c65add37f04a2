// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cri/caller.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "pinwarden/quote.h"
#include "pinwarden/rpc.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr int kMaxAnswerBytes = 4 << 20;
constexpr size_t kMaxQuotedBytes = 256;

// What gRPC makes of an answer that is not the message it should be; its code
// would say that the runtime lacks the call.
constexpr absl::string_view kNoMessage =
    "No message returned for unary request";

}  // namespace

absl::Status Caller::Call(absl::string_view name, absl::Duration timeout,
                          const Method& method) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    PW_ASSIGN_OR_RETURN(const Use use, Connection());
    const grpc::Status status = Try(*use.services, deadline, method);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
      return Explain(name, timeout, status);
    }
    Forget(use.services);
    if (use.made) return Explain(name, timeout, status);
  }
}

absl::StatusOr<Caller::Use> Caller::Connection() {
  MutexLock lock(mu_);
  if (cancelled_) return absl::CancelledError("no more calls are made");
  if (services_ != nullptr) return Use{services_};
  const auto channel = ConnectChannel(socket_, kMaxAnswerBytes);
  if (!channel.ok()) {
    return absl::UnavailableError(channel.status().message());
  }
  auto services = std::make_shared<Services>();
  services->runtime = runtime::v1::RuntimeService::NewStub(*channel);
  services->images = runtime::v1::ImageService::NewStub(*channel);
  services_ = services;
  return Use{std::move(services), /*made=*/true};
}

void Caller::Forget(const std::shared_ptr<Services>& services) {
  MutexLock lock(mu_);
  if (services_ == services) services_ = nullptr;
}

grpc::Status Caller::Try(Services& services, absl::Time deadline,
                         const Method& method) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  {
    MutexLock lock(mu_);
    under_way_.insert(&context);
    if (cancelled_) context.TryCancel();
  }
  const grpc::Status status = method(services, &context);
  MutexLock lock(mu_);
  under_way_.erase(&context);
  return status;
}

void Caller::Cancel() {
  MutexLock lock(mu_);
  cancelled_ = true;
  for (grpc::ClientContext* context : under_way_) context->TryCancel();
}

absl::Status Caller::Explain(absl::string_view name, absl::Duration timeout,
                             const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  const std::string where = absl::StrCat(name, " on ", Quote(socket_));
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError(absl::StrCat(
        "no answer to ", where, " within ", absl::FormatDuration(timeout)));
  }
  if (status.error_message() == kNoMessage) {
    return absl::InternalError(
        absl::StrCat("the answer to ", where, " cannot be read"));
  }
  return absl::Status(
      static_cast<absl::StatusCode>(status.error_code()),
      absl::StrCat(where, ": ",
                   Quote(status.error_message(), kMaxQuotedBytes)));
}

}  // namespace pinwarden
