// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pinwarden/http_server.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

template <typename Address>
ListenAddress Make(const Address& from, bool loopback) {
  static_assert(sizeof(Address) <= sizeof(sockaddr_storage));
  ListenAddress made;
  std::memcpy(&made.address, &from, sizeof(from));
  made.size = sizeof(from);
  made.loopback = loopback;
  return made;
}

absl::Status Malformed(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(text, 128),
                   " is no address to listen on; one looks like "
                   "127.0.0.1:9717 or [::1]:9717"));
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == absl::string_view::npos || text.size() - colon > 6 ||
      text.find_first_not_of("0123456789", colon + 1) !=
          absl::string_view::npos ||
      !absl::SimpleAtoi(text.substr(colon + 1), &port) || port > 65535) {
    return Malformed(text);
  }
  absl::string_view host = text.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) {
    sockaddr_in6 six = {};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(static_cast<uint16_t>(port));
    if (inet_pton(AF_INET6, std::string(host).c_str(), &six.sin6_addr) != 1) {
      return Malformed(text);
    }
    return Make(six, IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0);
  }
  sockaddr_in four = {};
  four.sin_family = AF_INET;
  four.sin_port = htons(static_cast<uint16_t>(port));
  // As much of `text` again: a bracket that was taken off was one too many.
  host = text.substr(0, colon);
  if (inet_pton(AF_INET, std::string(host).c_str(), &four.sin_addr) != 1) {
    return Malformed(text);
  }
  return Make(four, ntohl(four.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET);
}

std::string ListenAddress::ToString() const {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six;
    std::memcpy(&six, &address, sizeof(six));
    inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof(host));
    return absl::StrCat("[", host, "]:", ntohs(six.sin6_port));
  }
  sockaddr_in four;
  std::memcpy(&four, &address, sizeof(four));
  inet_ntop(AF_INET, &four.sin_addr, host, sizeof(host));
  return absl::StrCat(host, ":", ntohs(four.sin_port));
}

}  // namespace pinwarden
