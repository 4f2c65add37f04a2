// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_STATUS_H_
#define PINWARDEN_SRC_DAEMON_STATUS_H_

#include "absl/time/time.h"
#include "daemon/decision_log.h"
#include "daemon/host_ledger.h"
#include "daemon/judging.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/policy_store.h"
#include "pinwarden/recorder.h"
#include "pinwarden/settings.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// All that know a part of the status.
struct StatusSources {
  const Settings& settings;
  absl::Time started;
  const PolicyStore& policies;
  const NriPlugin& nri;
  const Recorder& recorder;
  const Broadcast& broadcast;
  const DecisionLog& decision_log;
  const Judging& judging;
  const HostLedger& ledger;
};

// What GetStatus answers. `now` decides which exemptions have expired.
v1::GetStatusResponse AssembleStatus(const StatusSources& from, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_STATUS_H_
