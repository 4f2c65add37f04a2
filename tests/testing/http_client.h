// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_HTTP_CLIENT_H_
#define PINWARDEN_TESTS_TESTING_HTTP_CLIENT_H_

#include <poll.h>
#include <sys/socket.h>

#include <string>

#include "absl/strings/string_view.h"
#include "pinwarden/http_server.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden::testing {

// One connection to a server, as bytes. Nothing waits longer than 30 s.
class HttpClient {
 public:
  explicit HttpClient(const ListenAddress& to)
      : socket_(socket(to.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to.address),
                to.size) != 0) {
      socket_.reset();
    }
  }

  bool connected() const { return socket_.valid(); }

  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n =
          send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  void EndInput() { shutdown(socket_.get(), SHUT_WR); }

  // All that comes until the server hangs up.
  std::string ReadAll() {
    std::string all;
    char buffer[4096];
    pollfd ready = {socket_.get(), POLLIN, 0};
    while (poll(&ready, 1, 30'000) == 1) {
      const ssize_t n = recv(socket_.get(), buffer, sizeof(buffer), 0);
      if (n <= 0) break;
      all.append(buffer, static_cast<size_t>(n));
    }
    return all;
  }

  // Whether something has come, or the server has hung up.
  bool HasNews() {
    pollfd ready = {socket_.get(), POLLIN, 0};
    return poll(&ready, 1, 0) == 1;
  }

 private:
  UniqueFd socket_;
};

inline std::string HttpAsk(const ListenAddress& to, absl::string_view request) {
  HttpClient client(to);
  if (!client.connected() || !client.Send(request)) return "";
  return client.ReadAll();
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_HTTP_CLIENT_H_
