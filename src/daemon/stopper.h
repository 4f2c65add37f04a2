// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_STOPPER_H_
#define PINWARDEN_SRC_DAEMON_STOPPER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/mutex.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden {

// Has containers stopped, one after the other, on a thread of its own that is
// there from the first one on. A runtime that cannot be reached, as while it
// starts, is asked again for `patience`.
class Stopper {
 public:
  using StopContainer = std::function<absl::Status(absl::string_view id)>;

  struct Stats {
    uint64_t stopped = 0;
    uint64_t failures = 0;  // containers given up
  };

  explicit Stopper(StopContainer stop,
                   absl::Duration patience = absl::Minutes(1));

  // Gives up what is not stopped yet, and says so.
  ~Stopper();

  Stopper(const Stopper&) = delete;
  Stopper& operator=(const Stopper&) = delete;

  // Never waits.
  void Stop(const v1::Decision& decision) ABSL_LOCKS_EXCLUDED(mu_);

  Stats GetStats() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status TryToStop(const std::string& id) ABSL_LOCKS_EXCLUDED(mu_);
  bool EndsWithin(absl::Duration pause) ABSL_LOCKS_EXCLUDED(mu_);

  const StopContainer stop_;
  const absl::Duration patience_;
  mutable Mutex mu_;
  CondVar changed_;
  std::deque<v1::Decision> waiting_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  Stats stats_ ABSL_GUARDED_BY(mu_);
  std::thread thread_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_STOPPER_H_
