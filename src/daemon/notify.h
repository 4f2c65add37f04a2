// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_NOTIFY_H_
#define PINWARDEN_SRC_DAEMON_NOTIFY_H_

#include <sys/types.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Tells the service manager how we are, by the protocol of sd_notify(3): one
// datagram with lines of NAME=value. Not libsystemd, which a static program
// cannot have. Without a manager nothing is sent. Waits a second at most where
// the manager's queue is full. Thread-safe.
class Notifier {
 public:
  // `socket` is what NOTIFY_SOCKET says: an absolute path, "@name" for an
  // abstract socket, or "" for no manager.
  explicit Notifier(const std::string& socket);

  bool enabled() const { return fd_.valid(); }

  void Ready(absl::string_view status);
  void Status(absl::string_view status);  // one line for `systemctl status`
  void Stopping();
  void FeedWatchdog();
  void MainPid(pid_t pid);  // from now on that is the service

  // Waits until the manager has worked off what was sent before. False if it
  // did not within `limit`.
  bool Barrier(absl::Duration limit);

 private:
  bool Send(absl::string_view text, int descriptor = -1);

  std::string address_;  // as in a sockaddr_un: the leading '@' is a NUL
  UniqueFd fd_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_NOTIFY_H_
