// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_SERVICE_H_
#define PINWARDEN_SRC_DAEMON_SERVICE_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "daemon/notify.h"
#include "daemon/watchdog.h"
#include "pinwarden/heartbeat.h"
#include "pinwarden/nri_plugin.h"
#include "pinwarden/policy_store.h"

namespace pinwarden {

// "registered with containerd 2.1.9; policy in enforce mode", or that we are
// not, and what that means.
std::string DescribeState(const NriStats& stats, const PolicyStore& policies);

// This process as the service manager sees it, if there is one. On the main
// thread.
class Service {
 public:
  // `watchdog`: how often the manager wants to be told that we get on; 0: it
  // does not.
  Service(const std::string& notify_socket, absl::Duration watchdog)
      : notifier_(notify_socket), period_(watchdog) {}

  // What the judging thread has to beat; null if nobody looks.
  Heartbeat* heartbeat();

  // We are up: from now on we are told of, and fed.
  void Ready(absl::string_view status);

  // A line about how we are; sent if it is another one than before.
  void Status(absl::string_view status);

  void Stopping();

  // Makes another process the service, and waits until the manager knows: it
  // hears nothing from us then.
  void MakeMain(pid_t pid);

  // That one has died: we are the service again, if the manager lets us.
  void TakeBack();

 private:
  Notifier notifier_;
  const absl::Duration period_;
  Heartbeat heartbeat_;
  bool main_ = false;
  std::string status_;
  std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_SERVICE_H_
