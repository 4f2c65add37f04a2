// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/control_client.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "control/control_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/unique_fd.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(30);

// Somebody who listens and never says a word.
class SilentPeer {
 public:
  explicit SilentPeer(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address)),
              0);
    EXPECT_EQ(listen(fd_.get(), 8), 0);
  }
  UniqueFd Accept() { return UniqueFd(accept(fd_.get(), nullptr, nullptr)); }
  void Close() { fd_.reset(); }

 private:
  UniqueFd fd_;
};

absl::Status WatchAll(const std::string& path,
                      const std::function<bool()>& cancelled) {
  return ControlClient(path).Watch(
      {}, [](const auto&) { return true; }, cancelled);
}

TEST(ControlClientTest, SaysThatNoDaemonAnswers) {
  TempDir directory;
  SilentPeer gone(directory / "stale");
  gone.Close();
  for (const char* name : {"absent", "stale", "no/where"}) {
    SCOPED_TRACE(name);
    const auto no_daemon =
        StatusIs(absl::StatusCode::kUnavailable,
                 AllOf(HasSubstr("no daemon answers on"), HasSubstr(name),
                       HasSubstr("systemctl status pinwardend")));
    const ControlClient client(directory / name);
    EXPECT_THAT(client.GetStatus(kPatience), no_daemon);
    EXPECT_THAT(client.Reload(kPatience), no_daemon);
    EXPECT_THAT(client.Check({}, kPatience), no_daemon);
    EXPECT_THAT(WatchAll(directory / name, nullptr), no_daemon);
  }
}

TEST(ControlClientTest, TellsAForbiddenSocketFromAnAbsentOne) {
  TempDir directory;
  SilentPeer peer(directory / "s");
  ASSERT_EQ(chmod((directory / "s").c_str(), 0), 0);
  absl::Status status;
  std::thread([&] {
    // Nothing is forbidden to root. The bare system call changes this thread
    // alone, which the C library's wrapper would not.
    constexpr long kKeep = -1;
    constexpr long kNobody = 65534;
    if (geteuid() == 0) syscall(SYS_setresuid, kKeep, kNobody, kKeep);
    status = ControlClient(directory / "s").GetStatus(kPatience).status();
  }).join();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied,
                               AllOf(HasSubstr("may not open"),
                                     HasSubstr("run as root"))));
}

TEST(ControlClientTest, GivesUpOnADaemonThatDoesNotAnswer) {
  TempDir directory;
  SilentPeer peer(directory / "s");
  EXPECT_THAT(ControlClient(directory / "s").GetStatus(absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kDeadlineExceeded,
                       HasSubstr("did not answer in time")));
}

TEST(ControlClientTest, StopsWatchingADaemonThatDoesNotAnswerWhenCancelled) {
  TempDir directory;
  SilentPeer peer(directory / "s");
  EXPECT_THAT(WatchAll(directory / "s", [] { return true; }), IsOk());
}

TEST(ControlClientTest, SaysThatTheDaemonWentAway) {
  TempDir directory;
  SilentPeer peer(directory / "s");
  std::thread hangs_up([&peer] { peer.Accept().reset(); });
  EXPECT_THAT(ControlClient(directory / "s").GetStatus(kPatience),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("went away")));
  hangs_up.join();
}

TEST(ControlClientTest, TakesNoAnswerFromAPeerThatSpeaksNoGrpc) {
  TempDir directory;
  SilentPeer peer(directory / "s");
  std::thread answers([&peer] {
    const UniqueFd fd = peer.Accept();
    const std::string noise = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    EXPECT_EQ(send(fd.get(), noise.data(), noise.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(noise.size()));
  });
  // gRPC has several codes for it; each comes with the socket's name.
  const absl::Status status =
      ControlClient(directory / "s").GetStatus(kPatience).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr(directory / "s"));
  answers.join();
}

TEST_F(ControlServerTest, AClientLivesThroughARestartOfTheDaemon) {
  const ControlClient client(options_.control_socket);
  EXPECT_THAT(client.GetStatus(kPatience), IsOk());
  server_.reset();
  EXPECT_THAT(client.GetStatus(kPatience),
              StatusIs(absl::StatusCode::kUnavailable));
  const auto again = StartAnother();
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(client.GetStatus(kPatience), IsOk());
}

TEST_F(ControlServerTest, AWatcherStopsWhenItHasSeenEnough) {
  const ControlClient client(options_.control_socket);
  int seen = 0;
  const absl::Status status = client.Watch(
      {}, [&seen](const v1::WatchDecisionsResponse&) { return ++seen < 2; },
      nullptr,
      [this] {
        for (int i = 0; i < 5; ++i) {
          decisions_.Publish(MakeDecisionOf("a", "b", v1::OUTCOME_ALLOWED));
        }
      });
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace pinwarden::testing
