// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/connection.h"

#include <sys/socket.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "nri.pb.h"
#include "nri/protocol.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxQuotedBytes = 256;

// Ends Trunk::Run() once what has arrived is answered.
void StopReading(int socket) { shutdown(socket, SHUT_RD); }

}  // namespace

NriConnection::NriConnection(UniqueFd socket, Options options,
                             NriHandler& handler,
                             NriSession::UpdateStats update,
                             std::function<void()> registered)
    : options_(std::move(options)),
      on_registered_(std::move(registered)),
      fd_(socket.get()),
      session_(handler, std::move(update),
               {.ask_validate = options_.ask_validate}),
      trunk_(std::move(socket),
             {.serve = kPluginConnection, .call = kRuntimeConnection},
             [this](const IncomingCall& call) { return Serve(call); }),
      deadline_(fd_, options_.registration_timeout) {}

absl::Status NriConnection::Run(const StopEvent& stop) {
  absl::Status status = Register();
  if (status.ok()) status = trunk_.Run(stop, options_.heartbeat);
  const bool in_time = deadline_.Disarm();
  return status.ok() ? status : WhyEnded(status, in_time);
}

absl::Status NriConnection::Register() {
  wire::nri::RegisterPluginRequest request;
  request.set_plugin_name(options_.name);
  request.set_plugin_idx(options_.index);
  return trunk_.Call(kRuntimeService, "RegisterPlugin",
                     request.SerializeAsString(),
                     [this](const CallResult& answer) {
                       if (answer.ok()) return;
                       refusal_ = absl::FailedPreconditionError(absl::StrCat(
                           "the runtime refused to register ",
                           Quote(options_.name, kMaxQuotedBytes), ": ",
                           Quote(answer.status().message(), kMaxQuotedBytes)));
                       StopReading(fd_);
                     });
}

CallResult NriConnection::Serve(const IncomingCall& call) {
  CallResult result = session_.Serve(call);
  if (!session_.broken().ok()) {
    StopReading(fd_);
  } else if (!registered_ &&
             session_.stage() == NriSession::Stage::kRegistered &&
             deadline_.Disarm()) {
    registered_ = true;
    on_registered_();
  }
  return result;
}

// Sorts out the ends that look alike to the trunk: it only sees an end of file.
absl::Status NriConnection::WhyEnded(const absl::Status& status, bool in_time) {
  if (!in_time) {
    return absl::DeadlineExceededError(
        absl::StrCat("the runtime did not register us within ",
                     absl::FormatDuration(options_.registration_timeout)));
  }
  if (!refusal_.ok()) return refusal_;
  if (!session_.broken().ok()) return session_.broken();
  if (absl::IsUnavailable(status) &&
      session_.stage() == NriSession::Stage::kConfigured &&
      session_.events() == NriEvents::kValidate) {
    refused_validate_ = true;
    return absl::UnavailableError(
        "the runtime hung up when asked for ValidateContainerAdjustment; "
        "asking for CreateContainer next");
  }
  return status;
}

}  // namespace pinwarden
