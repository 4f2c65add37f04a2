// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_HTTP_H_
#define PINWARDEN_HTTP_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

// As much of HTTP/1 as it takes to hand out a page: one request a connection,
// GET or HEAD, no body. Everything else has a status to be answered with.

// Request line and header fields, with the empty line that ends them.
inline constexpr size_t kMaxHttpHeadBytes = 8192;

enum class HttpStatus {
  kOk = 200,
  kBadRequest = 400,
  kNotFound = 404,
  kMethodNotAllowed = 405,
  kHeadTooLarge = 431,
  kInternalError = 500,
  kVersionNotSupported = 505,
};

struct HttpRequest {
  HttpStatus status = HttpStatus::kOk;  // what is wrong with it, unless kOk
  bool head_only = false;               // HEAD: send no body
  std::string path;                     // "/metrics"; without the query
};

// The size of the head that `received` begins with, the empty line included;
// none if it is not all there. The first `seen` bytes are known to hold no end.
std::optional<size_t> FindHttpHead(absl::string_view received, size_t seen);

//   head         = method SP target SP version CRLF *(field CRLF) CRLF
//   target       = "/" *visible           a query after "?" is dropped
//   version      = "HTTP/1." DIGIT        with HTTP/1.1 and later: one Host
//   field        = 1*token-char ":" *(visible / SP / HTAB / 0x80-0xff)
HttpRequest ParseHttpHead(absl::string_view head);

struct HttpResponse {
  HttpStatus status = HttpStatus::kOk;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// The bytes to send; the connection is to be closed after them.
std::string FormatHttpResponse(const HttpResponse& response, bool head_only);

// A page that says no more than the status.
HttpResponse HttpErrorPage(HttpStatus status);

}  // namespace pinwarden

#endif  // PINWARDEN_HTTP_H_
