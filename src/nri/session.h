// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_SESSION_H_
#define PINWARDEN_SRC_NRI_SESSION_H_

#include <array>
#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "nri.pb.h"
#include "nri/protocol.h"
#include "nri/synchronize.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/runtime_info.h"
#include "pinwarden/trunk.h"

namespace pinwarden {

// Answers the calls that a runtime makes on one connection: bytes of a message
// in, bytes of a message or an error out. Knows no sockets.
//
// To the runtime an error refuses the container, while a dropped connection
// lets it run. So whatever is wrong with a call is answered with an error, and
// only bytes that are no call end the connection (see Trunk).
class NriSession {
 public:
  enum class Stage { kConnected, kConfigured, kSynchronizing, kRegistered };

  struct Options {
    bool ask_validate = true;  // where the runtime knows it
    std::function<absl::Time()> clock = absl::Now;
  };

  // Applies a change to the plugin's statistics.
  using UpdateStats = std::function<void(absl::FunctionRef<void(NriStats&)>)>;

  // `handler` must outlive the session.
  NriSession(NriHandler& handler, UpdateStats update, Options options);

  NriSession(const NriSession&) = delete;
  NriSession& operator=(const NriSession&) = delete;

  CallResult Serve(const IncomingCall& call);

  Stage stage() const { return stage_; }
  NriEvents events() const { return events_; }

  // Not OK once the runtime will never ask about containers on this connection,
  // though it may keep it open. To be closed when the answer is sent.
  const absl::Status& broken() const { return broken_; }

 private:
  template <typename Message>
  absl::StatusOr<Message*> Parse(absl::string_view payload);
  absl::Status Reject(absl::Status error);

  CallResult Dispatch(const IncomingCall& call);
  CallResult Configure(absl::string_view payload);
  CallResult Synchronize(absl::string_view payload);
  CallResult Create(absl::string_view payload);
  CallResult Validate(absl::string_view payload);
  template <typename Request>
  absl::StatusOr<NriAnswer> Judge(absl::string_view payload, NriEvents asked);
  void FinishSynchronize();

  NriHandler& handler_;
  const UpdateStats update_;
  const Options options_;

  Stage stage_ = Stage::kConnected;
  NriEvents events_ = NriEvents::kNone;
  RuntimeInfo runtime_;
  absl::Duration request_timeout_ = kDefaultRequestTimeout;
  absl::Time synchronize_started_;
  SynchronizeJoin join_;
  absl::Status broken_;

  // Request messages live here during a call. The usual one fits the block.
  std::array<char, 32 << 10> block_;
  google::protobuf::Arena arena_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_SESSION_H_
