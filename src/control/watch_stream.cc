// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/watch_stream.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "control/watch_metadata.h"

namespace pinwarden {
namespace {

grpc::Status TooMany() {
  return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                      "too many readers of decisions already");
}

class Refusal final
    : public grpc::ServerWriteReactor<v1::WatchDecisionsResponse> {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

void Fill(const Subscription::Item& item,
          v1::WatchDecisionsResponse* response) {
  if (const auto* lost = std::get_if<uint64_t>(&item)) {
    response->set_lost(*lost);
  } else {
    *response->mutable_decision() = *std::get<DecisionPtr>(item);
  }
}

}  // namespace

grpc::ServerWriteReactor<v1::WatchDecisionsResponse>* RefuseWatch(
    const grpc::Status& status) {
  return new Refusal(status);
}

std::shared_ptr<WatchStream> WatchStream::Create(Broadcast& decisions,
                                                 Subscription::Filter filter,
                                                 Done done) {
  std::shared_ptr<WatchStream> stream(new WatchStream(std::move(done)));
  // Weak: a Publish() under way may call it after the stream is gone.
  auto ready = [weak = std::weak_ptr<WatchStream>(stream)] {
    if (const auto alive = weak.lock()) alive->Advance();
  };
  auto subscription = decisions.Subscribe(std::move(filter), std::move(ready));
  if (subscription == nullptr) return nullptr;
  MutexLock lock(stream->mu_);
  stream->subscription_ = std::move(subscription);
  return stream;
}

void WatchStream::Start() {
  StartSendInitialMetadata();
  {
    MutexLock lock(mu_);
    started_ = true;
  }
  Advance();
}

void WatchStream::End(const grpc::Status& status) {
  {
    MutexLock lock(mu_);
    if (!end_.has_value()) end_ = status;
  }
  Advance();
}

void WatchStream::Advance() {
  std::optional<grpc::Status> end;
  {
    MutexLock lock(mu_);
    if (!started_ || writing_ || finished_) return;
    if (end_.has_value()) {
      finished_ = true;
      end = end_;
    } else {
      const std::optional<Subscription::Item> item = subscription_->TryNext();
      if (!item.has_value()) return;
      Fill(*item, &response_);
      writing_ = true;
    }
  }
  if (end.has_value()) {
    Finish(*end);
  } else {
    StartWrite(&response_);
  }
}

void WatchStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(mu_);
    writing_ = false;
    if (!ok && !end_.has_value()) end_ = grpc::Status::CANCELLED;
  }
  Advance();
}

void WatchStream::OnCancel() { End(grpc::Status::CANCELLED); }

void WatchStream::OnDone() {
  {
    MutexLock lock(mu_);
    subscription_.reset();
  }
  done_(this);  // may delete this
}

grpc::ServerWriteReactor<v1::WatchDecisionsResponse>* WatchStreams::Open(
    grpc::CallbackServerContext* context, Subscription::Filter filter) {
  std::shared_ptr<WatchStream> stream;
  {
    MutexLock lock(mu_);
    if (end_.has_value()) return RefuseWatch(*end_);
    if (streams_.size() >= most_) return RefuseWatch(TooMany());
    stream = WatchStream::Create(
        decisions_, std::move(filter),
        [this](const WatchStream* ended) { Forget(ended); });
    if (stream == nullptr) return RefuseWatch(TooMany());
    streams_.insert(stream);
  }
  context->AddInitialMetadata(kSubscribedKey, "1");
  stream->Start();
  return stream.get();
}

void WatchStreams::EndAll(const grpc::Status& why) {
  std::set<std::shared_ptr<WatchStream>> streams;
  {
    MutexLock lock(mu_);
    if (!end_.has_value()) end_ = why;
    streams = streams_;
  }
  for (const auto& stream : streams) stream->End(why);
}

void WatchStreams::Forget(const WatchStream* stream) {
  std::shared_ptr<WatchStream> ended;  // goes when the lock is released
  MutexLock lock(mu_);
  const auto it =
      std::find_if(streams_.begin(), streams_.end(),
                   [stream](const auto& held) { return held.get() == stream; });
  if (it == streams_.end()) return;
  ended = *it;
  streams_.erase(it);
}

}  // namespace pinwarden
