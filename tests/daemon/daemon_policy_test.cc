// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// pinwardend as a process: which policy is in force, and when.
#include <signal.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "daemon/daemon_fixture.h"
#include "pinwarden/daemon.h"
#include "pinwarden/policy_store.h"
#include "testing/status_matchers.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DaemonPolicyTest : public DaemonTest {
 protected:
  void WriteLastGood(absl::string_view text) {
    std::filesystem::create_directory(state_);
    WriteFile(absl::StrCat(state_, "/", kLastGoodPolicyName), text);
  }
};

TEST_F(DaemonPolicyTest, ReloadsWhenTheFileChanges) {
  const auto daemon = Registered(kEnforceTag);
  ASSERT_FALSE(daemon->Await("policy_in_force").is_null());
  ASSERT_EQ(Ask("nginx"), kRefused);
  ReplaceFile(policy_, kEnforceNone);
  EXPECT_EQ(daemon->Await("policy_in_force")["cause"], "file");
  EXPECT_EQ(Ask("nginx"), 0u);
}

// Where the file watcher comes first, SIGHUP finds nothing new, and says so.
TEST_F(DaemonPolicyTest, ReloadsOnSighup) {
  const auto daemon = Registered(kEnforceTag);
  daemon->Signal(SIGHUP);
  EXPECT_EQ(daemon->Await("policy_unchanged")["cause"], "SIGHUP");
  ReplaceFile(policy_, kEnforceNone);
  daemon->Signal(SIGHUP);
  EXPECT_EQ(daemon->Await("policy_in_force")["generation"], "2");
  EXPECT_EQ(Ask("nginx"), 0u);
}

TEST_F(DaemonPolicyTest, ReloadsThroughTheApi) {
  const auto daemon = Serving(kEnforceTag);
  ReplaceFile(policy_, kEnforceNone);
  const auto reload = ControlClient(control_socket_).Reload(absl::Seconds(30));
  ASSERT_THAT(reload, IsOk());
  EXPECT_FALSE(reload->failed());
  EXPECT_EQ(reload->generation(), 2u);
  EXPECT_EQ(Ask("nginx"), 0u);
}

TEST_F(DaemonPolicyTest, KeepsTheOldPolicyWhenTheNewOneIsInvalid) {
  const auto daemon = Serving(kEnforceTag);
  ReplaceFile(policy_, kBadPolicy);
  const auto refused = daemon->Await("policy_refused");
  EXPECT_THAT(refused["problem"].get<std::string>(),
              StartsWith("policy.yaml:5:14: error: "));
  EXPECT_THAT(daemon->Await("policy_problem")["problem"].get<std::string>(),
              HasSubstr("did you mean"));
  EXPECT_EQ(Ask("nginx"), kRefused);
  const auto status = Status();
  ASSERT_THAT(status, IsOk());
  EXPECT_THAT(status->policy().last_problem(), HasSubstr("policy.yaml:5:14"));
  EXPECT_GE(status->policy().failed_reloads(), 1u);
  EXPECT_EQ(status->policy().generation(), 1u);
}

TEST_F(DaemonPolicyTest, TellsTheProblemsThroughTheApi) {
  const auto daemon = Serving(kEnforceTag);
  ReplaceFile(policy_, kBadPolicy);
  const auto reload = ControlClient(control_socket_).Reload(absl::Seconds(30));
  ASSERT_THAT(reload, IsOk());
  EXPECT_TRUE(reload->failed());
  ASSERT_EQ(reload->problems_size(), 1);
  EXPECT_THAT(reload->problems(0), AllOf(StartsWith("policy.yaml:5:14: error:"),
                                         HasSubstr("require: tga")));
}

TEST_F(DaemonPolicyTest, KeepsTheLastGoodAndStartsWithIt) {
  {
    const auto daemon = Serving(kEnforceTag);
    daemon->Signal(SIGTERM);
    ASSERT_EQ(daemon->AwaitExit(), kExitStopped);
  }
  const auto daemon = Registered(kBadPolicy);
  EXPECT_EQ(daemon->Await("policy_from_last_good")["level"], "error");
  EXPECT_EQ(Ask("nginx"), kRefused);
  ASSERT_FALSE(daemon->Await("control_listening").is_null());
  const auto status = Status();
  ASSERT_THAT(status, IsOk());
  EXPECT_TRUE(status->policy().from_last_good());
}

TEST_F(DaemonPolicyTest, TakesTheMendedFileAfterAStartWithTheLastGood) {
  WriteLastGood(kEnforceTag);
  const auto daemon = Registered(kBadPolicy);
  ASSERT_EQ(Ask("nginx"), kRefused);
  ASSERT_FALSE(daemon->Await("policy_in_force").is_null());
  ReplaceFile(policy_, kEnforceNone);
  EXPECT_FALSE(daemon->Await("policy_in_force").is_null());
  EXPECT_EQ(Ask("nginx"), 0u);
}

constexpr char kIncluding[] =
    "version: 1\nmode: enforce\ninclude: [exemptions.d/*.yaml]\n"
    "rules:\n  - name: default\n    require: tag\n";

// Of nginx, until long after this test, or until yesterday.
std::string ExemptingNginx(const std::string& expires = "2099-01-31") {
  return absl::StrCat("version: 1\nexemptions:\n  - name: web\n",
                      "    match: {images: [nginx]}\n    reason: r\n",
                      "    owner: team-web\n    expires: ", expires, "\n");
}

TEST_F(DaemonPolicyTest, FollowsTheFilesThatThePolicyIncludes) {
  std::filesystem::create_directory(dir_ / "exemptions.d");
  const std::string web = dir_ / "exemptions.d/web.yaml";
  const auto daemon = Serving(kIncluding);
  ASSERT_EQ(Ask("nginx"), kRefused);
  ReplaceFile(web, ExemptingNginx());
  EXPECT_EQ(daemon->Await("policy_in_force")["included_files"], "1");
  EXPECT_EQ(Ask("nginx"), 0u);
  const auto status = Status();
  ASSERT_THAT(status, IsOk());
  ASSERT_EQ(status->policy().included_files_size(), 1);
  EXPECT_EQ(status->policy().included_files(0), "exemptions.d/web.yaml");

  ReplaceFile(web, "version: 1\nrules: []\n");
  EXPECT_THAT(daemon->Await("policy_refused")["problem"].get<std::string>(),
              StartsWith("exemptions.d/web.yaml:2:1: error: "));
  EXPECT_EQ(Ask("nginx"), 0u);

  std::filesystem::remove(web);
  EXPECT_EQ(daemon->Await("policy_in_force")["included_files"], "0");
  EXPECT_EQ(Ask("nginx"), kRefused);
}

TEST_F(DaemonPolicyTest, StartsWithTheLastGoodAndWhatItIncluded) {
  std::filesystem::create_directory(dir_ / "exemptions.d");
  WriteFile(dir_ / "exemptions.d/web.yaml", ExemptingNginx());
  {
    const auto daemon = Serving(kIncluding);
    daemon->Signal(SIGTERM);
    ASSERT_EQ(daemon->AwaitExit(), kExitStopped);
  }
  WriteFile(dir_ / "exemptions.d/web.yaml", "version: 1\nmode: observe\n");
  const auto daemon = Registered(kIncluding);
  EXPECT_THAT(
      daemon->Await("policy_from_last_good")["problem"].get<std::string>(),
      StartsWith("exemptions.d/web.yaml:2:1: error: "));
  EXPECT_EQ(Ask("nginx"), 0u);
  EXPECT_EQ(Ask("httpd"), kRefused);
}

TEST_F(DaemonPolicyTest, SaysWhichExemptionsExpireSoon) {
  std::filesystem::create_directory(dir_ / "exemptions.d");
  const absl::CivilDay day =
      absl::ToCivilDay(absl::Now(), absl::UTCTimeZone()) + 5;
  WriteFile(dir_ / "exemptions.d/web.yaml",
            ExemptingNginx(absl::FormatCivilTime(day)));
  const auto daemon = Registered(kIncluding);
  const auto line = daemon->Await("exemption_expires");
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["name"], "web");
  EXPECT_EQ(line["owner"], "team-web");
  // Midnight may have come between.
  EXPECT_THAT(line["days"].get<std::string>(), AnyOf("5", "4"));
  EXPECT_EQ(line["policy"], "exemptions.d/web.yaml:3");
}

TEST_F(DaemonPolicyTest, RegistersNothingWithoutAnyUsablePolicy) {
  WriteFile(policy_, kBadPolicy);
  WriteLastGood("version: 7\n");
  const auto daemon = Spawn();
  EXPECT_EQ(daemon->AwaitExit(), kExitConfig);
  EXPECT_THAT(daemon->Rest(), AllOf(HasSubstr("no_usable_policy"),
                                    HasSubstr("policy.yaml:5:14: error: "),
                                    HasSubstr("policy.yaml:1:10: error: "),
                                    Not(HasSubstr("nri_connected"))));
}

TEST_F(DaemonPolicyTest, TrustsNoPolicyThatOthersCanWrite) {
  WriteFile(policy_, kEnforceTag);
  chmod(policy_.c_str(), 0666);
  const auto daemon = Spawn();
  EXPECT_EQ(daemon->AwaitExit(), kExitConfig);
  EXPECT_THAT(daemon->Rest(), HasSubstr("chmod go-w"));
}

TEST_F(DaemonPolicyTest, JudgesWhereTheLastGoodCannotBeKept) {
  WriteFile(state_, "a file in the directory's place");
  const auto daemon = Registered(kEnforceTag);
  EXPECT_EQ(daemon->Await("last_good_not_kept")["level"], "error");
  EXPECT_EQ(Ask("nginx"), kRefused);
}

}  // namespace
}  // namespace pinwarden::testing
