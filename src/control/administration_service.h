// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_ADMINISTRATION_SERVICE_H_
#define PINWARDEN_SRC_CONTROL_ADMINISTRATION_SERVICE_H_

#include <utility>

#include "control/grpc_status.h"
#include "pinwarden/control_server.h"
#include "pinwarden/v1/control.grpc.pb.h"

namespace pinwarden {

// The calls that change something. Only on control.sock. Thread-safe.
class AdministrationService final : public v1::Administration::CallbackService {
 public:
  // `hooks` must outlive the service.
  explicit AdministrationService(const ControlHooks& hooks) : hooks_(hooks) {}

  grpc::ServerUnaryReactor* Reload(grpc::CallbackServerContext* context,
                                   const v1::ReloadRequest*,
                                   v1::ReloadResponse* response) override {
    *response = hooks_.reload();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* Handover(grpc::CallbackServerContext* context,
                                     const v1::HandoverRequest*,
                                     v1::HandoverResponse* response) override {
    auto* const reactor = context->DefaultReactor();
    if (!hooks_.handover) {
      reactor->Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
      return reactor;
    }
    hooks_.handover(
        [reactor, response](const absl::StatusOr<v1::HandoverResponse>& done) {
          if (done.ok()) *response = *done;
          reactor->Finish(ToGrpcStatus(done.status()));
        });
    return reactor;
  }

  grpc::ServerUnaryReactor* BreakGlass(
      grpc::CallbackServerContext* context,
      const v1::BreakGlassRequest* request,
      v1::BreakGlassStatus* response) override {
    return Answer(context, hooks_.break_glass, *request, response);
  }

  grpc::ServerUnaryReactor* EndBreakGlass(
      grpc::CallbackServerContext* context,
      const v1::EndBreakGlassRequest* request,
      v1::BreakGlassStatus* response) override {
    return Answer(context, hooks_.end_break_glass, *request, response);
  }

 private:
  template <typename Hook, typename Request, typename Response>
  static grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                          const Hook& hook,
                                          const Request& request,
                                          Response* response) {
    auto* const reactor = context->DefaultReactor();
    if (!hook) {
      reactor->Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
      return reactor;
    }
    absl::StatusOr<Response> answer = hook(request);
    if (answer.ok()) *response = *std::move(answer);
    reactor->Finish(ToGrpcStatus(answer.status()));
    return reactor;
  }

  const ControlHooks& hooks_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_ADMINISTRATION_SERVICE_H_
