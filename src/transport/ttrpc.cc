// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ttrpc.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pinwarden/status_macros.h"
#include "transport/bytes.h"

namespace pinwarden {
namespace {

constexpr size_t kTypeOffset = 8;  // in the header

bool IsKnownType(char type) {
  switch (static_cast<TtrpcType>(type)) {
    case TtrpcType::kRequest:
    case TtrpcType::kResponse:
    case TtrpcType::kData:
      return true;
  }
  return false;
}

// Moves bytes from the front of `bytes` to `buffer` until that holds `size`.
void Collect(size_t size, absl::string_view* bytes, std::string* buffer) {
  const size_t n = std::min(size - buffer->size(), bytes->size());
  buffer->append(bytes->data(), n);
  bytes->remove_prefix(n);
}

}  // namespace

absl::Status TtrpcDecoder::Feed(absl::string_view bytes, Sink sink) {
  while (!bytes.empty()) {
    if (skip_ > 0) {
      const uint64_t n = std::min<uint64_t>(skip_, bytes.size());
      skip_ -= n;
      bytes.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    // A message that lies whole in `bytes` is passed on from there; one that
    // is cut is put together in buffer_ first, its header before its data.
    if (!buffer_.empty() || bytes.size() < kTtrpcHeaderBytes) {
      if (buffer_.size() < kTtrpcHeaderBytes) {
        Collect(kTtrpcHeaderBytes, &bytes, &buffer_);
      }
      if (buffer_.size() < kTtrpcHeaderBytes) return absl::OkStatus();
    }
    const char* header = buffer_.empty() ? bytes.data() : buffer_.data();
    if (!IsKnownType(header[kTypeOffset])) {
      return absl::DataLossError(absl::StrCat(
          "ttRPC message of unknown type ",
          static_cast<unsigned char>(header[kTypeOffset]), " at byte ",
          offset_ + kTypeOffset, " of its connection"));
    }
    TtrpcMessage message;
    const size_t length = LoadBigEndian32(header);
    const size_t total = kTtrpcHeaderBytes + length;
    message.stream = LoadBigEndian32(header + 4);
    message.type = static_cast<TtrpcType>(header[kTypeOffset]);
    message.flags = static_cast<uint8_t>(header[kTypeOffset + 1]);
    message.oversized = length > kMaxTtrpcDataBytes;
    if (message.oversized) {
      if (buffer_.empty()) bytes.remove_prefix(kTtrpcHeaderBytes);
      skip_ = length;
    } else if (buffer_.empty() && bytes.size() >= total) {
      message.data = bytes.substr(kTtrpcHeaderBytes, length);
      bytes.remove_prefix(total);
    } else {
      Collect(total, &bytes, &buffer_);
      if (buffer_.size() < total) return absl::OkStatus();
      message.data = absl::string_view(buffer_).substr(kTtrpcHeaderBytes);
    }
    offset_ += total;
    PW_RETURN_IF_ERROR(sink(message));
    Recycle(&buffer_);
  }
  return absl::OkStatus();
}

void AppendTtrpcMessage(uint32_t stream, TtrpcType type, absl::string_view data,
                        std::string* out) {
  AppendBigEndian32(static_cast<uint32_t>(data.size()), out);
  AppendBigEndian32(stream, out);
  out->push_back(static_cast<char>(type));
  out->push_back(0);  // flags: a unary call
  out->append(data.data(), data.size());
}

}  // namespace pinwarden
