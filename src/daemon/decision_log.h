// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_DECISION_LOG_H_
#define PINWARDEN_SRC_DAEMON_DECISION_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "pinwarden/mutex.h"
#include "pinwarden/recorder.h"
#include "pinwarden/settings.h"

namespace pinwarden {

// Decisions on their way to the log: those that the settings want there. The kubelet asks again and again for a
// container that was refused: of equal decisions the first is logged, and then,
// at most once a minute, the latest with how many there were since. Equal are
// those about the same container of the same pod, the same image and policy,
// with the same answer; ids and times do not count. Thread-safe.
class DecisionLog {
 public:
  static constexpr absl::Duration kInterval = absl::Minutes(1);
  static constexpr size_t kMaxKept = 4096;  // different ones

  // `repeats` of it were not logged since the last one that was.
  using Write = std::function<void(const v1::Decision&, uint64_t repeats)>;
  // Any clock that only rises.
  using Clock = std::function<absl::Duration()>;

  DecisionLog(LogDecisions which, Write write, Clock clock = &SteadyClock);

  // Logs what was folded and not yet told.
  ~DecisionLog();

  void Note(const DecisionPtr& decision) ABSL_LOCKS_EXCLUDED(mu_);

  // To be called now and then: tells what was folded over a minute ago, and
  // forgets what has not been seen since.
  void Tick() ABSL_LOCKS_EXCLUDED(mu_);

  uint64_t folded() const { return folded_; }

 private:
  struct Kept {
    std::string key;
    absl::Duration logged;  // when the last one was
    uint64_t repeats = 0;   // since
    DecisionPtr latest;     // of those; null if there are none
  };
  using Order = std::list<Kept>;  // by `logged`, the oldest first

  static absl::Duration SteadyClock();
  void Tell(Order::iterator kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Forget(Order::iterator kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const LogDecisions which_;
  const Write write_;
  const Clock clock_;
  std::atomic<uint64_t> folded_{0};
  Mutex mu_;
  Order order_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<absl::string_view, Order::iterator> by_key_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_DECISION_LOG_H_
