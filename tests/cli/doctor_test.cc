// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <string>

#include "cli/run_cli.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/temp_dir.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kMain[] =
    "version = 3\nimports = [\"/etc/containerd/conf.d/*.toml\"]\n";
constexpr char kPolicy[] =
    "version: 1\nmode: enforce\nrules:\n  - {name: default, require: tag}\n";

// The disk of a host whose daemon and runtime do not run.
class CliDoctorTest : public ::testing::Test {
 protected:
  CliDoctorTest() {
    for (const char* directory :
         {"etc", "etc/containerd", "etc/containerd/conf.d", "etc/pinwarden"}) {
      mkdir((host_ / directory).c_str(), 0755);
    }
    host_.Write("etc/containerd/config.toml", kMain);
    chmod(host_.Write("etc/pinwarden/policy.yaml", kPolicy).c_str(), 0644);
  }

  CliRun Doctor(std::vector<std::string> more,
                const std::string& runtime = "containerd 2.2.1") {
    std::vector<std::string> args = {"doctor", "--root", host_.path(),
                                     "--runtime", runtime};
    args.insert(args.end(), more.begin(), more.end());
    return RunCliWith(args);
  }

  TempDir host_;
};

TEST_F(CliDoctorTest, PrintsAVerdictForEachCheckAndFails) {
  const CliRun run = Doctor({});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("FAIL  daemon: no daemon answers"),
                    HasSubstr("containers are: created"),
                    HasSubstr("\n      fix: "), HasSubstr("ok    policy: "),
                    HasSubstr("\nok: "), Not(HasSubstr("\x1b"))));
  EXPECT_EQ(run.err, "");
}

TEST_F(CliDoctorTest, PrintsOneJsonObject) {
  const CliRun run = Doctor({"--output", "json"});
  EXPECT_EQ(run.exit, 1);
  ASSERT_EQ(run.JsonLines().size(), 1u);
  const nlohmann::json report = run.JsonLines()[0];
  EXPECT_EQ(report["if_pinwarden_dies"], "created");
  size_t count = 0;
  for (const char* verdict : {"ok", "warn", "fail"}) {
    count += report["summary"][verdict].get<size_t>();
  }
  EXPECT_EQ(count, report["findings"].size());
  EXPECT_EQ(report["findings"][0]["check"], "daemon");
  EXPECT_EQ(report["findings"][0]["verdict"], "fail");
  EXPECT_NE(report["findings"][0]["fix"], "");
}

TEST_F(CliDoctorTest, ShowsTheDropInAndLeavesTheHostAlone) {
  const CliRun run = Doctor({"--fix", "--dry-run"});
  EXPECT_EQ(run.exit, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("required_plugins = [\"pinwarden\"]"));
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("would be written: /etc/containerd/conf.d/"),
                    HasSubstr("systemctl restart containerd")));
  struct stat info;
  EXPECT_NE(
      stat((host_ / "etc/containerd/conf.d/99-pinwarden.toml").c_str(), &info),
      0);
}

TEST_F(CliDoctorTest, WritesTheDropInOnceAndThenNothing) {
  const CliRun run = Doctor({"--fix", "-o", "json"});
  EXPECT_EQ(run.exit, 0) << run.err;
  ASSERT_EQ(run.JsonLines().size(), 1u);
  EXPECT_EQ(run.JsonLines()[0]["written"], true);
  struct stat info;
  ASSERT_EQ(
      stat((host_ / "etc/containerd/conf.d/99-pinwarden.toml").c_str(), &info),
      0);
  EXPECT_EQ(info.st_mode & 07777, 0644u);
  EXPECT_EQ(Doctor({"-o", "json"}).JsonLines()[0]["if_pinwarden_dies"],
            "refused");
  const CliRun again = Doctor({"--fix"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_THAT(again.err, HasSubstr("nothing to write"));
}

TEST_F(CliDoctorTest, SaysWhyItCannotFix) {
  host_.Write("etc/containerd/config.toml", "version = \n");
  const CliRun run = Doctor({"--fix"});
  EXPECT_EQ(run.exit, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("/etc/containerd/config.toml:1:"));
}

TEST_F(CliDoctorTest, RefusesToPretendWithoutAFix) {
  EXPECT_EQ(Doctor({"--dry-run"}).exit, 2);
}

TEST_F(CliDoctorTest, FailsOnAFileThatIsNotThere) {
  const CliRun run = Doctor({"--containerd-config", "/nowhere.toml"});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.out, HasSubstr("no such file: /nowhere.toml"));
}

}  // namespace
}  // namespace pinwarden::testing
