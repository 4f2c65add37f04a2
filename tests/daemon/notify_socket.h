// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_NOTIFY_SOCKET_H_
#define PINWARDEN_TESTS_DAEMON_NOTIFY_SOCKET_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "pinwarden/unique_fd.h"

namespace pinwarden::testing {

// A service manager's end of sd_notify.
class NotifySocket {
 public:
  struct Message {
    std::string text;
    pid_t sender = -1;
    UniqueFd descriptor;  // that came with it
  };

  // `path` as in NOTIFY_SOCKET: "@name" is an abstract socket.
  explicit NotifySocket(const std::string& path);

  // The next message; nothing after 30 s.
  std::optional<Message> Next();

  // The next message that has `part` in it; those before it are passed over.
  std::optional<Message> Await(const std::string& part);

  // Whether one is there now.
  bool HasMessage() const;

 private:
  UniqueFd fd_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DAEMON_NOTIFY_SOCKET_H_
