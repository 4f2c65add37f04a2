// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend as a process: the emergency lever, and refusals that come again and
// again.
#include <signal.h>

#include <string>

#include "daemon/daemon_fixture.h"
#include "pinwarden/break_glass.h"
#include "pinwarden/daemon.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

class DaemonBreakGlassTest : public DaemonTest {
 protected:
  absl::StatusOr<v1::BreakGlassStatus> Break(const std::string& name_space) {
    v1::BreakGlassRequest request;
    request.set_duration_seconds(1800);
    request.set_reason("OPS-7");
    request.set_who("alice");
    request.set_namespace_(name_space);
    return ControlClient(control_socket_).BreakGlass(request, kPatience);
  }

  absl::StatusOr<v1::BreakGlassStatus> End() {
    v1::EndBreakGlassRequest request;
    request.set_who("bob");
    return ControlClient(control_socket_).EndBreakGlass(request, kPatience);
  }
};

TEST_F(DaemonBreakGlassTest, LetsInAndSaysSoUntilItIsEnded) {
  const auto daemon = Serving(kEnforceTag);
  ASSERT_EQ(Ask("nginx"), kRefused);
  ASSERT_THAT(Break(""), IsOk());
  auto event = daemon->Await("break_glass_begun");
  EXPECT_EQ(event["who"], "alice");
  EXPECT_EQ(event["reason"], "OPS-7");
  EXPECT_EQ(event["namespace"], "*");
  EXPECT_EQ(Ask("nginx"), 0u);
  event = daemon->Await("decision");
  EXPECT_EQ(event["outcome"], "would_reject");
  EXPECT_EQ(event["mode"], "observe");
  EXPECT_EQ(event["break_glass"], true);
  auto status = Status();
  ASSERT_THAT(status, IsOk());
  EXPECT_TRUE(status->break_glass().active());
  EXPECT_EQ(status->break_glass().let_in(), 1u);
  EXPECT_EQ(status->break_glass().who(), "alice");
  ASSERT_THAT(End(), IsOk());
  event = daemon->Await("break_glass_ended");
  EXPECT_EQ(event["by"], "bob");
  EXPECT_EQ(event["let_in"], "1");
  EXPECT_EQ(Ask("nginx"), kRefused);
  EXPECT_THAT(End(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DaemonBreakGlassTest, OutlivesTheProcess) {
  {
    const auto daemon = Serving(kEnforceTag);
    ASSERT_THAT(Break(""), IsOk());
    daemon->Signal(SIGKILL);
    EXPECT_EQ(daemon->AwaitExit(), -SIGKILL);
  }
  const auto daemon = Serving(kEnforceTag);
  EXPECT_EQ(Ask("nginx"), 0u);
  ASSERT_THAT(End(), IsOk());
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonBreakGlassTest, IsForTheNamespacesThatWereNamed) {
  const auto daemon = Serving(kEnforceTag);
  ASSERT_THAT(Break("no-such-*"), IsOk());
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonBreakGlassTest, IsOnlyForTheControlSocket) {
  const auto daemon = Serving(kEnforceTag);
  v1::BreakGlassRequest request;
  request.set_duration_seconds(1800);
  request.set_reason("OPS-7");
  request.set_who("alice");
  EXPECT_THAT(ControlClient(dir_ / "read.sock").BreakGlass(request, kPatience),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(Ask("nginx"), kRefused);
}

// As the kubelet does every ten seconds: the log has it once, and the end of
// the process tells how often.
TEST_F(DaemonBreakGlassTest, AStormOfRefusalsIsFolded) {
  const auto daemon = Serving(kEnforceTag);
  for (int i = 0; i < 50; ++i) ASSERT_EQ(Ask("nginx"), kRefused);
  EXPECT_EQ(daemon->Await("decision")["outcome"], "rejected");
  const auto status = Status();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->records().by_outcome().at("rejected"), 50u);
  daemon->Signal(SIGTERM);
  EXPECT_EQ(daemon->AwaitExit(), kExitStopped);
  EXPECT_EQ(daemon->Await("decision")["repeats"], 48);
}

}  // namespace
}  // namespace pinwarden::testing
