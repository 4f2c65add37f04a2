// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/process_start.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

absl::StatusOr<ProcessStart> With(
    const std::map<std::string, std::string>& environment) {
  const char* const argv[] = {"pinwardend", "--log-level", "debug"};
  return ReadProcessStart(
      3, argv,
      [&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
      },
      4711);
}

TEST(ProcessStartTest, KnowsHowToStartAnother) {
  const auto start = With({});
  ASSERT_THAT(start, IsOk());
  EXPECT_EQ(start->program, std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_THAT(start->argv, ElementsAre("pinwardend", "--log-level", "debug"));
  EXPECT_FALSE(start->predecessor.valid());
}

TEST(ProcessStartTest, TakesTheManagersSocketAndWatchdog) {
  const auto start = With({{"NOTIFY_SOCKET", "/run/systemd/notify"},
                           {"WATCHDOG_USEC", "2000000"},
                           {"WATCHDOG_PID", "4711"}});
  ASSERT_THAT(start, IsOk());
  EXPECT_EQ(start->notify_socket, "/run/systemd/notify");
  EXPECT_EQ(start->watchdog, absl::Seconds(2));
}

TEST(ProcessStartTest, LeavesAWatchdogAloneThatIsNotForIt) {
  const struct {
    const char* what;
    std::map<std::string, std::string> environment;
  } kCases[] = {
      {"none", {}},
      {"for another process",
       {{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "4712"}}},
      {"for nobody", {{"WATCHDOG_USEC", "2000000"}, {"WATCHDOG_PID", "x"}}},
      {"no number", {{"WATCHDOG_USEC", "2s"}}},
      {"negative", {{"WATCHDOG_USEC", "-1"}}},
      {"too often", {{"WATCHDOG_USEC", "1000"}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const auto start = With(c.environment);
    ASSERT_THAT(start, IsOk());
    EXPECT_EQ(start->watchdog, absl::ZeroDuration());
  }
}

TEST(ProcessStartTest, TakesTheChannelOfADaemonThatHandsOver) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
  const UniqueFd other(ends[1]);
  const auto start = With({{"PINWARDEN_TAKE_OVER", absl::StrCat(ends[0])}});
  ASSERT_THAT(start, IsOk());
  EXPECT_EQ(start->predecessor.get(), ends[0]);
  EXPECT_EQ(fcntl(ends[0], F_GETFD), FD_CLOEXEC);
}

TEST(ProcessStartTest, RefusesAChannelThatNoDaemonSets) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const UniqueFd one(ends[0]);
  const UniqueFd other(ends[1]);
  for (const std::string& value :
       {std::string("x"), std::string("-1"), std::string("2"),
        std::string("999"), absl::StrCat(one.get())}) {
    SCOPED_TRACE(value);
    EXPECT_THAT(With({{"PINWARDEN_TAKE_OVER", value}}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("PINWARDEN_TAKE_OVER")));
  }
}

}  // namespace
}  // namespace pinwarden
