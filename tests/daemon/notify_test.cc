// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/notify.h"

#include <unistd.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "daemon/notify_socket.h"
#include "gtest/gtest.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using testing::NotifySocket;
using testing::TempDir;

class NotifierTest : public ::testing::Test {
 protected:
  std::string Next() {
    const auto message = socket_.Next();
    return message ? message->text : "nothing came";
  }

  TempDir directory_;
  const std::string path_ = directory_ / "notify";
  NotifySocket socket_{path_};
  Notifier notifier_{path_};
};

TEST_F(NotifierTest, SendsEachStateAsTheProtocolHasIt) {
  EXPECT_TRUE(notifier_.enabled());
  notifier_.Ready("registered with containerd 2.1.9");
  EXPECT_EQ(Next(), "READY=1\nSTATUS=registered with containerd 2.1.9");
  notifier_.Status("not registered");
  EXPECT_EQ(Next(), "STATUS=not registered");
  notifier_.FeedWatchdog();
  EXPECT_EQ(Next(), "WATCHDOG=1");
  notifier_.MainPid(4711);
  EXPECT_EQ(Next(), "MAINPID=4711");
  notifier_.Stopping();
  EXPECT_EQ(Next(), "STOPPING=1");
}

TEST_F(NotifierTest, KeepsAStatusOnItsLine) {
  notifier_.Status("odd\nMAINPID=1");
  EXPECT_EQ(Next(), "STATUS=odd MAINPID=1");
}

TEST_F(NotifierTest, ReachesAnAbstractSocket) {
  const std::string name = absl::StrCat("@pinwarden-notify-test-", getpid());
  NotifySocket abstract(name);
  Notifier(name).Stopping();
  const auto message = abstract.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->text, "STOPPING=1");
}

TEST_F(NotifierTest, WaitsAtABarrierUntilTheManagerHasComeToIt) {
  bool passed = false;
  std::thread waiting([&] { passed = notifier_.Barrier(absl::Seconds(30)); });
  auto message = socket_.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->text, "BARRIER=1");
  EXPECT_TRUE(message->descriptor.valid());
  message->descriptor.reset();
  waiting.join();
  EXPECT_TRUE(passed);
}

TEST_F(NotifierTest, GivesUpAtABarrierWhenTheManagerDoesNot) {
  EXPECT_FALSE(notifier_.Barrier(absl::Milliseconds(10)));
  const auto message = socket_.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->descriptor.valid());
}

TEST(NotifierWithoutManagerTest, SendsNothing) {
  for (const std::string& socket :
       {std::string(), std::string("relative"), std::string("@"),
        std::string(200, '/'), std::string("/no/such/socket")}) {
    SCOPED_TRACE(socket);
    Notifier notifier(socket);
    notifier.Ready("x");
    EXPECT_FALSE(notifier.Barrier(absl::Seconds(30)));
  }
  EXPECT_FALSE(Notifier("").enabled());
}

}  // namespace
}  // namespace pinwarden
