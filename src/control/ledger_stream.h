// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_CONTROL_LEDGER_STREAM_H_
#define PINWARDEN_SRC_CONTROL_LEDGER_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "pinwarden/ledger_reader.h"
#include "pinwarden/mutex.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

using LedgerReactor = grpc::ServerWriteReactor<v1::ReadLedgerResponse>;

// How many calls of ReadLedger there are, and that no more are to be. Outlives
// them. Thread-safe.
class LedgerStreams {
 public:
  // Each has a connection to the file and a batch in memory.
  static constexpr size_t kMost = 4;

  // A reactor that sends `header` and all that `reader` has, each batch read
  // when the one before it was taken; or one that refuses.
  LedgerReactor* Open(absl::StatusOr<std::unique_ptr<LedgerReader>> reader,
                      v1::LedgerHeader header) ABSL_LOCKS_EXCLUDED(mu_);

  // Ends those that run, after the batch under way, and those still to come.
  void EndAll(const grpc::Status& why) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  class Stream;

  std::optional<grpc::Status> end() const ABSL_LOCKS_EXCLUDED(mu_);
  void Forget() ABSL_LOCKS_EXCLUDED(mu_);

  mutable Mutex mu_;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  size_t running_ ABSL_GUARDED_BY(mu_) = 0;
};

// A reactor that answers with `status` alone.
LedgerReactor* RefuseLedger(const grpc::Status& status);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_CONTROL_LEDGER_STREAM_H_
