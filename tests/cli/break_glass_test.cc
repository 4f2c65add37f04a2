// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "pinwarden/control_server.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPolicy[] =
    "version: 1\nmode: enforce\nrules:\n  - {name: default, require: tag}\n";

// A control server that keeps what it was asked.
class CliBreakGlassTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ControlHooks hooks;
    hooks.status = [] { return v1::GetStatusResponse(); };
    hooks.break_glass = [this](const v1::BreakGlassRequest& request) {
      begun_.push_back(request);
      return answer_;
    };
    hooks.end_break_glass = [this](const v1::EndBreakGlassRequest& request) {
      ended_.push_back(request.who());
      return answer_;
    };
    auto server = ControlServer::Start({control_, read_, "", false}, engine_,
                                       decisions_, std::move(hooks));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  CliRun Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"break-glass", "--socket", control_});
    return RunCliWith(arguments);
  }

  TempDir dir_;
  const std::string control_ = dir_ / "control.sock";
  const std::string read_ = dir_ / "read.sock";
  Engine engine_{LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy};
  Broadcast decisions_;
  std::vector<v1::BreakGlassRequest> begun_;
  std::vector<std::string> ended_;
  absl::StatusOr<v1::BreakGlassStatus> answer_ = v1::BreakGlassStatus();
  std::unique_ptr<ControlServer> server_;
};

TEST_F(CliBreakGlassTest, SaysForHowLongWhyAndWho) {
  answer_->set_active(true);
  answer_->mutable_until()->set_seconds(1'800'000'000);
  answer_->set_namespace_("shop-*");
  const CliRun run =
      Run({"--for", "90m", "--reason", "OPS-7", "--namespace", "shop-*"});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("until 2027-01-15T08:00:00Z"),
                             HasSubstr("namespaces \"shop-*\""),
                             HasSubstr("break-glass --end")));
  ASSERT_EQ(begun_.size(), 1u);
  EXPECT_EQ(begun_[0].duration_seconds(), 5400);
  EXPECT_EQ(begun_[0].reason(), "OPS-7");
  EXPECT_EQ(begun_[0].namespace_(), "shop-*");
  EXPECT_THAT(begun_[0].who(), HasSubstr("uid "));
}

TEST_F(CliBreakGlassTest, EndsIt) {
  answer_->set_let_in(3);
  const CliRun run = Run({"--end"});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("has ended"), HasSubstr("started: 3\n")));
  ASSERT_EQ(ended_.size(), 1u);
  EXPECT_THAT(ended_[0], HasSubstr("uid "));
}

TEST_F(CliBreakGlassTest, WarnsOfWhatTheDaemonCouldNotDo) {
  answer_->set_active(true);
  answer_->set_problem("no room");
  const CliRun run =
      Run({"--for", "5m", "--reason", "OPS-7", "--output", "json"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.err, HasSubstr("WARNING: \"no room\""));
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["active"], true);
  EXPECT_EQ(run.JsonLines()[0]["problem"], "no room");
}

TEST_F(CliBreakGlassTest, TellsWhyTheDaemonRefuses) {
  answer_ = absl::FailedPreconditionError("break-glass is not in force");
  const CliRun run = Run({"--end"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("break-glass is not in force"));
}

TEST_F(CliBreakGlassTest, NeedsATimeAndAReasonOrAnEnd) {
  const std::vector<std::vector<std::string>> kBad = {
      {},
      {"--for", "30m"},
      {"--reason", "OPS-7"},
      {"--for", "half an hour", "--reason", "OPS-7"},
      {"--for", "30", "--reason", "OPS-7"},
      {"--end", "--for", "30m", "--reason", "OPS-7"},
  };
  for (const auto& arguments : kBad) {
    const CliRun run = Run(arguments);
    EXPECT_EQ(run.exit, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
  EXPECT_TRUE(begun_.empty());
  EXPECT_TRUE(ended_.empty());
}

}  // namespace
}  // namespace pinwarden::testing
