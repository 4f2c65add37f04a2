// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "e2e/decision_watch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "e2e/wait.h"

namespace pinwarden::e2e {

namespace {

std::shared_ptr<grpc::Channel> Connect(const std::string& socket) {
  // The daemon may only be starting: look again soon, not after a second.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  return grpc::CreateCustomChannel(
      "unix:" + socket, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

DecisionWatch::DecisionWatch(const std::string& control_socket)
    : stub_(v1::Inspection::NewStub(Connect(control_socket))),
      thread_([this] { Read(); }) {}

DecisionWatch::~DecisionWatch() {
  context_.TryCancel();
  thread_.join();
}

void DecisionWatch::Read() {
  context_.set_wait_for_ready(true);
  const auto stream =
      stub_->WatchDecisions(&context_, v1::WatchDecisionsRequest());
  v1::WatchDecisionsResponse event;
  while (stream->Read(&event)) {
    if (!event.has_decision()) continue;
    const std::lock_guard<std::mutex> lock(mu_);
    decisions_.push_back(event.decision());
    changed_.notify_all();
  }
  stream->Finish();
}

absl::StatusOr<v1::Decision> DecisionWatch::Find(
    const std::function<bool(const v1::Decision&)>& condition) {
  std::unique_lock<std::mutex> lock(mu_);
  auto found = decisions_.end();
  const auto look = [&] {
    found = std::find_if(decisions_.begin(), decisions_.end(), condition);
    return found != decisions_.end();
  };
  if (changed_.wait_for(lock, absl::ToChronoSeconds(kPatience), look)) {
    return *found;
  }
  std::string seen;
  for (const v1::Decision& decision : decisions_) {
    absl::StrAppend(&seen, decision.ShortDebugString(), "\n");
  }
  return absl::NotFoundError(absl::StrCat("no such decision in:\n", seen));
}

absl::StatusOr<v1::Decision> DecisionWatch::FindPod(const std::string& pod) {
  return Find([&pod](const v1::Decision& d) { return d.pod() == pod; });
}

}  // namespace pinwarden::e2e
