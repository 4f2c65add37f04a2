// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/log.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

struct Pipe {
  Pipe() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) std::abort();
    read.reset(fds[0]);
    write.reset(fds[1]);
  }
  // Until nobody takes another byte.
  void Fill() {
    const std::string chunk(4096, '#');
    pollfd room = {write.get(), POLLOUT, 0};
    while (poll(&room, 1, 0) == 1) {
      ASSERT_GT(::write(write.get(), chunk.data(), chunk.size()), 0);
    }
  }
  // What was written, line by line. Closes the writing end.
  std::vector<std::string> Lines() {
    write.reset();
    std::string text;
    char buffer[4096];
    ssize_t n = 0;
    while ((n = ::read(read.get(), buffer, sizeof(buffer))) > 0) {
      text.append(buffer, static_cast<size_t>(n));
    }
    return absl::StrSplit(text, '\n', absl::SkipEmpty());
  }
  UniqueFd read;
  UniqueFd write;
};

v1::Decision Decision(v1::Outcome outcome, v1::Trigger trigger) {
  v1::Decision decision;
  decision.set_outcome(outcome);
  decision.set_trigger(trigger);
  decision.set_image("nginx");
  return decision;
}

TEST(LogTest, WritesOneLineForOneEvent) {
  Pipe pipe;
  StartLog(LogLevel::kInfo, LogFormat::kText, pipe.write.get());
  Log(LogLevel::kInfo, "started", {{"version", "0.1.0"}, {"path", "/etc/x"}});
  Log(LogLevel::kError, "odd",
      {{"empty", ""}, {"text", "a \"b\"\n\x1b[2J"}, {"eq", "k=v"}});
  StopLog();
  EXPECT_THAT(
      pipe.Lines(),
      ElementsAre(
          MatchesRegex("ts=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{3}Z "
                       "level=info event=started version=0.1.0 path=/etc/x"),
          HasSubstr("level=error event=odd empty=\"\" "
                    "text=\"a \\\"b\\\"\\n\\x1b[2J\" eq=\"k=v\"")));
}

TEST(LogTest, WritesJsonThatParses) {
  Pipe pipe;
  StartLog(LogLevel::kInfo, LogFormat::kJson, pipe.write.get());
  Log(LogLevel::kWarning, "odd", {{"text", "a\"\n\xff\xc3\xa9"}});
  LogDecision(Decision(v1::OUTCOME_REJECTED, v1::TRIGGER_CREATE), 0);
  StopLog();
  const std::vector<std::string> lines = pipe.Lines();
  ASSERT_THAT(lines, SizeIs(2));
  const auto event = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(event["event"], "odd");
  EXPECT_EQ(event["level"], "warning");
  EXPECT_EQ(event["text"], "a\"\n\xef\xbf\xbd\xc3\xa9");
  const auto decision = nlohmann::json::parse(lines[1]);
  EXPECT_EQ(decision["event"], "decision");
  EXPECT_EQ(decision["outcome"], "rejected");
}

TEST(LogTest, LeavesOutWhatIsBelowItsLevel) {
  Pipe pipe;
  StartLog(LogLevel::kWarning, LogFormat::kText, pipe.write.get());
  Log(LogLevel::kInfo, "quiet");
  Log(LogLevel::kWarning, "loud");
  StopLog();
  EXPECT_THAT(pipe.Lines(), ElementsAre(HasSubstr("event=loud")));
}

TEST(LogTest, WarnsOfWhatIsOrWouldBeRefused) {
  const struct {
    v1::Outcome outcome;
    v1::Trigger trigger;
    const char* want;
  } kCases[] = {
      {v1::OUTCOME_ALLOWED, v1::TRIGGER_CREATE, "level=info event=decision"},
      {v1::OUTCOME_EXEMPTED, v1::TRIGGER_VALIDATE, "level=info event=decision"},
      {v1::OUTCOME_WOULD_REJECT, v1::TRIGGER_CREATE,
       "level=warning event=decision"},
      {v1::OUTCOME_REJECTED, v1::TRIGGER_CREATE,
       "level=warning event=decision"},
      {v1::OUTCOME_ALLOWED, v1::TRIGGER_SYNCHRONIZE,
       "level=debug event=decision"},
      {v1::OUTCOME_WOULD_REJECT, v1::TRIGGER_SYNCHRONIZE,
       "level=warning event=decision"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.outcome, " ", c.trigger));
    Pipe pipe;
    StartLog(LogLevel::kDebug, LogFormat::kText, pipe.write.get());
    LogDecision(Decision(c.outcome, c.trigger), 0);
    StopLog();
    EXPECT_THAT(pipe.Lines(), ElementsAre(HasSubstr(c.want)));
  }
}

TEST(LogTest, IsSilentBeforeItStarts) {
  const uint64_t before = DroppedLogLines();
  Log(LogLevel::kError, "lost");
  LogDecision(Decision(v1::OUTCOME_REJECTED, v1::TRIGGER_CREATE), 0);
  StopLog();
  EXPECT_EQ(DroppedLogLines(), before);
}

// Should this ever wait for the pipe, the test runs into its time limit.
TEST(LogTest, NeitherWaitsNorGrowsWhenNobodyReads) {
  Pipe pipe;
  pipe.Fill();
  const uint64_t before = DroppedLogLines();
  StartLog(LogLevel::kInfo, LogFormat::kText, pipe.write.get());
  constexpr int kLines = 100'000;
  for (int i = 0; i < kLines; ++i) Log(LogLevel::kInfo, "flood");
  for (int i = 0; i < kLines; ++i) {
    LogDecision(Decision(v1::OUTCOME_REJECTED, v1::TRIGGER_CREATE), 0);
  }
  EXPECT_GE(DroppedLogLines() - before, 2 * kLines - kLogQueueLines - 1);
  StopLog(absl::Milliseconds(100));
  EXPECT_EQ(DroppedLogLines() - before, 2u * kLines);
}

TEST(LogTest, CountsWhatAClosedPipeDoesNotTake) {
  signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.read.reset();
  const uint64_t before = DroppedLogLines();
  StartLog(LogLevel::kInfo, LogFormat::kText, pipe.write.get());
  Log(LogLevel::kInfo, "lost");
  StopLog();
  EXPECT_EQ(DroppedLogLines() - before, 1u);
}

// As many as a large host has at Synchronize: far more than the queue holds.
TEST(LogTest, LosesNoDecisionWhileItsReaderReads) {
  Pipe pipe;
  const uint64_t before = DroppedLogLines();
  StartLog(LogLevel::kInfo, LogFormat::kText, pipe.write.get());
  constexpr int kDecisions = 6000;
  std::thread writer([] {
    for (int i = 0; i < kDecisions; ++i) {
      LogDecision(Decision(v1::OUTCOME_WOULD_REJECT, v1::TRIGGER_SYNCHRONIZE),
                  0);
    }
    StopLog();
  });
  int lines = 0;
  char buffer[4096];
  while (lines < kDecisions) {
    const ssize_t n = read(pipe.read.get(), buffer, sizeof(buffer));
    ASSERT_GT(n, 0);
    lines += static_cast<int>(std::count(buffer, buffer + n, '\n'));
  }
  writer.join();
  EXPECT_EQ(DroppedLogLines() - before, 0u);
}

TEST(LogTest, WritesToASocket) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  Pipe pipe;
  pipe.read.reset(fds[0]);
  pipe.write.reset(fds[1]);
  StartLog(LogLevel::kInfo, LogFormat::kText, fds[1]);
  Log(LogLevel::kInfo, "journald");
  StopLog();
  EXPECT_THAT(pipe.Lines(), ElementsAre(HasSubstr("event=journald")));
}

}  // namespace
}  // namespace pinwarden
