// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_HOST_LEDGER_H_
#define PINWARDEN_SRC_DAEMON_HOST_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/ledger.h"
#include "pinwarden/ledger_reader.h"
#include "pinwarden/policy.h"
#include "pinwarden/settings.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// The ledger that the settings ask for, if they do, and this host's name in it.
// What is wrong with it is logged. Thread-safe.
class HostLedger {
 public:
  // Returns at once.
  explicit HostLedger(const Settings& settings);

  // Adds to a decision what the host's name and the pod's tell of its owner.
  void Complete(v1::Decision* decision) const;

  void Record(const DecisionPtr& decision);

  // kFailedPrecondition: there is to be none.
  absl::StatusOr<std::unique_ptr<LedgerReader>> Read(LedgerQuery query) const;

  v1::LedgerHeader Header(const Policy& in_force) const;
  v1::LedgerStatus Status() const;

 private:
  const std::string node_;
  const std::string path_;  // empty: no ledger
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_HOST_LEDGER_H_
