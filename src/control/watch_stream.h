// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_WATCH_STREAM_H_
#define PINWARDEN_SRC_CONTROL_WATCH_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "pinwarden/broadcast.h"
#include "pinwarden/mutex.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// One call of WatchDecisions. At most one write is under way; while a slow
// reader keeps it from ending, decisions wait in the subscription, and are lost
// there when it is full. Nothing here waits for anything.
//
// gRPC's reactions and the publisher's `ready` both come to Advance(), which
// takes one step if one can be taken. Operations are started with no lock held:
// gRPC may run a reaction before the call that started it returns.
class WatchStream final
    : public grpc::ServerWriteReactor<v1::WatchDecisionsResponse> {
 public:
  using Done = std::function<void(const WatchStream*)>;

  // Null when `decisions` takes no more readers. `done` is the last thing that
  // is called; until then somebody has to keep the stream.
  static std::shared_ptr<WatchStream> Create(Broadcast& decisions,
                                             Subscription::Filter filter,
                                             Done done);

  // Tells the client at once that it is subscribed.
  void Start() ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the call when the write under way is done. The first status counts.
  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mu_);

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mu_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mu_);
  void OnDone() override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit WatchStream(Done done) : done_(std::move(done)) {}
  void Advance() ABSL_LOCKS_EXCLUDED(mu_);

  const Done done_;
  Mutex mu_;
  std::shared_ptr<Subscription> subscription_ ABSL_GUARDED_BY(mu_);
  bool started_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  // Belongs to gRPC while `writing_`.
  v1::WatchDecisionsResponse response_;
};

// The streams of one server. Thread-safe.
class WatchStreams {
 public:
  WatchStreams(Broadcast& decisions, size_t most)
      : decisions_(decisions), most_(most) {}

  // The reactor for the new call of `context`: a stream, or one that refuses.
  grpc::ServerWriteReactor<v1::WatchDecisionsResponse>* Open(
      grpc::CallbackServerContext* context, Subscription::Filter filter)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Ends all streams, those that are still to come too. The first `why` counts.
  void EndAll(const grpc::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Forget(const WatchStream* stream) ABSL_LOCKS_EXCLUDED(mu_);

  Broadcast& decisions_;
  const size_t most_;
  Mutex mu_;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  std::set<std::shared_ptr<WatchStream>> streams_ ABSL_GUARDED_BY(mu_);
};

// A reactor that answers with `status` alone.
grpc::ServerWriteReactor<v1::WatchDecisionsResponse>* RefuseWatch(
    const grpc::Status& status);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_WATCH_STREAM_H_
