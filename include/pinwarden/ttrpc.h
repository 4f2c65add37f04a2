// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TTRPC_H_
#define PINWARDEN_TTRPC_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// ttRPC messages, as they follow each other in one connection's bytes:
//
//   message := data length (u32 BE), stream id (u32 BE), type (u8), flags (u8),
//              data
inline constexpr size_t kTtrpcHeaderBytes = 10;

// Runtimes with ttRPC <= 1.2.5 do not hold themselves to the 4 MiB limit.
inline constexpr size_t kMaxTtrpcDataBytes = 16 << 20;

// ttRPC would let us send 4 MiB. But the peer closes a trunk that has 256
// frames to be read, so what we send is to fill half of that at most.
inline constexpr size_t kMaxSentTtrpcDataBytes = 500 << 10;

enum class TtrpcType : uint8_t { kRequest = 1, kResponse = 2, kData = 3 };

struct TtrpcMessage {
  uint32_t stream = 0;
  TtrpcType type = TtrpcType::kRequest;
  uint8_t flags = 0;
  absl::string_view data;  // valid during the call that passes it
  bool oversized = false;  // over the limit: discarded unread, `data` is empty
};

// Splits one connection's bytes into messages. Buffers a message that arrives
// in pieces, at most kMaxTtrpcDataBytes of it, in steps as its bytes really
// come: a length alone allocates nothing. One thread at a time.
class TtrpcDecoder {
 public:
  using Sink = absl::FunctionRef<absl::Status(const TtrpcMessage&)>;

  // Returns the sink's error, or kDataLoss for a header that no peer sends (an
  // unknown type), naming the byte of the connection; after an error the
  // decoder is of no further use. A message over the limit is passed on as
  // `oversized` once its header is read, and skipped.
  absl::Status Feed(absl::string_view bytes, Sink sink);

  // True between two messages.
  bool idle() const { return buffer_.empty() && skip_ == 0; }

  // What it holds on to, for tests of the memory bound.
  size_t buffer_capacity() const { return buffer_.capacity(); }

 private:
  std::string buffer_;   // the incomplete message, header included
  uint64_t skip_ = 0;    // bytes of an oversized message still to come
  uint64_t offset_ = 0;  // of the connection, where the message starts
};

// Appends one message. `data` is at most kMaxSentTtrpcDataBytes.
void AppendTtrpcMessage(uint32_t stream, TtrpcType type, absl::string_view data,
                        std::string* out);

}  // namespace pinwarden

#endif  // PINWARDEN_TTRPC_H_
