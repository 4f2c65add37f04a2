// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "absl/strings/str_cat.h"
#include "doctor/facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::HealthyFacts;
using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::kContainerdFile;
using ::pinwarden::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kDropIn[] = "/etc/containerd/conf.d/99-pinwarden.toml";
constexpr char kOpen[] =
    "version = 3\nimports = [\"/etc/containerd/conf.d/*.toml\"]\n";

class DropInTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::optional<DropIn>> Plan(const std::string& main) {
    files_.Pretend(kContainerdFile, main);
    facts_.config =
        ReadContainerdConfig(files_, kContainerdFile, facts_.runtime);
    return PlanDropIn(facts_, files_);
  }

  HostFiles files_{"/nonexistent"};
  DoctorFacts facts_ = HealthyFacts();
};

TEST_F(DropInTest, ClosesTheGateAndTellsToRestart) {
  const auto plan = Plan(kOpen);
  ASSERT_THAT(plan, IsOk());
  ASSERT_TRUE(plan->has_value());
  EXPECT_EQ((*plan)->path, kDropIn);
  EXPECT_THAT((*plan)->steps,
              ElementsAre(HasSubstr("systemctl restart containerd")));
  files_.Pretend(kDropIn, (*plan)->contents);
  const auto closed =
      ReadContainerdConfig(files_, kContainerdFile, facts_.runtime);
  EXPECT_TRUE(RequiresPinwarden(closed));
  EXPECT_TRUE(closed.validator.ValueOr(false));
}

TEST_F(DropInTest, ReplacesItsOwnFileAndNoOther) {
  files_.Pretend(kDropIn, "# Written by `pinwarden doctor --fix`. Before.\n");
  EXPECT_THAT(Plan(kOpen), IsOk());
  files_.Pretend(kDropIn, "# By hand.\n");
  EXPECT_THAT(Plan(kOpen), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("is not ours")));
}

TEST_F(DropInTest, KeepsWhatOthersSetInATableThatItReplaces) {
  facts_ = HealthyFacts("containerd 1.7.24");
  const auto plan = Plan(
      "version = 2\nimports = [\"conf.d/*.toml\"]\n"
      "[plugins.\"io.containerd.nri.v1.nri\"]\n"
      "socket_path = \"/run/a\\\"b\\u0001.sock\"\n"
      "plugin_request_timeout = \"1500ms\"\n");
  ASSERT_THAT(plan, IsOk());
  ASSERT_TRUE(plan->has_value());
  files_.Pretend(kDropIn, (*plan)->contents);
  const auto mended =
      ReadContainerdConfig(files_, kContainerdFile, facts_.runtime);
  EXPECT_EQ(mended.disable.value, false);
  EXPECT_EQ(mended.socket_path.value, "/run/a\"b\x01.sock");
  EXPECT_EQ(mended.request_timeout.value, absl::Milliseconds(1500));
}

TEST_F(DropInTest, SaysWhatIsLeftForTheOperator) {
  const struct {
    const char* main;
    const char* step;
  } kCases[] = {
      {"version = 3\n",
       "above its first table: imports = [\"/etc/containerd/"
       "conf.d/*.toml\"]"},
      {"version = 3\nimports = [\"/etc/containerd/x.d/*.conf\"]\n",
       "add to the imports at /etc/containerd/config.toml:2: "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.main);
    const auto plan = Plan(c.main);
    ASSERT_THAT(plan, IsOk());
    ASSERT_TRUE(plan->has_value());
    EXPECT_THAT((*plan)->steps.front(), HasSubstr(c.step));
  }
}

TEST_F(DropInTest, NamesTheFileThatTakesItBack) {
  files_.Pretend("/etc/containerd/conf.d/zz.toml",
                 "version = 3\n"
                 "[plugins.\"io.containerd.nri.v1.nri\".default_validator]\n"
                 "required_plugins = []\n");
  const auto plan = Plan(kOpen);
  ASSERT_THAT(plan, IsOk());
  ASSERT_TRUE(plan->has_value());
  EXPECT_THAT((*plan)->steps,
              ElementsAre(HasSubstr("zz.toml:3 is read later"), HasSubstr("")));
}

TEST_F(DropInTest, RefusesWhereItCannotKnowOrHelp) {
  EXPECT_THAT(Plan("version = = 3\n"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("has to be mended first")));
  EXPECT_THAT(
      Plan("version = 2\ndisabled_plugins = [\"io.containerd.nri.v1.nri\"]\n"),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               HasSubstr("disabled_plugins at")));
  facts_ = HealthyFacts("containerd 1.7.24");
  EXPECT_THAT(Plan("root = \"/x\"\n"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("version 1 of the format")));
  facts_.runtime = RuntimeInfo();
  EXPECT_THAT(Plan(kOpen), StatusIs(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("is not known")));
}

}  // namespace
}  // namespace pinwarden
