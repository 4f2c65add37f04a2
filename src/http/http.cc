// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/http.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pinwarden {
namespace {

constexpr absl::string_view kHeadEnd = "\r\n\r\n";

absl::string_view Phrase(HttpStatus status) {
  switch (status) {
    case HttpStatus::kOk:
      return "OK";
    case HttpStatus::kBadRequest:
      return "Bad Request";
    case HttpStatus::kNotFound:
      return "Not Found";
    case HttpStatus::kMethodNotAllowed:
      return "Method Not Allowed";
    case HttpStatus::kHeadTooLarge:
      return "Request Header Fields Too Large";
    case HttpStatus::kInternalError:
      return "Internal Server Error";
    case HttpStatus::kVersionNotSupported:
      return "HTTP Version Not Supported";
  }
  return "";
}

bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

bool IsToken(absl::string_view text) {
  for (const char c : text) {
    if (!IsTokenChar(c)) return false;
  }
  return !text.empty();
}

bool IsVisible(absl::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return true;
}

bool IsFieldValue(absl::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return false;
  }
  return true;
}

// Takes what comes before `end` off `text`, and `end` too; false without one.
bool TakeUpTo(absl::string_view end, absl::string_view* text,
              absl::string_view* taken) {
  const size_t at = text->find(end);
  if (at == absl::string_view::npos) return false;
  *taken = text->substr(0, at);
  text->remove_prefix(at + end.size());
  return true;
}

HttpStatus ParseRequestLine(absl::string_view line, HttpRequest* request,
                            bool* needs_host) {
  absl::string_view method;
  absl::string_view target;
  if (!TakeUpTo(" ", &line, &method) || !TakeUpTo(" ", &line, &target) ||
      !IsToken(method) || !absl::StartsWith(target, "/") ||
      !IsVisible(target)) {
    return HttpStatus::kBadRequest;
  }
  // What is left is the version.
  if (line.size() != 8 || !absl::StartsWith(line, "HTTP/") || line[6] != '.' ||
      !absl::ascii_isdigit(static_cast<unsigned char>(line[5])) ||
      !absl::ascii_isdigit(static_cast<unsigned char>(line[7]))) {
    return HttpStatus::kBadRequest;
  }
  if (line[5] != '1') return HttpStatus::kVersionNotSupported;
  *needs_host = line[7] != '0';
  request->head_only = method == "HEAD";
  request->path = std::string(target.substr(0, target.find('?')));
  return method == "GET" || method == "HEAD" ? HttpStatus::kOk
                                             : HttpStatus::kMethodNotAllowed;
}

// `fields` is what follows the request line, up to the empty line.
HttpStatus CheckFields(absl::string_view fields, bool needs_host) {
  int hosts = 0;
  absl::string_view line;
  while (TakeUpTo("\r\n", &fields, &line) && !line.empty()) {
    absl::string_view name;
    if (!TakeUpTo(":", &line, &name) || !IsToken(name) || !IsFieldValue(line)) {
      return HttpStatus::kBadRequest;
    }
    if (absl::EqualsIgnoreCase(name, "host")) ++hosts;
  }
  const bool fits = hosts == 1 || (hosts == 0 && !needs_host);
  return fits ? HttpStatus::kOk : HttpStatus::kBadRequest;
}

}  // namespace

std::optional<size_t> FindHttpHead(absl::string_view received, size_t seen) {
  // The end may have begun in what was seen.
  const size_t from = seen < kHeadEnd.size() ? 0 : seen - kHeadEnd.size() + 1;
  const size_t at = received.find(kHeadEnd, from);
  if (at == absl::string_view::npos) return std::nullopt;
  return at + kHeadEnd.size();
}

HttpRequest ParseHttpHead(absl::string_view head) {
  HttpRequest request;
  if (head.size() > kMaxHttpHeadBytes) {
    request.status = HttpStatus::kHeadTooLarge;
    return request;
  }
  absl::string_view line;
  bool needs_host = false;
  if (!absl::EndsWith(head, kHeadEnd) || !TakeUpTo("\r\n", &head, &line)) {
    request.status = HttpStatus::kBadRequest;
    return request;
  }
  request.status = ParseRequestLine(line, &request, &needs_host);
  if (request.status == HttpStatus::kOk) {
    request.status = CheckFields(head, needs_host);
  }
  return request;
}

std::string FormatHttpResponse(const HttpResponse& response, bool head_only) {
  const bool refuses_method = response.status == HttpStatus::kMethodNotAllowed;
  return absl::StrCat(
      "HTTP/1.1 ", static_cast<int>(response.status), " ",
      Phrase(response.status), "\r\nContent-Type: ", response.content_type,
      "\r\nContent-Length: ", response.body.size(),
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
      refuses_method ? "Allow: GET, HEAD\r\n" : "", "Connection: close\r\n\r\n",
      head_only ? "" : response.body);
}

HttpResponse HttpErrorPage(HttpStatus status) {
  HttpResponse response;
  response.status = status;
  response.body =
      absl::StrCat(static_cast<int>(status), " ", Phrase(status), "\n");
  return response;
}

}  // namespace pinwarden
