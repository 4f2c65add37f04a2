// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/broadcast.h"
#include "pinwarden/control_server.h"
#include "pinwarden/engine.h"
#include "pinwarden/policy.h"
#include "pinwarden/report.h"
#include "pinwarden/report_format.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPolicy[] =
    "version: 1\nmode: enforce\ninclude: [exemptions.d/*.yaml]\n"
    "rules:\n  - name: default\n    require: tag\n";

constexpr char kBilling[] =
    "# Team billing\nversion: 1\nexemptions:\n"
    "  - name: vendor  # OPS-123\n"
    "    match: {namespaces: [billing], images: [acme/vendor]}\n"
    "    reason: vendor\n    owner: billing\n    expires: 2099-01-31\n";

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string Day(int days) {
  return absl::FormatCivilTime(
      absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + days);
}

class CliExemptTest : public ::testing::Test {
 protected:
  CliExemptTest() {
    fs::create_directory(dir_ / "exemptions.d");
    ReportSource host;
    host.node = "node-1";
    data_.AddSource(host);
    Seen("billing", "app", "acme/app");
    Seen("billing", "vendor", "acme/vendor");
    Seen("web", "front", "nginx");
  }

  void Seen(const std::string& name_space, const std::string& workload,
            const std::string& image) {
    v1::LedgerRow row;
    row.set_namespace_(name_space);
    row.set_workload_kind("Deployment");
    row.set_workload(workload);
    row.set_container("c");
    row.set_image(image);
    row.set_reason(v1::REASON_NO_TAG);
    row.set_outcome(v1::OUTCOME_WOULD_REJECT);
    row.set_confidence(v1::CONFIDENCE_EXACT);
    row.set_count(1);
    data_.Add(row);
  }

  // The report of this host, as `pinwarden report --output json` gives it.
  std::string Report() {
    std::ostringstream json;
    WriteReportJson(MakeReport(data_, ReportBy::kWorkload, absl::Now()), data_,
                    json);
    return dir_.Write("report.json", json.str());
  }

  CliRun Exempt(std::vector<std::string> more) {
    std::vector<std::string> args = {
        "exempt", "--policy",         policy_,   "--reason", "OPS-9", "--owner",
        "o",      "--control-socket", "/nowhere"};
    const bool unseen =
        std::find(more.begin(), more.end(), "--unseen") != more.end();
    args.push_back(unseen ? "--socket" : "--merge");
    args.push_back(unseen ? "/nowhere" : Report());
    args.insert(args.end(), more.begin(), more.end());
    return RunCliWith(args);
  }

  TempDir dir_;
  const std::string policy_ = dir_.Write("policy.yaml", kPolicy);
  const std::string billing_ = dir_ / "exemptions.d/billing.yaml";
  ReportData data_;
};

TEST_F(CliExemptTest, WritesOneForEachFindingThatIsNotExempted) {
  dir_.Write("exemptions.d/billing.yaml", kBilling);
  const CliRun run = Exempt({"--namespace", "billing"});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_EQ(run.out, absl::StrCat("billing-app: docker.io/acme/app in billing "
                                  "until ",
                                  Day(30), "\n"));
  EXPECT_THAT(run.err, HasSubstr("already exempted: 1"));
  EXPECT_EQ(ReadWhole(billing_),
            absl::StrCat(kBilling,
                         "  - name: billing-app\n"
                         "    match: {namespaces: [billing], images: "
                         "[docker.io/acme/app]}\n"
                         "    reason: OPS-9\n    owner: o\n    expires: ",
                         Day(30), "\n"));
  EXPECT_EQ(
      RunCliWith({"check", "-p", policy_, "-n", "billing", "acme/app"}).exit,
      0);
}

TEST_F(CliExemptTest, ASecondRunChangesNothing) {
  ASSERT_EQ(Exempt({"--all"}).exit, 0);
  const std::string written = ReadWhole(dir_ / "exemptions.d/exempted.yaml");
  EXPECT_THAT(written, HasSubstr("web-nginx"));
  const CliRun again = Exempt({"--all"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_THAT(again.err, HasSubstr("exemptions added: 0; already exempted: 3"));
  EXPECT_EQ(ReadWhole(dir_ / "exemptions.d/exempted.yaml"), written);
}

TEST_F(CliExemptTest, OnlyShowsTheChangeInADryRun) {
  dir_.Write("exemptions.d/billing.yaml", kBilling);
  const CliRun run = Exempt({"--namespace", "billing", "--dry-run"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("--- a/exemptions.d/billing.yaml\n"),
                             HasSubstr("\n+  - name: billing-app\n")));
  EXPECT_EQ(ReadWhole(billing_), kBilling);
}

TEST_F(CliExemptTest, KeepsOwnerAndModeOfTheFile) {
  dir_.Write("exemptions.d/billing.yaml", kBilling);
  ASSERT_EQ(chmod(billing_.c_str(), 0640), 0);
  ASSERT_EQ(chown(billing_.c_str(), 12345, 54321), 0);
  ASSERT_EQ(Exempt({"--namespace", "billing"}).exit, 0);
  struct stat info = {};
  ASSERT_EQ(stat(billing_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0640u);
  EXPECT_EQ(info.st_uid, 12345u);
  EXPECT_EQ(info.st_gid, 54321u);
}

TEST_F(CliExemptTest, MakesTheDirectoryWhereItIsNotThere) {
  fs::remove(dir_ / "exemptions.d");
  ASSERT_EQ(Exempt({"--namespace", "web"}).exit, 0);
  EXPECT_THAT(ReadWhole(dir_ / "exemptions.d/web.yaml"),
              HasSubstr("images: [docker.io/library/nginx]"));
}

TEST_F(CliExemptTest, SaysWhichLineIncludesTheFile) {
  const struct {
    const char* policy;
    const char* file;
    const char* want;
  } kCases[] = {
      {"version: 1\nmode: observe\nrules:\n  - name: default\n", "",
       "add this line to it, and try again:\n\n    include: "
       "[exemptions.d/*.yaml]\n"},
      {"version: 1\nmode: observe\nrules:\n  - name: default\n", "x.yaml",
       "include: [x.yaml]\n"},
      {kPolicy, "more.d/x.yaml", "include: [..., more.d/*.yaml]\n"},
      {kPolicy, "../x.yaml", "is not below the directory of"},
      {kPolicy, "/etc/x.yaml", "is not below the directory of"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    dir_.Write("policy.yaml", c.policy);
    std::vector<std::string> more = {"--all"};
    if (*c.file != '\0') more.insert(more.end(), {"--file", c.file});
    const CliRun run = Exempt(more);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr(c.want));
  }
}

TEST_F(CliExemptTest, TakesTheFileThatIsNamed) {
  ASSERT_EQ(Exempt({"--all", "--file", "exemptions.d/a.yaml"}).exit, 0);
  EXPECT_TRUE(fs::exists(dir_ / "exemptions.d/a.yaml"));
  Seen("web", "new", "httpd");
  ASSERT_EQ(Exempt({"--all", "--file", dir_ / "exemptions.d/b.yaml"}).exit, 0);
  EXPECT_THAT(ReadWhole(dir_ / "exemptions.d/b.yaml"),
              AllOf(HasSubstr("httpd"), Not(HasSubstr("nginx"))));
}

TEST_F(CliExemptTest, RefusesTermsThatAreNone) {
  const struct {
    std::vector<std::string> more;
    const char* want;
  } kCases[] = {
      {{}, "say what to exempt"},
      {{"--all", "--for", "91d"}, "of at most 90 days"},
      {{"--all", "--for", "13w"}, "of at most 90 days"},
      {{"--all", "--for", "0d"}, "of at most 90 days"},
      {{"--all", "--for", "d"}, "of at most 90 days"},
      {{"--all", "--for", "90m"}, "of at most 90 days"},
      {{"--all", "--expires", Day(91)}, "within 90 days"},
      {{"--all", "--expires", "2020-01-31"}, "within 90 days"},
      {{"--all", "--expires", "soon"}, "neither a date nor a time"},
      {{"--image", "nginx:1"}, "tag"},
      {{"--unseen", "--image", "acme/*", "-n", "web"}, "without wildcards"},
      {{"--unseen", "--image", "acme/a", "-n", "w*"}, "without wildcards"},
      {{"--unseen", "--image", "acme/a"}, "needs --image and --namespace"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const CliRun run = Exempt(c.more);
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.err, HasSubstr(c.want));
    EXPECT_TRUE(fs::is_empty(dir_ / "exemptions.d"));
  }
}

TEST_F(CliExemptTest, TakesTheLastDayThatIsAllowed) {
  const CliRun run = Exempt({"--all", "--expires", Day(90)});
  EXPECT_EQ(run.exit, 0) << run.err;
}

TEST_F(CliExemptTest, WritesNothingIntoAPolicyWithErrors) {
  dir_.Write("exemptions.d/other.yaml", "version: 2\n");
  const CliRun run = Exempt({"--all"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("other.yaml:1:10: error: "));
  EXPECT_FALSE(fs::exists(dir_ / "exemptions.d/exempted.yaml"));
}

TEST_F(CliExemptTest, ListsWhatCannotBeExempted) {
  Seen("web", "bad", "\x1b[2Jbad image");
  const CliRun run = Exempt({"--all", "--output", "json"});
  EXPECT_EQ(run.exit, 1);
  ASSERT_EQ(run.JsonLines().size(), 1u);
  const auto object = run.JsonLines()[0];
  EXPECT_EQ(object["written"], true);
  EXPECT_EQ(object["added"].size(), 3u);
  ASSERT_EQ(object["not_exempted"].size(), 1u);
  EXPECT_EQ(object["not_exempted"][0]["workload"], "bad");
  EXPECT_THAT(Exempt({"--all"}).err,
              HasSubstr("\"\\x1b[2Jbad image\" of "
                        "\"web/Deployment/bad/c\": not an image reference"));
}

TEST_F(CliExemptTest, TellsWhatTheDaemonMakesOfIt) {
  const struct {
    const char* image;
    std::string policy;  // the daemon's
    bool failed;
    int exit;
    const char* want;
  } kCases[] = {
      {"acme/a", policy_, false, 0, "in force as generation 8"},
      {"acme/b", policy_, true, 1, "generation 8 stays in force:\na problem"},
      {"acme/c", "/elsewhere/policy.yaml", false, 0,
       "the daemon here has another"},
  };
  Engine engine(LoadPolicy(kPolicy, "policy.yaml", absl::Now()).policy);
  Broadcast decisions;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    ControlHooks hooks;
    hooks.status = [&c] {
      v1::GetStatusResponse status;
      status.mutable_policy()->set_path(c.policy);
      return status;
    };
    hooks.reload = [&c] {
      v1::ReloadResponse answer;
      answer.set_generation(8);
      answer.set_failed(c.failed);
      if (c.failed) answer.add_problems("a problem\n");
      return answer;
    };
    const auto server = ControlServer::Start(
        {dir_ / "control.sock", dir_ / "read.sock", "", true}, engine,
        decisions, hooks);
    ASSERT_TRUE(server.ok());
    const CliRun run = RunCliWith(
        {"exempt", "--policy", policy_, "--reason", "r", "--owner", "o",
         "--unseen", "--image", c.image, "--namespace", "web", "--socket",
         dir_ / "read.sock", "--control-socket", dir_ / "control.sock"});
    EXPECT_EQ(run.exit, c.exit);
    EXPECT_THAT(run.err, HasSubstr(c.want));
  }
}

TEST_F(CliExemptTest, ExemptsWhatWasNotSeenYet) {
  const CliRun run =
      Exempt({"--unseen", "--image", "acme/tool", "--namespace", "web"});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("no daemon answers here"));
  EXPECT_THAT(ReadWhole(dir_ / "exemptions.d/web.yaml"),
              HasSubstr("  - name: web-tool\n    match: {namespaces: [web], "
                        "images: [docker.io/acme/tool]}\n"));
}

}  // namespace
}  // namespace pinwarden::testing
