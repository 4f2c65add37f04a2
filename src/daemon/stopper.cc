// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/stopper.h"

#include <chrono>
#include <utility>

#include "pinwarden/log.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(100);

// Worth another try: the runtime is not there, or not ready.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsUnknown(status);
}

void LogStop(const v1::Decision& decision, const absl::Status& status) {
  const bool ok = status.ok();
  Log(ok ? LogLevel::kWarning : LogLevel::kError,
      ok ? "slipped_stopped" : "slipped_not_stopped",
      {{"namespace", decision.namespace_()},
       {"pod", decision.pod()},
       {"container", decision.container()},
       {"container_id", decision.container_id()},
       {"image", decision.image()},
       {"reason", ok ? "on_slip: stop" : std::string(status.message())}});
}

}  // namespace

Stopper::Stopper(StopContainer stop, absl::Duration patience)
    : stop_(std::move(stop)), patience_(patience) {}

Stopper::~Stopper() {
  std::thread thread;
  {
    MutexLock lock(mu_);
    ending_ = true;
    changed_.SignalAll();
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

void Stopper::Stop(const v1::Decision& decision) {
  MutexLock lock(mu_);
  if (ending_) return;
  waiting_.push_back(decision);
  if (!thread_.joinable()) thread_ = std::thread([this] { Work(); });
  changed_.SignalAll();
}

Stopper::Stats Stopper::GetStats() const {
  MutexLock lock(mu_);
  return stats_;
}

void Stopper::Work() {
  for (;;) {
    v1::Decision decision;
    {
      MutexLock lock(mu_);
      while (waiting_.empty() && !ending_) changed_.Wait(mu_);
      if (waiting_.empty()) return;
      decision = std::move(waiting_.front());
      waiting_.pop_front();
    }
    const absl::Status status = TryToStop(decision.container_id());
    LogStop(decision, status);
    MutexLock lock(mu_);
    ++(status.ok() ? stats_.stopped : stats_.failures);
  }
}

absl::Status Stopper::TryToStop(const std::string& id) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  for (;;) {
    if (EndsWithin(absl::ZeroDuration())) {
      return absl::CancelledError("pinwardend stops");
    }
    const absl::Status status = stop_(id);
    const absl::Duration passed = absl::FromChrono(Clock::now() - start);
    if (!MayPass(status) || passed >= patience_) return status;
    if (EndsWithin(kPause)) return status;
  }
}

// True when we are to end, at once or in the course of `pause`.
bool Stopper::EndsWithin(absl::Duration pause) {
  MutexLock lock(mu_);
  if (!ending_ && pause > absl::ZeroDuration()) {
    changed_.WaitFor(mu_, absl::ToChronoMilliseconds(pause));
  }
  return ending_;
}

}  // namespace pinwarden
