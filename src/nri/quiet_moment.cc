// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/quiet_moment.h"

#include <sys/socket.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nri.pb.h"
#include "nri/protocol.h"
#include "nri/socket_deadline.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/trunk.h"
#include "pinwarden/unix_socket.h"

namespace pinwarden {
namespace {

constexpr char kIndex[] = "10";
constexpr size_t kMaxQuotedBytes = 256;

// The runtime has our answer, but not yet done what follows from it. It must
// not find that we have hung up before.
constexpr absl::Duration kStay = absl::Milliseconds(200);

// One registration, from its first call to its end.
class Visit {
 public:
  Visit(UniqueFd socket, absl::Duration limit,
        const std::function<void()>& action)
      : fd_(socket.get()),
        limit_(limit),
        action_(action),
        trunk_(std::move(socket),
               {.serve = kPluginConnection, .call = kRuntimeConnection},
               [this](const IncomingCall& call) { return Serve(call); }),
        deadline_(std::make_unique<SocketDeadline>(fd_, limit)) {}

  absl::Status Run() {
    PW_RETURN_IF_ERROR(Register());
    const StopEvent never;
    const absl::Status ended = trunk_.Run(never);
    const bool in_time = deadline_->Disarm();
    if (acted_) return absl::OkStatus();
    if (!in_time) {
      return absl::DeadlineExceededError(
          absl::StrCat("the runtime did not synchronise us within ",
                       absl::FormatDuration(limit_)));
    }
    return refusal_.ok() ? ended : refusal_;
  }

 private:
  absl::Status Register() {
    wire::nri::RegisterPluginRequest request;
    request.set_plugin_name(kQuietMomentPlugin);
    request.set_plugin_idx(kIndex);
    return trunk_.Call(
        kRuntimeService, "RegisterPlugin", request.SerializeAsString(),
        [this](const CallResult& answer) {
          if (answer.ok()) return;
          refusal_ = absl::FailedPreconditionError(absl::StrCat(
              "the runtime refused to register ", kQuietMomentPlugin, ": ",
              Quote(answer.status().message(), kMaxQuotedBytes)));
          shutdown(fd_, SHUT_RD);
        });
  }

  CallResult Serve(const IncomingCall& call) {
    if (call.service == kPluginService) {
      if (call.method == "Configure") return Configure();
      if (call.method == "Synchronize") return Synchronize(call.payload);
      if (call.method == "RemoveContainer") return std::string();
    }
    return absl::UnimplementedError("pinwarden: this plugin is leaving");
  }

  static CallResult Configure() {
    wire::nri::ConfigureResponse response;
    response.set_events(kRemoveContainerBit);
    return response.SerializeAsString();
  }

  CallResult Synchronize(absl::string_view payload) {
    wire::nri::SynchronizeRequest request;
    if (!request.ParseFromArray(payload.data(),
                                static_cast<int>(payload.size()))) {
      return absl::InvalidArgumentError(
          "pinwarden: the request's message does not parse");
    }
    wire::nri::SynchronizeResponse response;
    response.set_more(request.more());
    if (!request.more() && !acted_ && deadline_->Disarm()) {
      acted_ = true;
      action_();
      deadline_ = std::make_unique<SocketDeadline>(fd_, kStay);
    }
    return response.SerializeAsString();
  }

  const int fd_;  // owned by trunk_
  const absl::Duration limit_;
  const std::function<void()>& action_;
  bool acted_ = false;
  absl::Status refusal_;
  Trunk trunk_;
  std::unique_ptr<SocketDeadline> deadline_;  // gone before trunk_
};

}  // namespace

absl::Status InQuietMoment(const std::string& socket_path, absl::Duration limit,
                           const std::function<void()>& action) {
  PW_ASSIGN_OR_RETURN(UniqueFd socket, ConnectUnix(socket_path));
  return Visit(std::move(socket), limit, action).Run();
}

}  // namespace pinwarden
