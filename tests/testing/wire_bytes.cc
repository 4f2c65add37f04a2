// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "testing/wire_bytes.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <utility>

namespace pinwarden::testing {
namespace {

constexpr size_t kMuxHeaderLength = 8;
constexpr size_t kTtrpcHeaderLength = 10;
constexpr int kPatienceMs = 30'000;

void Append(absl::string_view bytes, std::string* out) {
  out->append(bytes.data(), bytes.size());
}

void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) {
    out->push_back(static_cast<char>((value & 0x7f) | 0x80));
  }
  out->push_back(static_cast<char>(value));
}

// A length-delimited field.
void AppendField(uint32_t number, absl::string_view value, std::string* out) {
  AppendVarint(number << 3 | 2, out);
  AppendVarint(value.size(), out);
  Append(value, out);
}

uint32_t ReadBigEndian32(absl::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

bool TakeVarint(absl::string_view* in, uint64_t* value) {
  *value = 0;
  for (unsigned shift = 0; shift < 64 && !in->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(in->front());
    in->remove_prefix(1);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

struct Field {
  uint64_t number = 0;
  uint64_t varint = 0;      // of wire type 0
  absl::string_view bytes;  // of wire type 2
};

// Other wire types are not used by the envelopes.
bool TakeField(absl::string_view* in, Field* field) {
  uint64_t tag = 0;
  if (!TakeVarint(in, &tag)) return false;
  field->number = tag >> 3;
  field->bytes = {};
  if (!TakeVarint(in, &field->varint)) return false;
  if ((tag & 7) == 0) return true;
  if ((tag & 7) != 2 || field->varint > in->size()) return false;
  field->bytes = in->substr(0, static_cast<size_t>(field->varint));
  in->remove_prefix(field->bytes.size());
  return true;
}

}  // namespace

std::string BigEndian32(uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xff));
  }
  return out;
}

std::string MuxHeader(uint32_t connection, uint32_t length) {
  return BigEndian32(connection) + BigEndian32(length);
}

std::string MuxFrame(uint32_t connection, absl::string_view payload) {
  std::string out =
      MuxHeader(connection, static_cast<uint32_t>(payload.size()));
  Append(payload, &out);
  return out;
}

std::string TtrpcHeader(uint32_t length, uint32_t stream, uint8_t type,
                        uint8_t flags) {
  std::string out = BigEndian32(length) + BigEndian32(stream);
  out.push_back(static_cast<char>(type));
  out.push_back(static_cast<char>(flags));
  return out;
}

std::string TtrpcMessageBytes(uint32_t stream, uint8_t type,
                              absl::string_view data, uint8_t flags) {
  std::string out =
      TtrpcHeader(static_cast<uint32_t>(data.size()), stream, type, flags);
  Append(data, &out);
  return out;
}

std::string RequestEnvelope(absl::string_view service, absl::string_view method,
                            absl::string_view payload) {
  std::string out;
  AppendField(1, service, &out);
  AppendField(2, method, &out);
  AppendField(3, payload, &out);
  return out;
}

std::string ResponseEnvelope(absl::string_view payload) {
  std::string out;
  AppendField(2, payload, &out);
  return out;
}

std::string ErrorEnvelope(uint32_t code, absl::string_view message) {
  std::string status;
  AppendVarint(1 << 3, &status);
  AppendVarint(code, &status);
  AppendField(2, message, &status);
  std::string out;
  AppendField(1, status, &out);
  return out;
}

std::string CallBytes(uint32_t connection, uint32_t stream,
                      absl::string_view service, absl::string_view method,
                      absl::string_view payload) {
  return MuxFrame(connection,
                  TtrpcMessageBytes(stream, kTtrpcRequest,
                                    RequestEnvelope(service, method, payload)));
}

std::string AnswerBytes(uint32_t connection, uint32_t stream,
                        absl::string_view envelope) {
  return MuxFrame(connection,
                  TtrpcMessageBytes(stream, kTtrpcResponse, envelope));
}

std::optional<WireRequest> ParseRequestEnvelope(absl::string_view data) {
  WireRequest request;
  Field field;
  while (!data.empty()) {
    if (!TakeField(&data, &field)) return std::nullopt;
    if (field.number == 1) request.service = std::string(field.bytes);
    if (field.number == 2) request.method = std::string(field.bytes);
    if (field.number == 3) request.payload = std::string(field.bytes);
  }
  return request;
}

std::optional<WireResponse> ParseResponseEnvelope(absl::string_view data) {
  WireResponse response;
  Field field;
  while (!data.empty()) {
    if (!TakeField(&data, &field)) return std::nullopt;
    if (field.number == 2) response.payload = std::string(field.bytes);
    if (field.number != 1) continue;
    absl::string_view status = field.bytes;
    while (!status.empty()) {
      if (!TakeField(&status, &field)) return std::nullopt;
      if (field.number == 1)
        response.code = static_cast<uint32_t>(field.varint);
      if (field.number == 2) response.message = std::string(field.bytes);
    }
  }
  return response;
}

void WireReader::Feed(absl::string_view bytes) {
  Append(bytes, &unread_);
  while (unread_.size() >= kMuxHeaderLength) {
    const uint32_t connection = ReadBigEndian32(unread_);
    const size_t length = ReadBigEndian32(absl::string_view(unread_).substr(4));
    if (!header_counted_) frame_payload_sizes_.push_back(length);
    header_counted_ = unread_.size() < kMuxHeaderLength + length;
    if (header_counted_) return;
    Stream* stream = nullptr;
    for (Stream& s : streams_) {
      if (s.connection == connection) stream = &s;
    }
    if (stream == nullptr) {
      streams_.push_back({connection, ""});
      stream = &streams_.back();
    }
    stream->bytes.append(unread_, kMuxHeaderLength, length);
    unread_.erase(0, kMuxHeaderLength + length);
    TakeMessages(*stream);
  }
}

void WireReader::TakeMessages(Stream& stream) {
  while (stream.bytes.size() >= kTtrpcHeaderLength) {
    const absl::string_view bytes = stream.bytes;
    const size_t length = ReadBigEndian32(bytes);
    if (bytes.size() < kTtrpcHeaderLength + length) return;
    WireMessage message;
    message.connection = stream.connection;
    message.stream = ReadBigEndian32(bytes.substr(4));
    message.type = static_cast<uint8_t>(bytes[8]);
    message.flags = static_cast<uint8_t>(bytes[9]);
    message.data = std::string(bytes.substr(kTtrpcHeaderLength, length));
    messages_.push_back(std::move(message));
    stream.bytes.erase(0, kTtrpcHeaderLength + length);
  }
}

std::optional<WireMessage> WireReader::Next() {
  if (messages_.empty()) return std::nullopt;
  WireMessage message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::optional<WireMessage> WireReader::Read(int fd) {
  char buffer[16 << 10];
  while (messages_.empty()) {
    pollfd ready = {fd, POLLIN, 0};
    const int polled = poll(&ready, 1, kPatienceMs);
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return std::nullopt;
    const ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return std::nullopt;
    Feed(absl::string_view(buffer, static_cast<size_t>(n)));
  }
  return Next();
}

bool WriteBytes(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n =
        send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd ready = {fd, POLLOUT, 0};
    if (poll(&ready, 1, kPatienceMs) == 0) return false;
  }
  return true;
}

}  // namespace pinwarden::testing
