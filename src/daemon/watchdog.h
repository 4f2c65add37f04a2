// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_WATCHDOG_H_
#define PINWARDEN_SRC_DAEMON_WATCHDOG_H_

#include <cstdint>
#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

// Feeds the service manager's watchdog while the thread of a heartbeat gets on,
// and only then: a daemon whose judging thread is stuck is killed and started
// again, however well its other threads are.
//
// On a thread of its own: a disk that hangs for seconds may hold up the main
// thread, which is no reason to end one that judges.
class Watchdog {
 public:
  // `heartbeat` must outlive the watchdog.
  Watchdog(const Heartbeat& heartbeat, std::function<void()> feed)
      : heartbeat_(heartbeat), feed_(std::move(feed)) {}
  ~Watchdog() { Stop(); }

  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Calls Tick() now and four times in each `period`. Once.
  void Start(absl::Duration period);
  void Stop();

  // Feeds if the heartbeat has beaten since the last time; whether it did.
  bool Tick();

 private:
  const Heartbeat& heartbeat_;
  const std::function<void()> feed_;
  uint64_t seen_ = 0;
  StopEvent stop_;
  std::thread thread_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_WATCHDOG_H_
