// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/service.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "pinwarden/log.h"

namespace pinwarden {
namespace {

constexpr absl::Duration kBarrierLimit = absl::Seconds(5);

}  // namespace

std::string DescribeState(const NriStats& stats, const PolicyStore& policies) {
  const PolicyInForce current = policies.engine().Current();
  return absl::StrCat(
      stats.registered ? absl::StrCat("registered with ", stats.runtime.name,
                                      " ", stats.runtime.version)
                       : "not registered with a runtime: nothing is judged",
      "; policy in ", ModeName(current.policy->mode()), " mode");
}

Heartbeat* Service::heartbeat() {
  const bool watched = notifier_.enabled() && period_ > absl::ZeroDuration();
  return watched ? &heartbeat_ : nullptr;
}

void Service::Ready(absl::string_view status) {
  main_ = true;
  status_ = std::string(status);
  notifier_.Ready(status_);
  if (heartbeat() == nullptr || watchdog_ != nullptr) return;
  watchdog_ = std::make_unique<Watchdog>(heartbeat_,
                                         [this] { notifier_.FeedWatchdog(); });
  watchdog_->Start(period_);
}

void Service::Status(absl::string_view status) {
  if (!main_ || status == status_) return;
  status_ = std::string(status);
  notifier_.Status(status_);
}

void Service::Stopping() {
  if (main_) notifier_.Stopping();
}

void Service::MakeMain(pid_t pid) {
  watchdog_.reset();
  main_ = false;
  if (!notifier_.enabled()) return;
  if (heartbeat() != nullptr) notifier_.FeedWatchdog();
  notifier_.MainPid(pid);
  if (!notifier_.Barrier(kBarrierLimit)) {
    Log(LogLevel::kWarning, "service_manager_slow",
        {{"hint", "it did not say that it knows its new main process"}});
  }
}

void Service::TakeBack() {
  notifier_.MainPid(getpid());
  Ready(std::string(status_));
}

}  // namespace pinwarden
