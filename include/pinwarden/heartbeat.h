// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_HEARTBEAT_H_
#define PINWARDEN_HEARTBEAT_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace pinwarden {

// Tells a thread that waits from one that is stuck: a thread that has one beats
// each time it comes back from waiting, and waits no longer than kInterval at a
// time. While it works, or is stuck, it does not beat. Thread-safe.
class Heartbeat {
 public:
  static constexpr absl::Duration kInterval = absl::Milliseconds(250);

  void Beat() { beats_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t beats() const { return beats_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> beats_{0};
};

}  // namespace pinwarden

#endif  // PINWARDEN_HEARTBEAT_H_
