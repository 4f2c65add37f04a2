// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_server.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPolicy[] =
    "version: 1\nmode: observe\nrules:\n  - {name: default, require: tag}\n";

// A control server as the daemon runs it, with answers that the test chooses.
class CliDaemonTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = StartServer(/*replace=*/false);
    ASSERT_NE(server_, nullptr);
  }

  std::unique_ptr<ControlServer> StartServer(bool replace) {
    auto server = ControlServer::Start(
        {control_, read_, "", replace}, engine_, decisions_,
        {[this] { return status_; }, [this] { return reload_; },
         [this](const HandoverDone& done) { done(handover_); }});
    if (!server.ok()) ADD_FAILURE() << server.status();
    return server.ok() ? *std::move(server) : nullptr;
  }

  void Publish(v1::Outcome outcome, const std::string& name_space) {
    auto decision = std::make_shared<v1::Decision>();
    decision->set_outcome(outcome);
    decision->set_reason(v1::REASON_NO_TAG);
    decision->set_image("nginx");
    decision->set_namespace_(name_space);
    decisions_.Publish(decision);
  }

  void WaitForWatcher() {
    while (decisions_.subscriptions() == 0) std::this_thread::yield();
  }

  TempDir dir_;
  const std::string control_ = dir_.path() + "/control.sock";
  const std::string read_ = dir_.path() + "/read.sock";
  Engine engine_{LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy};
  Broadcast decisions_;
  v1::GetStatusResponse status_;
  v1::ReloadResponse reload_;
  absl::StatusOr<v1::HandoverResponse> handover_;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(CliDaemonTest, StatusShowsWhatTheDaemonSays) {
  status_.set_version("1.2.3");
  status_.set_pid(4711);
  status_.mutable_nri()->set_registered(true);
  status_.mutable_nri()->mutable_registered_since()->set_seconds(1800000000);
  status_.mutable_nri()->set_runtime_name("containerd");
  status_.mutable_nri()->set_runtime_version("2.1.9");
  status_.mutable_nri()->add_events("CreateContainer");
  status_.mutable_nri()->set_confidence(v1::CONFIDENCE_EXACT);
  status_.mutable_policy()->set_generation(7);
  status_.mutable_policy()->set_mode(v1::MODE_OBSERVE);
  (*status_.mutable_records()->mutable_by_outcome())["would_reject"] = 42;

  const CliRun text = RunCliWith({"status", "--socket", read_});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("pinwardend 1.2.3"),
                              HasSubstr("registered since 2027-01-15T08:00:00"),
                              HasSubstr("containerd 2.1.9"),
                              HasSubstr("observe mode, generation 7"),
                              HasSubstr("would_reject      42"),
                              HasSubstr("gaps: none since the daemon started"),
                              HasSubstr("process 4711")));

  const CliRun json = RunCliWith({"status", "--socket", read_, "-o", "json"});
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["nri"]["confidence"], "exact");
  EXPECT_EQ(json.JsonLines()[0]["policy"]["mode"], "observe");
  EXPECT_EQ(json.JsonLines()[0]["records"]["by_outcome"]["would_reject"], 42);
  EXPECT_EQ(json.JsonLines()[0]["records"]["by_outcome"]["rejected"], 0);
  EXPECT_EQ(json.JsonLines()[0]["judging"]["gaps"], 0);
  EXPECT_EQ(json.JsonLines()[0]["cri"]["socket"], "");
}

TEST_F(CliDaemonTest, StatusSaysWhatTheLedgerHoldsAndWhatIsWrongWithIt) {
  EXPECT_THAT(RunCliWith({"status", "--socket", read_}).out,
              HasSubstr("ledger: none is kept\n"));
  v1::LedgerStatus* ledger = status_.mutable_ledger();
  ledger->set_path("/var/lib/pinwarden/ledger.db");
  ledger->set_rows(1200);
  ledger->set_bytes(3 << 19);
  ledger->set_written(90'000);
  ledger->set_dropped(7);
  ledger->mutable_oldest()->set_seconds(1'800'000'000);
  ledger->set_problem("disk\x1b is full");
  ledger->set_set_aside("/var/lib/pinwarden/ledger.db.corrupt-1");
  EXPECT_THAT(RunCliWith({"status", "--socket", read_}).out,
              AllOf(HasSubstr("ledger: 1200 rows, 1.5 MiB\n"),
                    HasSubstr("  goes back to      2027-01-15T08:00:00Z\n"),
                    HasSubstr("90000 written, 7 dropped\n"),
                    HasSubstr("ledger.db.corrupt-1\""),
                    HasSubstr("nothing is kept now: \"disk\\x1b is full\"")));
  const CliRun json = RunCliWith({"status", "--socket", read_, "-o", "json"});
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["ledger"]["rows"], 1200);
  EXPECT_EQ(json.JsonLines()[0]["ledger"]["oldest"], "2027-01-15T08:00:00Z");
}

TEST_F(CliDaemonTest, StatusSaysWhenNobodyJudgedAndWhatSlippedBy) {
  v1::JudgingStatus* judging = status_.mutable_judging();
  judging->set_gaps(2);
  judging->set_unjudged_seconds(0.25);
  judging->mutable_last_gap_from()->set_seconds(1800000000);
  judging->mutable_last_gap_until()->set_seconds(1800000001);
  judging->set_last_gap_cause("restart");
  judging->set_slipped_allowed(3);
  judging->set_slipped_violations(1);
  judging->set_slipped_stopped(1);
  judging->set_problem("no room");
  const CliRun text = RunCliWith({"status", "--socket", read_});
  EXPECT_THAT(
      text.out,
      AllOf(HasSubstr("gaps: 2, in all 0.250 s in which no container was"),
            HasSubstr("2027-01-15T08:00:00Z to 2027-01-15T08:00:01Z (restart)"),
            HasSubstr("3 allowed, 1 against the policy"),
            HasSubstr("1, failed: 0"), HasSubstr("\"no room\"")));

  const CliRun json = RunCliWith({"status", "--socket", read_, "-o", "json"});
  EXPECT_EQ(json.JsonLines()[0]["judging"]["slipped_violations"], 1);
  EXPECT_EQ(json.JsonLines()[0]["judging"]["last_gap_cause"], "restart");
}

TEST_F(CliDaemonTest, StatusSaysLoudlyThatNothingIsJudged) {
  status_.mutable_policy()->set_from_last_good(true);
  status_.mutable_policy()->set_last_problem("policy.yaml:2:7: error: bad\n");
  const CliRun run = RunCliWith({"status", "--socket", read_});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("not registered, so no container is"),
                             HasSubstr("last good policy is in force"),
                             HasSubstr("policy.yaml:2:7: error: bad")));
}

TEST_F(CliDaemonTest, ReloadTellsWhatCameOfIt) {
  reload_.set_changed(true);
  reload_.set_generation(2);
  const CliRun changed = RunCliWith({"reload", "--socket", control_});
  EXPECT_EQ(changed.exit, 0) << changed.err;
  EXPECT_EQ(changed.out, "policy generation 2 is in force\n");

  reload_.set_changed(false);
  EXPECT_THAT(RunCliWith({"reload", "--socket", control_}).out,
              HasSubstr("nothing changed"));

  reload_.set_failed(true);
  reload_.add_problems("policy.yaml:2:7: error: bad\n");
  const CliRun failed = RunCliWith({"reload", "--socket", control_});
  EXPECT_EQ(failed.exit, 1);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("policy.yaml:2:7: error: bad"),
                                HasSubstr("generation 2 stays in force")));
  const CliRun json =
      RunCliWith({"reload", "--socket", control_, "--output", "json"});
  EXPECT_EQ(json.exit, 1);
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["failed"], true);
}

TEST_F(CliDaemonTest, HandoverTellsWhoFollowsWhom) {
  v1::HandoverResponse response;
  response.set_old_pid(11);
  response.set_old_version("1.2.3");
  response.set_new_pid(22);
  response.set_new_version("1.2.4");
  handover_ = response;
  status_.set_pid(22);
  const CliRun text = RunCliWith({"handover", "--socket", control_});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_EQ(text.out,
            "handed over: pinwardend 1.2.3 (process 11) -> 1.2.4 (process "
            "22)\n");
  const CliRun json =
      RunCliWith({"handover", "--socket", control_, "--output", "json"});
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["old_version"], "1.2.3");
  EXPECT_EQ(json.JsonLines()[0]["new_pid"], 22);
}

TEST_F(CliDaemonTest, HandoverSaysWhetherTheOldOneGoesOnOrHasToBeRestarted) {
  const struct {
    absl::Status status;
    int exit;
  } kCases[] = {
      {absl::AbortedError("no good"), 1},
      {absl::AlreadyExistsError("under way"), 1},
      {absl::FailedPreconditionError("the runtime's"), 1},
      {absl::UnavailableError("stopping"), 3},
      {absl::UnimplementedError("what?"), 3},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.status);
    handover_ = c.status;
    const CliRun run = RunCliWith({"handover", "--socket", control_});
    EXPECT_EQ(run.exit, c.exit);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

TEST_F(CliDaemonTest, WatchGoesOnWithTheNextDaemonAfterAHandover) {
  CliRun run;
  std::thread watcher([&] {
    run = RunCliWith({"watch", "--socket", read_, "--count", "2"});
  });
  WaitForWatcher();
  Publish(v1::OUTCOME_REJECTED, "before");
  server_->LetGo();
  const auto next = StartServer(/*replace=*/true);
  server_->HandOverStreams("handed over to process 22");
  server_.reset();
  WaitForWatcher();
  Publish(v1::OUTCOME_REJECTED, "after");
  watcher.join();
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("namespace=before"), HasSubstr("=after")));
  EXPECT_THAT(run.err, HasSubstr("handed over to process 22"));
}

TEST_F(CliDaemonTest, ReloadIsNotForTheReadSocket) {
  const CliRun run = RunCliWith({"reload", "--socket", read_});
  EXPECT_EQ(run.exit, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err, "");
}

TEST_F(CliDaemonTest, WatchPrintsWhatTheFilterLetsThrough) {
  CliRun run;
  std::thread watcher([&] {
    run =
        RunCliWith({"watch", "--socket", read_, "--count", "2", "--output",
                    "json", "--outcome", "rejected", "--namespace", "prod-*"});
  });
  WaitForWatcher();
  Publish(v1::OUTCOME_REJECTED, "prod-a");
  Publish(v1::OUTCOME_ALLOWED, "prod-a");
  Publish(v1::OUTCOME_REJECTED, "dev");
  Publish(v1::OUTCOME_REJECTED, "prod-b");
  watcher.join();
  EXPECT_EQ(run.exit, 0) << run.err;
  ASSERT_EQ(run.JsonLines().size(), 2u);
  EXPECT_EQ(run.JsonLines()[0]["namespace"], "prod-a");
  EXPECT_EQ(run.JsonLines()[0]["outcome"], "rejected");
  EXPECT_EQ(run.JsonLines()[1]["namespace"], "prod-b");
}

TEST_F(CliDaemonTest, WatchPrintsTheLogsLinesAsText) {
  CliRun run;
  std::thread watcher([&] {
    run = RunCliWith({"watch", "--socket", read_, "--count", "1"});
  });
  WaitForWatcher();
  Publish(v1::OUTCOME_WOULD_REJECT, "dev");
  watcher.join();
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("outcome=would_reject reason=no_tag"));
}

TEST_F(CliDaemonTest, WatchEndsWithAnErrorWhenTheDaemonGoes) {
  CliRun run;
  std::thread watcher([&] { run = RunCliWith({"watch", "--socket", read_}); });
  WaitForWatcher();
  server_.reset();
  watcher.join();
  EXPECT_EQ(run.exit, 3);
  EXPECT_NE(run.err, "");
}

TEST(CliWithoutDaemonTest, SaysThatNobodyAnswersAndWhatToDo) {
  const TempDir dir;
  const std::string socket = dir.path() + "/read.sock";
  for (const char* command : {"status", "watch", "reload", "handover"}) {
    SCOPED_TRACE(command);
    const CliRun run = RunCliWith({command, "--socket", socket});
    EXPECT_EQ(run.exit, 3);
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, AllOf(HasSubstr(socket), HasSubstr("pinwardend")));
  }
}

}  // namespace
}  // namespace pinwarden::testing
