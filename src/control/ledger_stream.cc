// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/ledger_stream.h"

#include <utility>

#include "control/grpc_status.h"

namespace pinwarden {
namespace {

class Refusal final : public LedgerReactor {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

// gRPC reacts for one stream at a time, so nothing here needs a lock.
class LedgerStreams::Stream final : public LedgerReactor {
 public:
  Stream(std::unique_ptr<LedgerReader> reader, v1::LedgerHeader header,
         LedgerStreams* streams)
      : reader_(std::move(reader)), streams_(streams) {
    *response_.mutable_header() = std::move(header);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
    } else {
      Advance();
    }
  }

  void OnDone() override {
    streams_->Forget();
    delete this;
  }

 private:
  // Reads on until there is something to send.
  void Advance() {
    while (true) {
      if (const auto end = streams_->end()) return Finish(*end);
      LedgerBatch batch;
      const absl::StatusOr<bool> more = reader_->Next(&batch);
      if (!more.ok()) return Finish(ToGrpcStatus(more.status()));
      if (!*more) return Finish(grpc::Status::OK);
      if (batch.rows.empty() && batch.hours.empty()) continue;
      response_.Clear();
      for (v1::LedgerRow& row : batch.rows) {
        *response_.add_rows() = std::move(row);
      }
      for (v1::LedgerHour& hour : batch.hours) {
        *response_.add_hours() = std::move(hour);
      }
      return StartWrite(&response_);
    }
  }

  const std::unique_ptr<LedgerReader> reader_;
  LedgerStreams* const streams_;
  v1::ReadLedgerResponse response_;  // gRPC's while it is written
};

LedgerReactor* LedgerStreams::Open(
    absl::StatusOr<std::unique_ptr<LedgerReader>> reader,
    v1::LedgerHeader header) {
  if (!reader.ok()) return RefuseLedger(ToGrpcStatus(reader.status()));
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return RefuseLedger(*end_);
    if (running_ >= kMost) {
      return RefuseLedger(
          grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                       "too many readers of the ledger already"));
    }
    ++running_;
  }
  return new Stream(*std::move(reader), std::move(header), this);
}

void LedgerStreams::EndAll(const grpc::Status& why) {
  MutexLock lock(mu_);
  if (!end_.has_value()) end_ = why;
}

std::optional<grpc::Status> LedgerStreams::end() const {
  MutexLock lock(mu_);
  return end_;
}

void LedgerStreams::Forget() {
  MutexLock lock(mu_);
  --running_;
}

LedgerReactor* RefuseLedger(const grpc::Status& status) {
  return new Refusal(status);
}

}  // namespace pinwarden
