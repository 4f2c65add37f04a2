// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_MUX_H_
#define PINWARDEN_MUX_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

// NRI carries several byte streams ("connections") over one Unix socket:
//
//   frame := connection id (u32 BE), payload length (u32 BE), payload
//
// Frames are cut anywhere: a connection's payloads, put end to end, are its
// bytes, and nothing more may be read into where a frame ends.
inline constexpr size_t kMuxHeaderBytes = 8;

// A peer with nri < 0.7 sends payloads of up to 16 MiB; a longer one is
// garbage.
inline constexpr size_t kMaxMuxPayloadBytes = (16 << 20) + 10;

// The peer reads through a buffer of this size and drops a plugin that sends
// more in one frame; the container it asked about would then run.
inline constexpr size_t kMaxSentMuxPayloadBytes = 4096;

// Splits what is read from the socket into the payload bytes of connections.
// Holds no payload itself. One thread at a time.
class MuxDecoder {
 public:
  // Called with one or more pieces of each payload, in order of arrival, never
  // empty. An error ends Feed().
  using Sink = absl::FunctionRef<absl::Status(uint32_t connection,
                                              absl::string_view bytes)>;

  // `bytes` may be cut anywhere. Returns the sink's error, or kDataLoss for a
  // header that no peer sends (connection 0, a payload over the limit), naming
  // the byte of the stream; after an error the decoder is of no further use.
  absl::Status Feed(absl::string_view bytes, Sink sink);

  // True between two frames.
  bool idle() const { return header_bytes_ == 0; }

 private:
  absl::Status ParseHeader();

  char header_[kMuxHeaderBytes] = {};
  size_t header_bytes_ = 0;  // of header_ that are filled; 0 between frames
  uint32_t connection_ = 0;  // of the frame being read
  size_t payload_left_ = 0;  // of the frame being read
  uint64_t offset_ = 0;      // of the stream, where that frame starts
};

// Appends `bytes` as frames of `connection`, none over kMaxSentMuxPayloadBytes.
void AppendMuxFrames(uint32_t connection, absl::string_view bytes,
                     std::string* out);

}  // namespace pinwarden

#endif  // PINWARDEN_MUX_H_
