// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The trunk and its socket: stopping, stalls, signals, peers that leave.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "transport/trunk_fixture.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Le;

// More than a socket with small buffers holds.
constexpr size_t kLargeAnswer = 400'000;

class TrunkIoTest : public TrunkTest {
 protected:
  void ShrinkSocketBuffers() {
    const int bytes = 1;  // the kernel takes its least
    setsockopt(ours_.get(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
  }
};

TEST_F(TrunkIoTest, StopsWhileNothingComes) {
  Trunk trunk(std::move(ours_), kConnections, Echo());
  std::thread stopper([this] { stop_.Set(); });
  EXPECT_THAT(trunk.Run(stop_), IsOk());
  stopper.join();
}

TEST_F(TrunkIoTest, AnswersWhatHadArrivedWhenItWasStopped) {
  testing::WriteBytes(theirs_.get(), CallOn1(1, "asked"));
  stop_.Set();
  {
    Trunk trunk(std::move(ours_), kConnections, Echo());
    EXPECT_THAT(trunk.Run(stop_), IsOk());
  }
  ReadAnswers();
  EXPECT_THAT(answers_, ElementsAre(IsAnswer(1, 1, "asked")));
}

TEST_F(TrunkIoTest, StopsWhateverThePeerDid) {
  stop_.Set();
  for (const std::string& bytes :
       {std::string(), CallOn1(1, "x"), testing::MuxHeader(0, 0)}) {
    SCOPED_TRACE(bytes.size());
    Open();
    testing::WriteBytes(theirs_.get(), bytes);
    theirs_.reset();
    Trunk trunk(std::move(ours_), kConnections, Echo());
    EXPECT_THAT(trunk.Run(stop_), IsOk());
  }
}

TEST_F(TrunkIoTest, StopsUnderAPeerThatNeverPauses) {
  std::thread flood([this] {
    const std::string junk = testing::MuxFrame(9, std::string(4096, 'x'));
    while (testing::WriteBytes(theirs_.get(), junk)) {
    }
  });
  {
    Trunk trunk(std::move(ours_), kConnections, Echo());
    std::thread stopper([this] { stop_.Set(); });
    EXPECT_THAT(trunk.Run(stop_), IsOk());
    stopper.join();
  }
  flood.join();
}

TEST_F(TrunkIoTest, StopsWhileThePeerReadsNothing) {
  ShrinkSocketBuffers();
  testing::WriteBytes(theirs_.get(), CallOn1(1, ""));
  Trunk trunk(std::move(ours_), kConnections,
              [this](const IncomingCall&) -> CallResult {
                stop_.Set();
                return std::string(kLargeAnswer, 'a');
              });
  EXPECT_THAT(trunk.Run(stop_), IsOk());
}

TEST_F(TrunkIoTest, GivesUpOnAPeerThatReadsNothing) {
  ShrinkSocketBuffers();
  testing::WriteBytes(theirs_.get(), CallOn1(1, "") + CallOn1(3, ""));
  int served = 0;
  Trunk trunk(
      std::move(ours_), kConnections,
      [&](const IncomingCall&) -> CallResult {
        ++served;
        return std::string(kLargeAnswer, 'a');
      },
      absl::Milliseconds(1));
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kDeadlineExceeded,
                                         "the peer took no bytes for 1ms"));
  EXPECT_EQ(served, 1);
}

TEST_F(TrunkIoTest, BoundsAStallBeforeRunToo) {
  ShrinkSocketBuffers();
  Trunk trunk(std::move(ours_), kConnections, Echo(), absl::ZeroDuration());
  const std::string payload(kLargeAnswer, 'x');
  EXPECT_THAT(trunk.Call("svc", "M", payload, nullptr),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  // Half a message is out: nothing may follow it.
  EXPECT_THAT(trunk.Call("svc", "M", "", nullptr),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

// What a `done` does about a call that fails is its own affair.
TEST_F(TrunkIoTest, EndsWhenACallFailsUnnoticed) {
  for (const std::string& next : {std::string(), CallOn1(1, "not served")}) {
    SCOPED_TRACE(next.size());
    Open();
    ShrinkSocketBuffers();
    testing::WriteBytes(theirs_.get(), testing::AnswerBytes(2, 1, "") + next);
    Trunk trunk(std::move(ours_), kConnections, Echo(), absl::ZeroDuration());
    const auto call = [&](size_t bytes, Trunk::Done done) {
      return trunk.Call("svc", "M", std::string(bytes, 'x'), std::move(done));
    };
    EXPECT_THAT(call(1,
                     [&](const CallResult&) {
                       call(kLargeAnswer, nullptr).IgnoreError();
                     }),
                IsOk());
    EXPECT_THAT(trunk.Run(stop_),
                StatusIs(absl::StatusCode::kDeadlineExceeded));
  }
}

TEST_F(TrunkIoTest, WritesOnWhereThePeerReadsSlowly) {
  ShrinkSocketBuffers();
  const std::string answer(kLargeAnswer, 'a');
  Exchange(CallOn1(1, "") + CallOn1(3, ""), [&](const IncomingCall&) {
    return CallResult(answer);
  }).IgnoreError();
  EXPECT_THAT(answers_,
              ElementsAre(IsAnswer(1, 1, answer), IsAnswer(1, 3, answer)));
  EXPECT_THAT(reader_.frame_payload_sizes(), Each(Le(4096)));
}

TEST_F(TrunkIoTest, SurvivesAPeerThatLeavesBeforeItsAnswer) {
  testing::WriteBytes(theirs_.get(), CallOn1(1, ""));
  theirs_.reset();
  Trunk trunk(std::move(ours_), kConnections, Echo());
  EXPECT_THAT(trunk.Run(stop_),
              StatusIs(absl::StatusCode::kUnavailable,
                       "cannot write to the peer: Broken pipe"));
}

TEST_F(TrunkIoTest, ReportsAPeerThatLeftWithoutReading) {
  Trunk trunk(std::move(ours_), kConnections, Echo());
  EXPECT_THAT(trunk.Call("svc", "M", "", nullptr), IsOk());
  theirs_.reset();
  EXPECT_THAT(trunk.Run(stop_),
              StatusIs(absl::StatusCode::kUnavailable,
                       "cannot read from the peer: Connection reset by peer"));
}

TEST_F(TrunkIoTest, ReportsAClosedPeer) {
  theirs_.reset();
  Trunk trunk(std::move(ours_), kConnections, Echo());
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable,
                                         "the peer closed the connection"));
}

TEST_F(TrunkIoTest, ReportsWhatIsNoSocket) {
  Trunk trunk(UniqueFd(open("/dev/null", O_RDWR | O_CLOEXEC)), kConnections,
              Echo());
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TrunkIoTest, WorksOnABlockingAndOnANonBlockingSocket) {
  for (const int flag : {0, O_NONBLOCK}) {
    SCOPED_TRACE(flag);
    Open();
    ASSERT_EQ(fcntl(ours_.get(), F_SETFL, flag), 0);
    Exchange(CallOn1(1, "a") + CallOn1(3, "b"), Echo()).IgnoreError();
    EXPECT_THAT(answers_,
                ElementsAre(IsAnswer(1, 1, "a"), IsAnswer(1, 3, "b")));
  }
}

// What the signal handler below works on.
volatile std::sig_atomic_t g_ticks = 0;
volatile std::sig_atomic_t g_peer = -1;

TEST_F(TrunkIoTest, WaitsOnWhenASignalInterruptsIt) {
  g_ticks = 0;
  g_peer = theirs_.get();
  struct sigaction action = {};  // without SA_RESTART
  action.sa_handler = [](int) {
    g_ticks = g_ticks + 1;
    if (g_ticks == 3) shutdown(g_peer, SHUT_WR);
  };
  struct sigaction before = {};
  ASSERT_EQ(sigaction(SIGALRM, &action, &before), 0);
  const itimerval every_ms = {{0, 1000}, {0, 1000}};
  const itimerval never = {};
  ASSERT_EQ(setitimer(ITIMER_REAL, &every_ms, nullptr), 0);
  Trunk trunk(std::move(ours_), kConnections, Echo());
  EXPECT_THAT(trunk.Run(stop_), StatusIs(absl::StatusCode::kUnavailable,
                                         "the peer closed the connection"));
  ASSERT_EQ(setitimer(ITIMER_REAL, &never, nullptr), 0);
  ASSERT_EQ(sigaction(SIGALRM, &before, nullptr), 0);
  EXPECT_GE(g_ticks, 3);
}

TEST_F(TrunkIoTest, ReportsAPollThatFails) {
  const StopEvent& stop = stop_;
  Trunk trunk(std::move(ours_), kConnections, Echo());
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit one = {1, before.rlim_max};  // fewer than poll() is asked about
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &one), 0);
  const absl::Status status = trunk.Run(stop);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("poll")));
}

}  // namespace
}  // namespace pinwarden
