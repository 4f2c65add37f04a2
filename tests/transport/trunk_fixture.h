// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TRANSPORT_TRUNK_FIXTURE_H_
#define PINWARDEN_TESTS_TRANSPORT_TRUNK_FIXTURE_H_

#include <sys/socket.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/trunk.h"
#include "testing/status_matchers.h"
#include "testing/wire_bytes.h"

namespace pinwarden {

inline constexpr Trunk::Connections kConnections = {.serve = 1, .call = 2};

inline std::string CallOn1(uint32_t stream, absl::string_view payload,
                           absl::string_view method = "Echo") {
  return testing::CallBytes(1, stream, "svc", method, payload);
}

// Two ends of a socket: the trunk's, and the peer's with its decoder.
class TrunkTest : public ::testing::Test {
 protected:
  explicit TrunkTest(int type = SOCK_STREAM) : type_(type) { Open(); }

  // Starts afresh; for another round in one test.
  void Open() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, type_ | SOCK_CLOEXEC, 0, fds), 0);
    ours_.reset(fds[0]);
    theirs_.reset(fds[1]);
    reader_ = testing::WireReader();
    answers_.clear();
    called_.clear();
  }

  // Answers with the payload of the request, which it notes down.
  Trunk::Server Echo() {
    return [this](const IncomingCall& call) -> CallResult {
      called_.emplace_back(call.payload);
      return std::string(call.payload);
    };
  }

  // The peer sends `bytes` and nothing after them, the trunk runs to its end,
  // and answers_ is what the peer was sent meanwhile.
  absl::Status Exchange(absl::string_view bytes, Trunk::Server server) {
    std::thread writer([this, bytes] {
      testing::WriteBytes(theirs_.get(), bytes);
      shutdown(theirs_.get(), SHUT_WR);
    });
    std::thread reader([this] {
      while (auto message = reader_.Read(theirs_.get())) {
        answers_.push_back(*std::move(message));
      }
    });
    absl::Status status;
    {
      Trunk trunk(std::move(ours_), kConnections, std::move(server));
      status = trunk.Run(stop_);
    }
    writer.join();
    reader.join();
    return status;
  }

  // Reads what the peer was sent by a trunk that has ended. Returns how many
  // reads that took: of a packet socket, how many writes it was.
  size_t ReadAnswers() {
    char buffer[8192];
    size_t reads = 0;
    while (true) {
      const ssize_t n =
          recv(theirs_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
      if (n <= 0) return reads;
      ++reads;
      reader_.Feed(absl::string_view(buffer, static_cast<size_t>(n)));
      while (auto message = reader_.Next()) {
        answers_.push_back(*std::move(message));
      }
    }
  }

  const int type_;
  UniqueFd ours_;
  UniqueFd theirs_;
  StopEvent stop_;
  testing::WireReader reader_;
  std::vector<testing::WireMessage> answers_;
  std::vector<std::string> called_;  // what Echo() was asked
};

// A WireMessage that answers `stream` with a success and `payload`.
MATCHER_P3(IsAnswer, connection, stream, payload, "") {
  const auto response = testing::ParseResponseEnvelope(arg.data);
  if (!response.has_value()) return false;
  *result_listener << "connection " << arg.connection << " stream "
                   << arg.stream << " code " << response->code << " "
                   << response->message;
  return arg.connection == static_cast<uint32_t>(connection) &&
         arg.stream == static_cast<uint32_t>(stream) &&
         arg.type == testing::kTtrpcResponse && arg.flags == 0 &&
         response->code == 0 && response->message.empty() &&
         response->payload == payload;
}

// A WireMessage that answers `stream` with an error.
MATCHER_P4(IsError, connection, stream, code, message, "") {
  const auto response = testing::ParseResponseEnvelope(arg.data);
  if (!response.has_value()) return false;
  *result_listener << "connection " << arg.connection << " stream "
                   << arg.stream << " code " << response->code << " "
                   << response->message;
  return arg.connection == static_cast<uint32_t>(connection) &&
         arg.stream == static_cast<uint32_t>(stream) &&
         arg.type == testing::kTtrpcResponse && arg.flags == 0 &&
         response->code == static_cast<uint32_t>(code) &&
         response->payload.empty() &&
         ::testing::Matches(message)(response->message);
}

}  // namespace pinwarden

#endif  // PINWARDEN_TESTS_TRANSPORT_TRUNK_FIXTURE_H_
