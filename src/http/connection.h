// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_HTTP_CONNECTION_H_
#define PINWARDEN_SRC_HTTP_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "pinwarden/http.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// One client: its request is read, answered once, and what it still sends is
// thrown away until it hangs up. Never waits.
class HttpConnection {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `socket` is non-blocking.
  HttpConnection(UniqueFd socket, Time deadline)
      : socket_(std::move(socket)), deadline_(deadline) {}

  // When poll() says that there is something to do.
  void Proceed();

  // A request has been read, which Answer() is to be called for.
  bool wants_answer() const { return state_ == State::kAsking; }
  const HttpRequest& request() const { return request_; }
  void Answer(const HttpResponse& response);

  bool done() const { return state_ == State::kDone; }
  int fd() const { return socket_.get(); }
  short poll_events() const;
  Time deadline() const { return deadline_; }

 private:
  // In this order. Closing a socket on which something is unread would take the
  // answer back that the client may not have seen yet; hence kDraining.
  enum class State { kReading, kAsking, kWriting, kDraining, kDone };

  void Read();
  void Write();
  void Drain();

  UniqueFd socket_;
  Time deadline_;
  State state_ = State::kReading;
  std::string received_;  // at most kMaxHttpHeadBytes + 1
  HttpRequest request_;
  std::string response_;
  size_t sent_ = 0;
  size_t drained_ = 0;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_HTTP_CONNECTION_H_
