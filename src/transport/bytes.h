// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_TRANSPORT_BYTES_H_
#define PINWARDEN_SRC_TRANSPORT_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace pinwarden {

// A buffer that a large message grew past this is given back once the message
// is done with: the daemon's memory is that of its small messages.
inline constexpr size_t kMaxKeptBufferBytes = 64 << 10;

inline uint32_t LoadBigEndian32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

inline void AppendBigEndian32(uint32_t value, std::string* out) {
  const char bytes[] = {
      static_cast<char>(value >> 24), static_cast<char>(value >> 16),
      static_cast<char>(value >> 8), static_cast<char>(value)};
  out->append(bytes, sizeof(bytes));
}

// Empties `buffer`, keeping its memory only if that is small.
inline void Recycle(std::string* buffer) {
  if (buffer->capacity() > kMaxKeptBufferBytes) {
    std::string().swap(*buffer);
  } else {
    buffer->clear();
  }
}

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_TRANSPORT_BYTES_H_
