// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_EXPIRY_LOG_H_
#define PINWARDEN_SRC_DAEMON_EXPIRY_LOG_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "pinwarden/engine.h"
#include "pinwarden/policy.h"

namespace pinwarden {

// Says in the log which exemptions expire soon: when a policy comes into force,
// and once a day after that. And that one has expired, when it does.
class ExpiryLog {
 public:
  struct Notice {
    const Exemption* exemption;  // of the policy in force
    bool expired;
    int64_t days;  // left, whole ones
  };

  // What is to be said at `now`, and has not been. Cheap where that is nothing,
  // so it can be asked every second.
  std::vector<Notice> Due(const PolicyInForce& current, absl::Time now);

  // Logs that.
  void Look(const PolicyInForce& current, absl::Time now);

 private:
  uint64_t generation_ = 0;  // that was looked at; 0: none yet
  absl::Time looked_;
  absl::Time daily_;  // when to say again what expires soon
  absl::Time next_;   // when to look again: then, or when one expires
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_EXPIRY_LOG_H_
