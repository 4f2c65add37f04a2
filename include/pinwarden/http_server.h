// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_HTTP_SERVER_H_
#define PINWARDEN_HTTP_SERVER_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/http.h"
#include "pinwarden/stop_event.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Where to listen. Text form: "127.0.0.1:9717", "[::1]:9717"; no names.
struct ListenAddress {
  sockaddr_storage address = {};
  socklen_t size = 0;
  bool loopback = false;  // nobody off this host can reach it

  std::string ToString() const;
};

// kInvalidArgument: not an address and a port, and what one looks like. Port 0
// is any that is free.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// Serves pages over HTTP, with bounds on all that a client can ask for: 16
// connections at a time, later ones wait; kMaxHttpHeadBytes each; `lifetime`
// each, from the first byte to the last. A connection carries one request.
class HttpServer {
 public:
  // What to answer to a GET of `path`. Requests for a path that have arrived by
  // the time it is called share the answer, so many clients cost one call.
  using Handler = std::function<HttpResponse(absl::string_view path)>;

  static constexpr size_t kMaxConnections = 16;

  // Listens from now on. Errors: those of bind(), naming the address.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Listen(
      const ListenAddress& at, Handler handler,
      absl::Duration lifetime = absl::Seconds(10));

  // Serves on the calling thread until `stop` is set, then drops what is left.
  void Run(const StopEvent& stop);

  // With the port that was free, if that was asked for.
  const ListenAddress& address() const { return address_; }

 private:
  HttpServer(UniqueFd listener, const ListenAddress& address, Handler handler,
             absl::Duration lifetime);

  const UniqueFd listener_;
  const ListenAddress address_;
  const Handler handler_;
  const absl::Duration lifetime_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_HTTP_SERVER_H_
