// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "nri/socket_deadline.h"

#include <sys/socket.h>

namespace pinwarden {

SocketDeadline::SocketDeadline(int socket, absl::Duration timeout)
    : thread_([this, socket, timeout] {
        if (disarmed_.WaitFor(timeout)) return;
        expired_ = true;
        shutdown(socket, SHUT_RDWR);
      }) {}

SocketDeadline::~SocketDeadline() { Disarm(); }

bool SocketDeadline::Disarm() {
  disarmed_.Set();
  if (thread_.joinable()) thread_.join();
  return !expired_;
}

}  // namespace pinwarden
