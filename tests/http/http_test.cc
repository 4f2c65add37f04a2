// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/http.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(FindHttpHeadTest, FindsTheEndHoweverTheBytesCame) {
  const std::string text = "GET / HTTP/1.0\r\nA: b\r\n\r\nmore\r\n\r\n";
  const size_t end = text.find("more");
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    const auto early = FindHttpHead(text.substr(0, cut), 0);
    EXPECT_EQ(early.has_value(), cut >= end);
    // What was seen has no end: that is what `seen` says.
    EXPECT_EQ(FindHttpHead(text, std::min(cut, end - 1)).value_or(0), end);
  }
}

TEST(ParseHttpHeadTest, TakesWhatAScraperSends) {
  const struct {
    const char* head;
    const char* path;
    bool head_only;
  } kCases[] = {
      {"GET /metrics HTTP/1.1\r\nHost: localhost:9717\r\n\r\n", "/metrics",
       false},
      {"GET /metrics?name=a&b=c HTTP/1.1\r\nhOST:\r\n\r\n", "/metrics", false},
      {"GET / HTTP/1.0\r\n\r\n", "/", false},
      {"HEAD /a HTTP/1.1\r\nHost: x\r\nAccept:\ta, b;q=0.5 \r\n\r\n", "/a",
       true},
      {"GET //../%41 HTTP/1.9\r\nHost: \xc3\xa4\r\n\r\n", "//../%41", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.head);
    const HttpRequest request = ParseHttpHead(c.head);
    EXPECT_EQ(request.status, HttpStatus::kOk);
    EXPECT_EQ(request.path, c.path);
    EXPECT_EQ(request.head_only, c.head_only);
  }
}

TEST(ParseHttpHeadTest, SaysWhatIsWrong) {
  const struct {
    std::string head;
    HttpStatus want;
  } cases[] = {
      {"", HttpStatus::kBadRequest},
      {"\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\n\n", HttpStatus::kBadRequest},
      {"GET  / HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0 \r\n\r\n", HttpStatus::kBadRequest},
      {" / HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET metrics HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET http://a/ HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET * HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET /\x1b[2J HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET /\xc3\xa4 HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {std::string("GET /\0 HTTP/1.0\r\n\r\n", 20), HttpStatus::kBadRequest},
      {"G\tT / HTTP/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET /\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.x\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/x.1\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1x1\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / http/1.0\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/2.0\r\n\r\n", HttpStatus::kVersionNotSupported},
      {"GET / HTTP/0.9\r\n\r\n", HttpStatus::kVersionNotSupported},
      {"POST / HTTP/1.0\r\n\r\n", HttpStatus::kMethodNotAllowed},
      {"get / HTTP/1.0\r\n\r\n", HttpStatus::kMethodNotAllowed},
      // HTTP/1.1 has one Host, and what folds or hides a field is none.
      {"GET / HTTP/1.1\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nA\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\n: b\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nA : b\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nA: b\x7f\r\n\r\n", HttpStatus::kBadRequest},
      {"GET / HTTP/1.0\r\nA: b\rc\r\n\r\n", HttpStatus::kBadRequest},
      {absl::StrCat("GET /", std::string(kMaxHttpHeadBytes, 'a'),
                    " HTTP/1.0\r\n\r\n"),
       HttpStatus::kHeadTooLarge},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.head.substr(0, 80));
    EXPECT_EQ(ParseHttpHead(c.head).status, c.want);
  }
}

TEST(ParseHttpHeadTest, TakesAHeadOfExactlyTheBound) {
  const std::string start = "GET / HTTP/1.0\r\nA: ";
  const std::string head = absl::StrCat(
      start, std::string(kMaxHttpHeadBytes - start.size() - 4, 'b'),
      "\r\n\r\n");
  ASSERT_EQ(head.size(), kMaxHttpHeadBytes);
  EXPECT_EQ(ParseHttpHead(head).status, HttpStatus::kOk);
}

TEST(FormatHttpResponseTest, SendsTheBodyOrOnlyItsSize) {
  const HttpResponse page = {HttpStatus::kOk, "text/plain", "hello\n"};
  EXPECT_EQ(FormatHttpResponse(page, /*head_only=*/false),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
            "Content-Length: 6\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
            "hello\n");
  EXPECT_THAT(FormatHttpResponse(page, /*head_only=*/true),
              AllOf(HasSubstr("Content-Length: 6\r\n"),
                    EndsWith("Connection: close\r\n\r\n")));
}

TEST(FormatHttpResponseTest, HasAPageForEveryStatus) {
  const struct {
    HttpStatus status;
    const char* want;
  } kCases[] = {
      {HttpStatus::kBadRequest, "400 Bad Request"},
      {HttpStatus::kNotFound, "404 Not Found"},
      {HttpStatus::kMethodNotAllowed, "405 Method Not Allowed"},
      {HttpStatus::kHeadTooLarge, "431 Request Header Fields Too Large"},
      {HttpStatus::kInternalError, "500 Internal Server Error"},
      {HttpStatus::kVersionNotSupported, "505 HTTP Version Not Supported"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_THAT(FormatHttpResponse(HttpErrorPage(c.status), false),
                AllOf(StartsWith(absl::StrCat("HTTP/1.1 ", c.want, "\r\n")),
                      EndsWith(absl::StrCat("\r\n\r\n", c.want, "\n"))));
  }
}

TEST(FormatHttpResponseTest, SaysWhichMethodsThereAreWhenItRefusesOne) {
  EXPECT_THAT(
      FormatHttpResponse(HttpErrorPage(HttpStatus::kMethodNotAllowed), false),
      HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  EXPECT_THAT(FormatHttpResponse(HttpErrorPage(HttpStatus::kNotFound), false),
              Not(HasSubstr("Allow")));
}

}  // namespace
}  // namespace pinwarden
