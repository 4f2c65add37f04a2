// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwarden report and pinwarden policy try, from every source.
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/ledger_source.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/control_server.h"
#include "pinwarden/ledger.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kPolicy[] =
    "version: 1\nmode: enforce\nrules:\n  - {name: default, require: tag}\n";

std::string ReportJson(const std::string& node, const std::string& image,
                       const std::string& outcome) {
  return absl::StrCat(
      R"({"format":"pinwarden-report","version":1,"nodes":[{"node":")", node,
      R"("}],"rows":[{"namespace":"shop","workload_kind":"Deployment",)",
      R"("workload":"web","container":"app","image":")", image,
      R"(","outcome":")", outcome,
      R"(","reason":"no_tag","mode":"observe","confidence":"exact","count":2,)",
      R"("first":"2026-11-01T00:00:00Z","last":"2026-11-02T00:00:00Z"}],)",
      R"("hours":[]})");
}

class ReportCommandTest : public ::testing::Test {
 protected:
  TempDir dir_;
  const std::string bad_ =
      dir_.Write("a.json", ReportJson("a", "nginx", "would_reject"));
  const std::string good_ =
      dir_.Write("b.json", ReportJson("b", "nginx:1.25", "allowed"));
  const std::string policy_ = dir_.Write("new.yaml", kPolicy);
};

TEST_F(ReportCommandTest, TellsInEveryFormWhetherSomethingWouldBeRefused) {
  const struct {
    const char* output;
    const char* want;
  } kCases[] = {
      {"text", "0.0 % ready: 0 of 1 workload would run"},
      {"json", "{\"format\":\"pinwarden-report\",\"version\":1,"},
      {"csv", "\"standing\",\"namespace\""},
      {"html", "<!doctype html>"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.output);
    const CliRun run =
        RunCliWith({"report", "--merge", bad_, "--output", c.output});
    EXPECT_EQ(run.exit, 1) << run.err;
    EXPECT_THAT(run.out, StartsWith(c.want));
    EXPECT_EQ(run.err, "");
  }
  EXPECT_EQ(RunCliWith({"report", "--merge", good_}).exit, 0);
}

TEST_F(ReportCommandTest, MergesFilesFoldersAndLists) {
  const std::string list = dir_.Write("list", bad_ + "\n\n" + good_ + "\n");
  const std::vector<std::string> kSources[] = {
      {bad_, good_}, {dir_.path()}, {"@" + list}};
  for (const auto& sources : kSources) {
    SCOPED_TRACE(sources[0]);
    std::vector<std::string> args = {"report", "-o", "json", "--merge"};
    args.insert(args.end(), sources.begin(), sources.end());
    const CliRun run = RunCliWith(args);
    EXPECT_EQ(run.exit, 1) << run.err;
    ASSERT_EQ(run.JsonLines().size(), 1u);
    EXPECT_EQ(run.JsonLines()[0]["nodes"].size(), 2u);
    EXPECT_EQ(run.JsonLines()[0]["rows"].size(), 2u);
  }
}

TEST_F(ReportCommandTest, NamesBadReportsAndShowsTheRest) {
  const std::string broken = dir_.Write("c.json", "{\"format\":7}");
  const std::string twice =
      dir_.Write("d.json", ReportJson("b", "nginx", "would_reject"));
  const CliRun run = RunCliWith(
      {"report", "--merge", good_, broken, twice, dir_ / "none.json"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.out, StartsWith("100.0 % ready: 1 of 1 workload"));
  EXPECT_THAT(
      run.err,
      AllOf(HasSubstr(broken + ": at byte 12: \"format\" is of another"),
            HasSubstr(twice + ": node \"b\" is in another one too"),
            HasSubstr("none.json"),
            HasSubstr("3 of 4 reports are missing from this")));

  const CliRun nothing = RunCliWith({"report", "--merge", broken});
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_EQ(nothing.out, "");
}

TEST_F(ReportCommandTest, RefusesFoldersAndListsWithNothingInThem) {
  std::filesystem::create_directory(dir_ / "empty");
  for (const std::string& source : {dir_ / "empty", "@" + (dir_ / "none")}) {
    SCOPED_TRACE(source);
    const CliRun run = RunCliWith({"report", "--merge", source});
    EXPECT_EQ(run.exit, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

TEST_F(ReportCommandTest, ShowsOnlyWhatIsAskedFor) {
  const struct {
    const char* option;
    const char* value;
    bool shown;
  } kCases[] = {
      {"--since", "2026-11-01", true}, {"--since", "2026-11-03", false},
      {"--namespace", "sh*", true},    {"--namespace", "ops", false},
      {"--since", "9999w", true},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.option, " ", c.value));
    const CliRun run =
        RunCliWith({"report", "--merge", bad_, c.option, c.value});
    EXPECT_EQ(run.exit, c.shown ? 1 : 0) << run.err;
    EXPECT_THAT(run.out, c.shown ? HasSubstr("nginx")
                                 : HasSubstr("No decision was made"));
  }
}

TEST(ParseSinceTest, TakesTimesAgoDatesAndTimes) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const absl::Time day = absl::FromUnixSeconds(1'793'491'200);
  const struct {
    const char* text;
    std::optional<absl::Time> want;
  } kCases[] = {
      {"14d", now - absl::Hours(14 * 24)},
      {"36h", now - absl::Hours(36)},
      {"2w", now - absl::Hours(14 * 24)},
      {"2026-11-01", day},
      {"2026-11-01T01:00:00+01:00", day},
      {"", std::nullopt},
      {"d", std::nullopt},
      {"14", std::nullopt},
      {"14m", std::nullopt},
      {"-1d", std::nullopt},
      {"1.5d", std::nullopt},
      {"9999999d", std::nullopt},
      {"yesterday", std::nullopt},
      {"2026-13-01", std::nullopt},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(ParseSince(c.text, now), c.want);
  }
}

TEST_F(ReportCommandTest, RefusesBadUse) {
  const std::vector<std::string> kCases[] = {
      {"report", "--since", "soon", "--merge", bad_},
      {"report", "--by", "pod", "--merge", bad_},
      {"report", "--output", "xml", "--merge", bad_},
      {"report", "--merge", bad_, "--ledger", "x"},
      {"report", "--socket", "y", "--ledger", "x"},
      {"report", "--ledger", dir_ / "none.db"},
      {"policy", "try"},
      {"policy", "try", dir_ / "none.yaml", "--merge", bad_},
  };
  for (const auto& args : kCases) {
    SCOPED_TRACE(args.back());
    const CliRun run = RunCliWith(args);
    EXPECT_EQ(run.exit, 2);
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

TEST_F(ReportCommandTest, TriesAnotherPolicyOnWhatRan) {
  const CliRun enforced =
      RunCliWith({"policy", "try", policy_, "--merge", dir_.path()});
  EXPECT_EQ(enforced.exit, 1) << enforced.err;
  EXPECT_THAT(enforced.out, HasSubstr("1 newly enforced"));

  const CliRun fine = RunCliWith({"policy", "try", policy_, "--merge", good_});
  EXPECT_EQ(fine.exit, 0) << fine.err;
  EXPECT_THAT(fine.out, HasSubstr("1 unchanged"));

  const CliRun json = RunCliWith(
      {"policy", "try", policy_, "--all", "-o", "json", "--merge", bad_});
  ASSERT_EQ(json.JsonLines().size(), 1u);
  EXPECT_EQ(json.JsonLines()[0]["summary"]["newly_enforced"], 1);
}

// A ledger's file, and a daemon's socket that reads it.
class LedgerCommandTest : public ReportCommandTest {
 protected:
  void SetUp() override {
    auto decision = std::make_shared<v1::Decision>();
    decision->mutable_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    decision->set_outcome(v1::OUTCOME_WOULD_REJECT);
    decision->set_reason(v1::REASON_NO_TAG);
    decision->set_mode(v1::MODE_OBSERVE);
    decision->set_confidence(v1::CONFIDENCE_EXACT);
    decision->set_image("nginx");
    decision->set_namespace_("shop");
    decision->set_workload_kind("Deployment");
    decision->set_workload("web");
    decision->set_container("app");
    LedgerOptions options;
    options.path = file_;
    options.node = "node-a";
    Ledger ledger(options);
    ledger.Record(decision);
    ASSERT_TRUE(ledger.Flush(absl::Seconds(60))) << ledger.GetStats().problem;
  }

  const std::string file_ = dir_ / "ledger.db";
  const std::string socket_ = dir_ / "read.sock";
};

TEST_F(LedgerCommandTest, ReadsTheLedgersFile) {
  const CliRun run = RunCliWith({"report", "--ledger", file_, "-o", "json"});
  EXPECT_EQ(run.exit, 1) << run.err;
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["nodes"][0]["node"], "node-a");
  EXPECT_EQ(run.JsonLines()[0]["rows"][0]["workload"], "web");
  EXPECT_EQ(run.JsonLines()[0]["hours"].size(), 1u);
}

TEST_F(LedgerCommandTest, AsksTheDaemon) {
  Engine engine(LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy);
  Broadcast decisions;
  ControlHooks hooks;
  hooks.read_ledger = [this](LedgerQuery query) {
    return LedgerReader::Open(file_, std::move(query));
  };
  hooks.ledger_header = [] {
    v1::LedgerHeader header;
    header.set_node("node-a");
    header.set_version("1.2.3");
    return header;
  };
  const auto server = ControlServer::Start(
      {dir_ / "control.sock", socket_, "", false}, engine, decisions, hooks);
  ASSERT_TRUE(server.ok()) << server.status();

  const CliRun run = RunCliWith({"report", "--socket", socket_});
  EXPECT_EQ(run.exit, 1) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("hosts        node-a"),
                             HasSubstr("shop/Deployment/web")));
  EXPECT_EQ(RunCliWith({"report", "--socket", socket_, "-n", "ops"}).exit, 0);
  EXPECT_EQ(RunCliWith({"policy", "try", policy_, "--socket", socket_}).exit,
            1);
}

TEST_F(ReportCommandTest, SaysThatNoDaemonAnswers) {
  const CliRun run = RunCliWith({"report", "--socket", dir_ / "none.sock"});
  EXPECT_EQ(run.exit, 3);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, AllOf(HasSubstr("none.sock"), HasSubstr("pinwardend"),
                             Not(HasSubstr("so this is from"))));
}

}  // namespace
}  // namespace pinwarden::testing
