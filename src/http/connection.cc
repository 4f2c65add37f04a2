// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace pinwarden {
namespace {

// Of what a client sends after its request.
constexpr size_t kMaxDrainedBytes = 64 << 10;

bool MustWait() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

short HttpConnection::poll_events() const {
  return state_ == State::kWriting ? POLLOUT : POLLIN;
}

void HttpConnection::Proceed() {
  switch (state_) {
    case State::kReading:
      return Read();
    case State::kWriting:
      return Write();
    case State::kDraining:
      return Drain();
    case State::kAsking:
    case State::kDone:
      return;
  }
}

void HttpConnection::Read() {
  // One byte over the bound tells a head of that size from a larger one.
  char buffer[kMaxHttpHeadBytes + 1];
  const size_t seen = received_.size();
  const ssize_t n =
      recv(socket_.get(), buffer, sizeof(buffer) - seen, MSG_DONTWAIT);
  if (n < 0 && MustWait()) return;
  if (n <= 0) {
    state_ = State::kDone;
    return;
  }
  received_.append(buffer, static_cast<size_t>(n));
  if (const auto size = FindHttpHead(received_, seen)) {
    request_ = ParseHttpHead(absl::string_view(received_).substr(0, *size));
  } else if (received_.size() > kMaxHttpHeadBytes) {
    request_.status = HttpStatus::kHeadTooLarge;
  } else {
    return;
  }
  received_ = std::string();
  state_ = State::kAsking;
  if (request_.status != HttpStatus::kOk) {
    Answer(HttpErrorPage(request_.status));
  }
}

void HttpConnection::Answer(const HttpResponse& response) {
  response_ = FormatHttpResponse(response, request_.head_only);
  state_ = State::kWriting;
  Write();
}

void HttpConnection::Write() {
  const ssize_t n = send(socket_.get(), response_.data() + sent_,
                         response_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0 && MustWait()) return;
  if (n < 0) {
    state_ = State::kDone;
    return;
  }
  sent_ += static_cast<size_t>(n);
  if (sent_ < response_.size()) return;
  response_ = std::string();
  shutdown(socket_.get(), SHUT_WR);
  state_ = State::kDraining;
}

void HttpConnection::Drain() {
  char buffer[4096];
  const ssize_t n = recv(socket_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
  if (n < 0 && MustWait()) return;
  if (n > 0) drained_ += static_cast<size_t>(n);
  if (n <= 0 || drained_ > kMaxDrainedBytes) state_ = State::kDone;
}

}  // namespace pinwarden
