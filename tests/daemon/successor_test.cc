// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/successor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/files.h"
#include "gmock/gmock.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

constexpr absl::Duration kLong = absl::Seconds(30);

class SuccessorTest : public ::testing::Test {
 protected:
  // A shell that runs `script` in the place of a daemon.
  std::unique_ptr<Successor> Start(const std::string& script) {
    auto started =
        Successor::Start("/bin/sh", {"sh", "-c", script, "sh", out_});
    if (!started.ok()) ADD_FAILURE() << started.status();
    return started.ok() ? *std::move(started) : nullptr;
  }

  const testing::TempDir directory_;
  const std::string out_ = directory_ / "out";
};

TEST_F(SuccessorTest, InheritsNothingButTheChannel) {
  const UniqueFd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const UniqueFd leaky(fcntl(file.get(), F_DUPFD, 100));  // without O_CLOEXEC
  const auto successor = Start(
      "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done >$1; "
      "readlink /proc/$$/fd/3 >>$1");
  ASSERT_NE(successor, nullptr);
  ASSERT_EQ(successor->HowEnded(kLong), "ended with exit code 0");
  const std::string seen = testing::ReadWhole(out_);
  EXPECT_THAT(seen,
              AllOf(HasSubstr("3\n"), HasSubstr("socket:"),
                    Not(HasSubstr("\n" + std::to_string(leaky.get()) + "\n"))));
}

TEST_F(SuccessorTest, GetsTheEnvironmentAndNoSignalBlockedOrIgnored) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const auto old_handler = signal(SIGPIPE, SIG_IGN);
  setenv("PINWARDEN_TEST", "kept", 1);
  setenv("WATCHDOG_PID", "1", 1);
  const auto successor = Start(
      "echo $PINWARDEN_TAKE_OVER $PINWARDEN_TEST [$WATCHDOG_PID] >$1; "
      "while read key value; do [ $key != SigBlk: ] || echo $value >>$1; done "
      "</proc/$$/status; kill -PIPE $$");
  unsetenv("WATCHDOG_PID");
  unsetenv("PINWARDEN_TEST");
  signal(SIGPIPE, old_handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_NE(successor, nullptr);
  EXPECT_EQ(successor->HowEnded(kLong),
            "was ended by signal " + std::to_string(SIGPIPE));
  EXPECT_EQ(testing::ReadWhole(out_), "3 kept []\n0000000000000000\n");
}

TEST_F(SuccessorTest, IsEndedUnlessLetGo) {
  pid_t pid = -1;
  {
    const auto successor = Start("exec sleep 1000");
    ASSERT_NE(successor, nullptr);
    pid = successor->pid();
    EXPECT_EQ(successor->HowEnded(absl::ZeroDuration()), "");
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST_F(SuccessorTest, SaysWhichSignalEndedIt) {
  const auto successor = Start("kill -9 $$");
  ASSERT_NE(successor, nullptr);
  EXPECT_EQ(successor->HowEnded(kLong), "was ended by signal 9");
}

TEST_F(SuccessorTest, IsFollowedToItsOwnProcess) {
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  pid_t pid = -1;
  {
    const auto successor =
        Start("sleep 1000 & echo $! >$1.new; mv $1.new $1; wait");
    ASSERT_NE(successor, nullptr);
    const pid_t started = successor->pid();
    while (!std::filesystem::exists(out_)) std::this_thread::yield();
    const std::string told = testing::ReadWhole(out_);
    ASSERT_THAT(successor->Follow(told), IsOk());
    pid = successor->pid();
    EXPECT_EQ(pid, std::stoi(told));
    EXPECT_NE(kill(started, 0), 0);  // and waited for
    EXPECT_EQ(successor->HowEnded(absl::ZeroDuration()), "");
    EXPECT_EQ(kill(pid, 0), 0);
  }
  // Ended, and left to whoever has it now.
  EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), pid);
}

TEST_F(SuccessorTest, FollowsNothingThatIsNoProcess) {
  const auto successor = Start("exec sleep 1000");
  ASSERT_NE(successor, nullptr);
  for (const char* told : {"", "x", "0", "1", "-1", "-4711", "99999999999"}) {
    EXPECT_THAT(successor->Follow(told),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << told;
  }
  EXPECT_FALSE(successor->Follow("2147483647").ok());
  EXPECT_EQ(successor->HowEnded(absl::ZeroDuration()), "");
}

TEST_F(SuccessorTest, IsNotStartedWithoutAProgram) {
  EXPECT_THAT(Successor::Start(directory_ / "none", {"none"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(SuccessorTest, HearsAndIsHeard) {
  auto channels = HandoverChannel::Pair();
  ASSERT_THAT(channels, IsOk());
  auto& [one, other] = *channels;
  EXPECT_THAT(one.Receive(absl::ZeroDuration()),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(
      other.Send(HandoverWord::kFailed, "why\n" + std::string(5000, 'x')));
  EXPECT_TRUE(other.Send(HandoverWord::kLeft));
  const auto failed = one.Receive(kLong);
  ASSERT_THAT(failed, IsOk());
  EXPECT_EQ(failed->word, HandoverWord::kFailed);
  EXPECT_LE(failed->text.size(), kMaxHandoverTextBytes);
  EXPECT_THAT(failed->text, HasSubstr("why"));
  const auto left = one.Receive(kLong);
  ASSERT_THAT(left, IsOk());
  EXPECT_EQ(left->word, HandoverWord::kLeft);
  other.Close();
  EXPECT_THAT(one.Receive(kLong), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(one.Send(HandoverWord::kMain));
}

}  // namespace
}  // namespace pinwarden
