// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/session.h"

#include <malloc.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

using google::protobuf::Arena;

// Events that need no answer from us. Not subscribed to, but a runtime may send
// more than it was asked for.
constexpr absl::string_view kIgnoredMethods[] = {
    "StateChange",         "RunPodSandbox",
    "UpdatePodSandbox",    "PostUpdatePodSandbox",
    "StopPodSandbox",      "RemovePodSandbox",
    "PostCreateContainer", "StartContainer",
    "PostStartContainer",  "UpdateContainer",
    "PostUpdateContainer", "StopContainer",
    "RemoveContainer",     "Shutdown",
};

bool IsIgnored(absl::string_view method) {
  return std::find(std::begin(kIgnoredMethods), std::end(kIgnoredMethods),
                   method) != std::end(kIgnoredMethods);
}

google::protobuf::ArenaOptions StartingWith(char* block, size_t size) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = size;
  return options;
}

int32_t MaskOf(NriEvents events) {
  switch (events) {
    case NriEvents::kNone:
    case NriEvents::kCreate:
      break;
    case NriEvents::kValidate:
      return kValidateAdjustmentBit;
  }
  return kCreateContainerBit;
}

std::string RefusalText(const NriAnswer& answer) {
  if (answer.refusal.empty()) return "pinwarden: container refused";
  return ToValidUtf8(answer.refusal, kMaxRefusalBytes);
}

}  // namespace

NriSession::NriSession(NriHandler& handler, UpdateStats update, Options options)
    : handler_(handler),
      update_(std::move(update)),
      options_(std::move(options)),
      arena_(StartingWith(block_.data(), block_.size())) {}

CallResult NriSession::Serve(const IncomingCall& call) {
  const absl::Cleanup reset = [this] { arena_.Reset(); };
  return Dispatch(call);
}

CallResult NriSession::Dispatch(const IncomingCall& call) {
  if (call.service != kPluginService) {
    return absl::UnimplementedError("pinwarden: not a service of this plugin");
  }
  if (call.method == "CreateContainer") return Create(call.payload);
  if (call.method == "ValidateContainerAdjustment") {
    return Validate(call.payload);
  }
  if (call.method == "Configure") return Configure(call.payload);
  if (call.method == "Synchronize") return Synchronize(call.payload);
  if (IsIgnored(call.method)) return std::string();
  return absl::UnimplementedError("pinwarden: not a method of this plugin");
}

template <typename Message>
absl::StatusOr<Message*> NriSession::Parse(absl::string_view payload) {
  auto* message = Arena::CreateMessage<Message>(&arena_);
  // Trunk passes nothing longer than kMaxTtrpcDataBytes.
  if (!message->ParseFromArray(payload.data(),
                               static_cast<int>(payload.size()))) {
    return Reject(absl::InvalidArgumentError(
        "pinwarden: the request's message does not parse"));
  }
  return message;
}

absl::Status NriSession::Reject(absl::Status error) {
  update_([](NriStats& stats) { ++stats.protocol_errors; });
  return error;
}

CallResult NriSession::Configure(absl::string_view payload) {
  PW_ASSIGN_OR_RETURN(const wire::nri::ConfigureRequest* request,
                      Parse<wire::nri::ConfigureRequest>(payload));
  runtime_ =
      IdentifyRuntime(request->runtime_name(), request->runtime_version());
  events_ = options_.ask_validate && SupportsValidate(runtime_)
                ? NriEvents::kValidate
                : NriEvents::kCreate;
  if (request->request_timeout() > 0) {
    request_timeout_ = absl::Milliseconds(request->request_timeout());
  }
  if (stage_ == Stage::kConnected) stage_ = Stage::kConfigured;
  const absl::Duration registration =
      absl::Milliseconds(request->registration_timeout());
  const absl::Duration limit = absl::Milliseconds(request->request_timeout());
  update_([&](NriStats& stats) {
    stats.runtime = runtime_;
    stats.events = events_;
    stats.registration_timeout = registration;
    stats.request_timeout = limit;
  });
  wire::nri::ConfigureResponse response;
  response.set_events(MaskOf(events_));
  return response.SerializeAsString();
}

CallResult NriSession::Synchronize(absl::string_view payload) {
  if (stage_ != Stage::kSynchronizing) synchronize_started_ = options_.clock();
  absl::StatusOr<wire::nri::SynchronizeRequest*> request =
      Parse<wire::nri::SynchronizeRequest>(payload);
  if (!request.ok()) return broken_ = request.status();
  stage_ = Stage::kSynchronizing;

  uint64_t found = 0;
  const absl::Status added =
      join_.Add(**request, [&](const wire::nri::PodSandbox* pod,
                               const wire::nri::Container& container) {
        ++found;
        handler_.Existing({runtime_, pod, container});
      });
  update_([found](NriStats& stats) { stats.synchronized_containers += found; });
  if (!added.ok()) return broken_ = Reject(added);

  wire::nri::SynchronizeResponse response;
  response.set_more((*request)->more());
  if (!response.more()) FinishSynchronize();
  return response.SerializeAsString();
}

void NriSession::FinishSynchronize() {
  // A host's worth of containers came through here: give the memory back.
  arena_.Reset();
  malloc_trim(0);

  const absl::Time now = options_.clock();
  if (now - synchronize_started_ > request_timeout_) {
    // The runtime stopped waiting. Up to nri 0.11 it would keep the connection
    // and never ask us anything.
    broken_ = absl::DeadlineExceededError(absl::StrCat(
        "Synchronize took ", absl::FormatDuration(now - synchronize_started_),
        ", over the runtime's limit of ",
        absl::FormatDuration(request_timeout_)));
    return;
  }
  stage_ = Stage::kRegistered;
  update_([now](NriStats& stats) {
    stats.registered = true;
    stats.registered_since = now;
  });
}

CallResult NriSession::Create(absl::string_view payload) {
  PW_ASSIGN_OR_RETURN(
      const NriAnswer answer,
      Judge<wire::nri::CreateContainerRequest>(payload, NriEvents::kCreate));
  // The empty CreateContainerResponse: nothing to adjust.
  if (answer.admit) return std::string();
  return absl::PermissionDeniedError(RefusalText(answer));
}

CallResult NriSession::Validate(absl::string_view payload) {
  PW_ASSIGN_OR_RETURN(const NriAnswer answer,
                      Judge<wire::nri::ValidateContainerAdjustmentRequest>(
                          payload, NriEvents::kValidate));
  wire::nri::ValidateContainerAdjustmentResponse response;
  if (!answer.admit) {
    response.set_reject(true);
    response.set_reason(RefusalText(answer));
  }
  return response.SerializeAsString();
}

template <typename Request>
absl::StatusOr<NriAnswer> NriSession::Judge(absl::string_view payload,
                                            NriEvents asked) {
  PW_ASSIGN_OR_RETURN(const Request* request, Parse<Request>(payload));
  if (!request->has_container()) {
    return Reject(absl::InvalidArgumentError(
        "pinwarden: the request names no container"));
  }
  const wire::nri::PodSandbox* pod =
      request->has_pod() ? &request->pod() : nullptr;
  NriAnswer answer =
      handler_.Admit({runtime_, pod, request->container()}, asked);
  update_([](NriStats& stats) { ++stats.requests; });
  return answer;
}

}  // namespace pinwarden
