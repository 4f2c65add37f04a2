// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_INSPECTION_SERVICE_H_
#define PINWARDEN_SRC_CONTROL_INSPECTION_SERVICE_H_

#include <cstddef>

#include "control/ledger_stream.h"
#include "control/watch_stream.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/control_server.h"
#include "pinwarden/engine.h"
#include "pinwarden/v1/control.grpc.pb.h"

namespace pinwarden {

// The calls that change nothing. One for each server. Thread-safe.
class InspectionService final : public v1::Inspection::CallbackService {
 public:
  // All three must outlive the service, which takes at most `most_watchers`.
  InspectionService(const Engine& engine, Broadcast& decisions,
                    const ControlHooks& hooks, size_t most_watchers)
      : engine_(engine), hooks_(hooks), streams_(decisions, most_watchers) {}

  // Ends the streams, and those that are still to come. The first `why` counts.
  void Stop(const grpc::Status& why) {
    streams_.EndAll(why);
    ledgers_.EndAll(why);
  }

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const v1::CheckRequest* request,
                                  v1::CheckResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchDecisionsResponse>* WatchDecisions(
      grpc::CallbackServerContext* context,
      const v1::WatchDecisionsRequest* request) override;
  LedgerReactor* ReadLedger(grpc::CallbackServerContext* context,
                            const v1::ReadLedgerRequest* request) override;

 private:
  const Engine& engine_;
  const ControlHooks& hooks_;
  WatchStreams streams_;
  LedgerStreams ledgers_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_INSPECTION_SERVICE_H_
