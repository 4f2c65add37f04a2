// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_TESTING_WIRE_BYTES_H_
#define PINWARDEN_TESTS_TESTING_WIRE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// The runtime's side of the wire, byte by byte, written apart from the code
// that it tests: nothing here calls src/. The writers check nothing, so a test
// can send what no runtime would.
namespace pinwarden::testing {

inline constexpr uint8_t kTtrpcRequest = 1;
inline constexpr uint8_t kTtrpcResponse = 2;
inline constexpr uint8_t kTtrpcData = 3;

std::string BigEndian32(uint32_t value);

// Eight bytes that announce `length` bytes of payload, and none of those.
std::string MuxHeader(uint32_t connection, uint32_t length);

// One frame with all of `payload`, however long.
std::string MuxFrame(uint32_t connection, absl::string_view payload);

// Ten bytes that announce `length` bytes of data, and none of those.
std::string TtrpcHeader(uint32_t length, uint32_t stream, uint8_t type,
                        uint8_t flags = 0);

std::string TtrpcMessageBytes(uint32_t stream, uint8_t type,
                              absl::string_view data, uint8_t flags = 0);

// The envelopes: the data of a request and of a response.
std::string RequestEnvelope(absl::string_view service, absl::string_view method,
                            absl::string_view payload);
std::string ResponseEnvelope(absl::string_view payload);
std::string ErrorEnvelope(uint32_t code, absl::string_view message);

// What a runtime writes to call us, or to answer our call: one message in one
// frame.
std::string CallBytes(uint32_t connection, uint32_t stream,
                      absl::string_view service, absl::string_view method,
                      absl::string_view payload);
std::string AnswerBytes(uint32_t connection, uint32_t stream,
                        absl::string_view envelope);

// One ttRPC message that the plugin sent.
struct WireMessage {
  uint32_t connection = 0;
  uint32_t stream = 0;
  uint8_t type = 0;
  uint8_t flags = 0;
  std::string data;
};

// The envelopes read back. Fields that are not there stay empty.
struct WireRequest {
  std::string service;
  std::string method;
  std::string payload;
};
struct WireResponse {
  uint32_t code = 0;
  std::string message;
  std::string payload;
};
std::optional<WireRequest> ParseRequestEnvelope(absl::string_view data);
std::optional<WireResponse> ParseResponseEnvelope(absl::string_view data);

// Reads what the plugin sent.
class WireReader {
 public:
  void Feed(absl::string_view bytes);

  // The next message, in order of arrival, of those fed so far.
  std::optional<WireMessage> Next();

  // The next message, reading from `fd` until it is there: nothing at EOF, on
  // an error, and when no byte comes for 30 s, which only a bug makes happen.
  std::optional<WireMessage> Read(int fd);

  // The payload length of every frame whose header was seen.
  const std::vector<size_t>& frame_payload_sizes() const {
    return frame_payload_sizes_;
  }

 private:
  struct Stream {
    uint32_t connection;
    std::string bytes;
  };
  void TakeMessages(Stream& stream);

  std::string unread_;           // an incomplete frame
  bool header_counted_ = false;  // that of unread_
  std::vector<Stream> streams_;
  std::deque<WireMessage> messages_;
  std::vector<size_t> frame_payload_sizes_;
};

// Writes all of `bytes` to a blocking or non-blocking socket; false if the
// other end is gone or takes no byte for 30 s.
bool WriteBytes(int fd, absl::string_view bytes);

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_TESTING_WIRE_BYTES_H_
