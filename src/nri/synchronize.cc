// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/synchronize.h"

#include <utility>

namespace pinwarden {
namespace {

using wire::nri::Container;
using wire::nri::PodSandbox;

// What a kept message costs besides its bytes: a hash table slot, a vector, two
// strings. Without it, messages of no bytes would cost nothing.
constexpr size_t kCostPerMessage = 192;

size_t CostOf(const std::string& id, const std::string& message) {
  return kCostPerMessage + id.size() + message.size();
}

// The lite runtime has no way to drop the fields that nri.proto does not name,
// which are most of a container's bytes. So these name the fields that it does.
std::string Pack(const PodSandbox& pod) {
  PodSandbox known;
  known.set_id(pod.id());
  known.set_name(pod.name());
  known.set_uid(pod.uid());
  known.set_namespace_(pod.namespace_());
  *known.mutable_labels() = pod.labels();
  *known.mutable_annotations() = pod.annotations();
  known.set_runtime_handler(pod.runtime_handler());
  return known.SerializeAsString();
}

std::string Pack(const Container& container) {
  Container known;
  known.set_id(container.id());
  known.set_pod_sandbox_id(container.pod_sandbox_id());
  known.set_name(container.name());
  known.set_state(container.state());
  *known.mutable_annotations() = container.annotations();
  known.set_created_at(container.created_at());
  return known.SerializeAsString();
}

// Only what Pack() wrote comes here, so it parses.
template <typename Message>
Message Unpack(const std::string& bytes) {
  Message message;
  message.ParseFromString(bytes);
  return message;
}

}  // namespace

absl::Status SynchronizeJoin::Add(const wire::nri::SynchronizeRequest& chunk,
                                  Found found) {
  PodsHere here;
  here.reserve(static_cast<size_t>(chunk.pods_size()));
  for (const PodSandbox& pod : chunk.pods()) here[pod.id()] = &pod;
  FindWaiting(here, found);
  for (const Container& container : chunk.containers()) {
    if (FindNow(here, container, found)) continue;
    if (!chunk.more()) {
      found(nullptr, container);
      continue;
    }
    KeepWaiting(container);
    if (kept_bytes_ > kMaxKeptBytes) break;
  }
  if (chunk.more()) Keep(here);
  if (kept_bytes_ > kMaxKeptBytes) {
    Reset();
    return absl::ResourceExhaustedError(
        "Synchronize: over 64 MiB of pods and containers between its chunks");
  }
  if (!chunk.more()) Finish(found);
  return absl::OkStatus();
}

// Hands out the containers of earlier chunks whose pods are in this one.
void SynchronizeJoin::FindWaiting(const PodsHere& here, Found found) {
  if (waiting_.empty()) return;
  for (const auto& [id, pod] : here) {
    const auto it = waiting_.find(id);
    if (it == waiting_.end()) continue;
    for (const std::string& container : it->second) {
      found(pod, Unpack<Container>(container));
      kept_bytes_ -= CostOf(it->first, container);
    }
    waiting_.erase(it);
  }
}

// Hands out `container` if its pod is known, or can never be.
bool SynchronizeJoin::FindNow(const PodsHere& here, const Container& container,
                              Found found) {
  const std::string& id = container.pod_sandbox_id();
  if (id.empty()) {
    found(nullptr, container);
    return true;
  }
  if (const auto it = here.find(id); it != here.end()) {
    found(it->second, container);
    return true;
  }
  if (const auto it = pods_.find(id); it != pods_.end()) {
    const auto pod = Unpack<PodSandbox>(it->second);
    found(&pod, container);
    return true;
  }
  return false;
}

void SynchronizeJoin::Keep(const PodsHere& here) {
  for (const auto& [id, pod] : here) {
    if (kept_bytes_ > kMaxKeptBytes) return;
    const auto [it, added] = pods_.try_emplace(std::string(id));
    if (!added) kept_bytes_ -= CostOf(it->first, it->second);
    it->second = Pack(*pod);
    kept_bytes_ += CostOf(it->first, it->second);
  }
}

void SynchronizeJoin::KeepWaiting(const Container& container) {
  std::string bytes = Pack(container);
  kept_bytes_ += CostOf(container.pod_sandbox_id(), bytes);
  waiting_[container.pod_sandbox_id()].push_back(std::move(bytes));
}

void SynchronizeJoin::Finish(Found found) {
  for (const auto& [id, containers] : waiting_) {
    for (const std::string& container : containers) {
      found(nullptr, Unpack<Container>(container));
    }
  }
  Reset();
}

void SynchronizeJoin::Reset() {
  // Assigned, not cleared: a cleared table keeps its slots.
  pods_ = {};
  waiting_ = {};
  kept_bytes_ = 0;
}

}  // namespace pinwarden
