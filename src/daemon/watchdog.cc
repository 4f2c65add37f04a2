// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/watchdog.h"

namespace pinwarden {

bool Watchdog::Tick() {
  const uint64_t beats = heartbeat_.beats();
  if (beats == seen_) return false;
  seen_ = beats;
  feed_();
  return true;
}

void Watchdog::Start(absl::Duration period) {
  thread_ = std::thread([this, pause = period / 4] {
    do {
      Tick();
    } while (!stop_.WaitFor(pause));
  });
}

void Watchdog::Stop() {
  stop_.Set();
  if (thread_.joinable()) thread_.join();
}

}  // namespace pinwarden
