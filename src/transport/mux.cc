// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/mux.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "pinwarden/status_macros.h"
#include "transport/bytes.h"

namespace pinwarden {

absl::Status MuxDecoder::ParseHeader() {
  connection_ = LoadBigEndian32(header_);
  payload_left_ = LoadBigEndian32(header_ + 4);
  if (connection_ == 0) {
    return absl::DataLossError(
        absl::StrCat("frame of reserved connection 0 at byte ", offset_));
  }
  if (payload_left_ > kMaxMuxPayloadBytes) {
    return absl::DataLossError(absl::StrCat("frame of ", payload_left_,
                                            " bytes at byte ", offset_ + 4));
  }
  offset_ += kMuxHeaderBytes + payload_left_;
  return absl::OkStatus();
}

absl::Status MuxDecoder::Feed(absl::string_view bytes, Sink sink) {
  while (!bytes.empty()) {
    if (header_bytes_ < kMuxHeaderBytes) {
      const size_t n = std::min(kMuxHeaderBytes - header_bytes_, bytes.size());
      std::memcpy(header_ + header_bytes_, bytes.data(), n);
      header_bytes_ += n;
      bytes.remove_prefix(n);
      if (header_bytes_ < kMuxHeaderBytes) return absl::OkStatus();
      PW_RETURN_IF_ERROR(ParseHeader());
    }
    const absl::string_view payload =
        bytes.substr(0, std::min(payload_left_, bytes.size()));
    bytes.remove_prefix(payload.size());
    payload_left_ -= payload.size();
    if (payload_left_ == 0) header_bytes_ = 0;
    if (!payload.empty()) PW_RETURN_IF_ERROR(sink(connection_, payload));
  }
  return absl::OkStatus();
}

void AppendMuxFrames(uint32_t connection, absl::string_view bytes,
                     std::string* out) {
  while (!bytes.empty()) {
    const absl::string_view payload = bytes.substr(0, kMaxSentMuxPayloadBytes);
    AppendBigEndian32(connection, out);
    AppendBigEndian32(static_cast<uint32_t>(payload.size()), out);
    out->append(payload.data(), payload.size());
    bytes.remove_prefix(payload.size());
  }
}

}  // namespace pinwarden
