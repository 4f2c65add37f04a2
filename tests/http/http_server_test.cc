// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/http_server.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/http_client.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kGet[] = "GET /page HTTP/1.0\r\n\r\n";

// A server on a free port, and what it was asked for.
class HttpServerTest : public ::testing::Test {
 protected:
  ~HttpServerTest() override { Stop(); }

  void Start(absl::Duration lifetime = absl::Seconds(60)) {
    const auto any = ParseListenAddress("127.0.0.1:0");
    ASSERT_THAT(any, IsOk());
    auto server = HttpServer::Listen(
        *any,
        [this](absl::string_view path) {
          ++asked_;
          if (hold_.valid()) hold_.wait();
          HttpResponse page;
          page.body = absl::StrCat("page ", path, "\n", filler_);
          return page;
        },
        lifetime);
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
    thread_ = std::thread([this] { server_->Run(stop_); });
  }

  void Stop() {
    stop_.Set();
    if (thread_.joinable()) thread_.join();
  }

  const ListenAddress& at() const { return server_->address(); }

  std::string filler_;
  std::atomic<int> asked_{0};
  std::shared_future<void> hold_;
  StopEvent stop_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST_F(HttpServerTest, AnswersOneRequestAndHangsUp) {
  Start();
  EXPECT_THAT(HttpAsk(at(), kGet), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                                         EndsWith("\r\n\r\npage /page\n")));
  EXPECT_THAT(HttpAsk(at(), "HEAD /page HTTP/1.0\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 11\r\n"), EndsWith("\r\n\r\n")));
  EXPECT_EQ(asked_, 2);
}

TEST_F(HttpServerTest, PutsARequestTogetherThatComesByteByByte) {
  Start();
  HttpClient client(at());
  for (const char c : absl::string_view(kGet)) {
    ASSERT_TRUE(client.Send(absl::string_view(&c, 1)));
  }
  EXPECT_THAT(client.ReadAll(), EndsWith("page /page\n"));
}

TEST_F(HttpServerTest, AnswersTheFirstOfSeveralRequests) {
  Start();
  EXPECT_THAT(HttpAsk(at(), absl::StrCat(kGet, kGet, kGet)),
              EndsWith("\r\n\r\npage /page\n"));
  EXPECT_EQ(asked_, 1);
}

TEST_F(HttpServerTest, RefusesWithoutAskingForThePage) {
  Start();
  const struct {
    std::string request;
    const char* want;
  } cases[] = {
      {"nonsense\r\n\r\n", "HTTP/1.1 400 "},
      {"POST /page HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
       "HTTP/1.1 405 "},
      {std::string(kMaxHttpHeadBytes + 1, 'a'), "HTTP/1.1 431 "},
      {absl::StrCat("GET / HTTP/1.0\r\nA: ", std::string(20'000, 'a'),
                    "\r\n\r\n"),
       "HTTP/1.1 431 "},
      {"GET /page HTTP/3.0\r\n\r\n", "HTTP/1.1 505 "},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);
    EXPECT_THAT(HttpAsk(at(), c.request), StartsWith(c.want));
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(HttpServerTest, ThrowsAwayWhatFollowsARequestUpToABound) {
  Start();
  HttpClient client(at());
  ASSERT_TRUE(client.Send(kGet));
  // Until it hangs up; the bytes on their way fill what the system keeps.
  const std::string more(4096, 'x');
  int sent = 0;
  while (sent < 100'000 && client.Send(more)) ++sent;
  EXPECT_LT(sent, 100'000);
}

TEST_F(HttpServerTest, GoesOnAfterClientsThatHangUp) {
  Start();
  for (const char* request : {"", "GET /pa", kGet}) {
    SCOPED_TRACE(request);
    HttpClient client(at());
    ASSERT_TRUE(client.Send(request));
  }
  HttpClient half(at());
  ASSERT_TRUE(half.Send("GET /page HTTP/1.0\r\n\r\n"));
  half.EndInput();
  EXPECT_THAT(half.ReadAll(), EndsWith("page /page\n"));
}

TEST_F(HttpServerTest, SendsALargePageWholeToASlowReader) {
  filler_ = std::string(8 << 20, 'x');
  Start();
  HttpClient slow(at());
  ASSERT_TRUE(slow.Send(kGet));
  // Others are served while that one does not read.
  EXPECT_THAT(HttpAsk(at(), "HEAD / HTTP/1.0\r\n\r\n"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(slow.ReadAll(), EndsWith(filler_));
}

TEST_F(HttpServerTest, HangsUpOnWhoDoesNotGetOn) {
  Start(absl::Milliseconds(50));
  HttpClient idle(at());
  HttpClient slow(at());
  ASSERT_TRUE(slow.Send("GET /page HTTP/1.0\r\n"));
  EXPECT_EQ(idle.ReadAll(), "");
  EXPECT_EQ(slow.ReadAll(), "");
}

TEST_F(HttpServerTest, LetsMoreClientsWaitThanItServes) {
  Start(absl::Milliseconds(200));
  std::vector<std::unique_ptr<HttpClient>> idle;
  for (size_t i = 0; i < HttpServer::kMaxConnections; ++i) {
    idle.push_back(std::make_unique<HttpClient>(at()));
    ASSERT_TRUE(idle.back()->connected());
  }
  EXPECT_THAT(HttpAsk(at(), kGet), EndsWith("page /page\n"));
  // It was its turn when the time of one of the others was over.
  EXPECT_TRUE(idle.front()->HasNews());
}

TEST_F(HttpServerTest, AsksOnceForAllWhoWaitForThePage) {
  std::promise<void> release;
  hold_ = release.get_future().share();
  Start();
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<HttpClient>(at()));
    ASSERT_TRUE(clients.back()->Send(kGet));
    while (asked_ == 0) std::this_thread::yield();
  }
  release.set_value();
  for (const auto& client : clients) {
    EXPECT_THAT(client->ReadAll(), EndsWith("page /page\n"));
  }
  // For the first, and for those that came while it was being asked; once more
  // if the system was slow to hand a request over.
  EXPECT_LE(asked_, 3);
}

TEST_F(HttpServerTest, StopsWhileClientsAreConnected) {
  Start();
  HttpClient client(at());
  Stop();
  server_.reset();  // it may have been waiting to be accepted
  EXPECT_EQ(client.ReadAll(), "");
}

TEST_F(HttpServerTest, SaysWhereItCannotListen) {
  Start();
  EXPECT_THAT(
      HttpServer::Listen(at(), nullptr),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr(absl::StrCat("cannot listen on ", at().ToString()))));
}

TEST_F(HttpServerTest, ListensOnIpv6Too) {
  const auto any = ParseListenAddress("[::1]:0");
  ASSERT_THAT(any, IsOk());
  const auto server = HttpServer::Listen(*any, nullptr);
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT((*server)->address().ToString(), StartsWith("[::1]:"));
}

}  // namespace
}  // namespace pinwarden::testing
