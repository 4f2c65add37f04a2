// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_NRI_SOCKET_DEADLINE_H_
#define PINWARDEN_SRC_NRI_SOCKET_DEADLINE_H_

#include <thread>

#include "absl/time/time.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

// Shuts a socket down after `timeout`, so that whoever reads it comes back with
// an end of file. A thread that lives until then or until Disarm(): a
// connection has one only while it registers.
class SocketDeadline {
 public:
  // `socket` must stay open until Disarm() or the destructor returns.
  SocketDeadline(int socket, absl::Duration timeout);
  ~SocketDeadline();

  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

  // After this the socket is left alone. True if it always was.
  bool Disarm();

 private:
  StopEvent disarmed_;
  bool expired_ = false;  // written by thread_, read once that has ended
  std::thread thread_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_NRI_SOCKET_DEADLINE_H_
