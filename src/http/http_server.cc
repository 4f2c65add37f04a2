// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/http_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "http/connection.h"

namespace pinwarden {
namespace {

using Clock = std::chrono::steady_clock;

// Before it is tried again to accept when the system had no descriptor left:
// the one that waits stays, and would be told of without a pause.
constexpr std::chrono::milliseconds kShortage(100);

// One run of a server: the clients that are connected.
class Service {
 public:
  Service(int listener, const HttpServer::Handler& handler,
          Clock::duration lifetime)
      : listener_(listener), handler_(handler), lifetime_(lifetime) {}

  // Waits for something to happen, and does it. False when stopped.
  bool Round(const StopEvent& stop);

 private:
  bool accepts() const {
    return clients_.size() < HttpServer::kMaxConnections &&
           Clock::now() >= accept_after_;
  }
  int Timeout() const;
  void Accept();
  void AnswerAll();

  const int listener_;
  const HttpServer::Handler& handler_;
  const Clock::duration lifetime_;
  Clock::time_point accept_after_ = Clock::time_point::min();
  std::vector<HttpConnection> clients_;
};

int Service::Timeout() const {
  const auto now = Clock::now();
  auto until = Clock::time_point::max();
  if (accept_after_ > now) until = accept_after_;
  for (const HttpConnection& client : clients_) {
    until = std::min(until, client.deadline());
  }
  if (until == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now);
  return static_cast<int>(std::max<int64_t>(left.count(), 0));
}

bool Service::Round(const StopEvent& stop) {
  std::vector<pollfd> ready = {{stop.fd(), POLLIN, 0},
                               {accepts() ? listener_ : -1, POLLIN, 0}};
  for (const HttpConnection& client : clients_) {
    ready.push_back({client.fd(), client.poll_events(), 0});
  }
  if (poll(ready.data(), ready.size(), Timeout()) < 0 && errno != EINTR) {
    return false;
  }
  if (stop.IsSet()) return false;
  for (size_t i = 0; i < clients_.size(); ++i) {
    if (ready[i + 2].revents != 0) clients_[i].Proceed();
  }
  AnswerAll();
  const auto now = Clock::now();
  clients_.erase(std::remove_if(clients_.begin(), clients_.end(),
                                [now](const HttpConnection& client) {
                                  return client.done() ||
                                         client.deadline() <= now;
                                }),
                 clients_.end());
  if (ready[1].revents != 0) Accept();
  return true;
}

void Service::Accept() {
  while (accepts()) {
    UniqueFd socket(
        accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) {
      clients_.emplace_back(std::move(socket), Clock::now() + lifetime_);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
               errno == ENOMEM) {
      accept_after_ = Clock::now() + kShortage;
    } else {
      return;
    }
  }
}

void Service::AnswerAll() {
  std::map<std::string, HttpResponse> answers;
  for (HttpConnection& client : clients_) {
    if (!client.wants_answer()) continue;
    const std::string& path = client.request().path;
    auto found = answers.find(path);
    if (found == answers.end()) {
      found = answers.emplace(path, handler_(path)).first;
    }
    client.Answer(found->second);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Listen(
    const ListenAddress& at, Handler handler, absl::Duration lifetime) {
  const auto failed = [&at](absl::string_view what) {
    return absl::ErrnoToStatus(errno,
                               absl::StrCat("cannot ", what, at.ToString()));
  };
  UniqueFd listener(socket(at.address.ss_family,
                           SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener.valid()) return failed("make a socket for ");
  const int on = 1;
  setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (at.address.ss_family == AF_INET6) {
    // An IPv6 address never stands for IPv4 ones too.
    setsockopt(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  }
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&at.address),
           at.size) != 0 ||
      listen(listener.get(), kMaxConnections) != 0) {
    return failed("listen on ");
  }
  ListenAddress bound = at;
  if (getsockname(listener.get(), reinterpret_cast<sockaddr*>(&bound.address),
                  &bound.size) != 0) {
    return failed("listen on ");
  }
  return std::unique_ptr<HttpServer>(
      new HttpServer(std::move(listener), bound, std::move(handler), lifetime));
}

HttpServer::HttpServer(UniqueFd listener, const ListenAddress& address,
                       Handler handler, absl::Duration lifetime)
    : listener_(std::move(listener)),
      address_(address),
      handler_(std::move(handler)),
      lifetime_(lifetime) {}

void HttpServer::Run(const StopEvent& stop) {
  Service service(listener_.get(), handler_,
                  absl::ToChronoNanoseconds(lifetime_));
  while (service.Round(stop)) {
  }
}

}  // namespace pinwarden
