// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// However the bytes of a request are cut, its head ends at the same place. What
// is taken has a path of visible characters that begins with "/", and what is
// written again from its parts is taken again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pinwarden/http.h"

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = pinwarden::FindHttpHead(bytes, 0);
  size_t seen = 0;
  std::optional<size_t> found;
  for (size_t i = 1; i <= size && !found; ++i) {
    found = pinwarden::FindHttpHead(bytes.substr(0, i), seen);
    seen = i;
  }
  Check(found == whole);

  const pinwarden::HttpRequest request =
      pinwarden::ParseHttpHead(bytes.substr(0, whole.value_or(size)));
  if (request.status != pinwarden::HttpStatus::kOk) return 0;
  Check(whole.has_value() && *whole <= pinwarden::kMaxHttpHeadBytes);
  Check(!request.path.empty() && request.path[0] == '/');
  for (const char c : request.path) Check(c > 0x20 && c < 0x7f && c != '?');
  const std::string again = std::string(request.head_only ? "HEAD " : "GET ") +
                            request.path + " HTTP/1.0\r\n\r\n";
  if (again.size() <= pinwarden::kMaxHttpHeadBytes) {
    const pinwarden::HttpRequest second = pinwarden::ParseHttpHead(again);
    Check(second.status == pinwarden::HttpStatus::kOk &&
          second.path == request.path && second.head_only == request.head_only);
  }
  return 0;
}
