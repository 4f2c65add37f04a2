// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "cli/pin_fixture.h"
#include "pinwarden/cli.h"

namespace pinwarden::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kNginx =
    "docker.io/library/nginx:1.27.3 " + Digest('a') + "\n";
const std::string kBusybox =
    "docker.io/library/busybox:latest " + Digest('b') + "\n";

class CliLockTest : public PinTest {
 protected:
  CliLockTest() {
    dir_.Write("Dockerfile", "FROM nginx:1.27.3\n");
    dir_.Write("other.Dockerfile",
               "FROM busybox\nFROM docker.io/nginx:1.27.3\n"
               "FROM alpine@" +
                   Digest('c') + "\n");
  }
  std::string Lock() const { return ReadWhole("pinwarden.lock"); }
};

TEST_F(CliLockTest, WritesTheDigestOfEachImageThatFilesNameWithoutOne) {
  const CliRun run = Run("lock");
  EXPECT_EQ(run.exit, kExitOk) << run.err;
  EXPECT_EQ(run.out, "locked " + kBusybox + "locked " + kNginx);
  EXPECT_EQ(run.err,
            "pinwarden.lock: 2 locked, 0 changed, 0 as before; 0 not locked\n");
  EXPECT_EQ(Lock(), "pinwarden-lock 1\n" + kBusybox + kNginx);
}

TEST_F(CliLockTest, ChangesNothingTheSecondTime) {
  Run("lock");
  struct stat before, after;
  ASSERT_EQ(stat("pinwarden.lock", &before), 0);
  const CliRun run = Run("lock");
  ASSERT_EQ(stat("pinwarden.lock", &after), 0);
  EXPECT_EQ(run.exit, kExitOk);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(CliLockTest, KeepsWhatIsThereAndSaysWhatChanges) {
  const std::string elsewhere =
      "docker.io/library/elsewhere:1 " + Digest('e') + "\n";
  dir_.Write("my.lock", "pinwarden-lock 1\n# Mine.\n" + elsewhere +
                            "docker.io/library/nginx:1.27.3 " + Digest('0') +
                            "\n");
  const CliRun run = Run("lock", {"--lock-file", "my.lock", "Dockerfile"});
  EXPECT_EQ(run.exit, kExitOk) << run.err;
  EXPECT_EQ(run.out, "changed docker.io/library/nginx:1.27.3 " + Digest('0') +
                         " -> " + Digest('a') + "\n");
  EXPECT_EQ(ReadWhole("my.lock"),
            "pinwarden-lock 1\n# Mine.\n" + elsewhere + kNginx);
}

TEST_F(CliLockTest, ShowsTheChangeAndWritesNothingOnADryRun) {
  const CliRun run = Run("lock", {"--dry-run", "Dockerfile"});
  EXPECT_EQ(run.exit, kExitOk);
  EXPECT_EQ(run.out,
            "--- /dev/null\n+++ b/pinwarden.lock\n@@ -0,0 +1,2 @@\n"
            "+pinwarden-lock 1\n+" +
                kNginx);
  EXPECT_EQ(Lock(), "");
}

TEST_F(CliLockTest, SaysWhatItCannotLockAndLocksTheRest) {
  AddImage("built:1", {});
  AddImage("twice:1", {Digest('1'), Digest('2')});
  runtime_.AddImage(MakeCriImage("sha256:x", {"docker.io/library/odd:1"},
                                 {"docker.io/library/odd@sha256:zz",
                                  "docker.io/other/odd@" + Digest('3')}));
  dir_.Write("Dockerfile",
             "FROM nginx:1.27.3\nFROM gone:1\nFROM built:1\nFROM twice:1\n"
             "FROM odd:1\nFROM NGINX\nFROM ${NOT_SET}\n");
  const CliRun run = Run("lock", {"Dockerfile"});
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_EQ(run.out, "locked " + kNginx);
  EXPECT_THAT(
      run.err,
      AllOf(HasSubstr("Dockerfile:2:6: \"docker.io/library/gone:1\" is not "
                      "locked: not on this host\n"),
            HasSubstr("\"docker.io/library/built:1\" is not locked: on this "
                      "host, but without a digest of that name"),
            HasSubstr("\"docker.io/library/twice:1\" is not locked: on this "
                      "host under several digests, of which you have to "
                      "choose one: " +
                      Digest('1') + ", " + Digest('2')),
            HasSubstr("\"docker.io/library/odd:1\" is not locked: on this "
                      "host, but without"),
            HasSubstr("\"NGINX\" is not locked: it is no image reference: "),
            HasSubstr("Dockerfile:7:"),
            HasSubstr("1 locked, 0 changed, 0 as before; 6 not locked"),
            HasSubstr("asks no registry")));
}

TEST_F(CliLockTest, TakesWhatSomebodyElseLockedAlthoughItIsNotHere) {
  dir_.Write("Dockerfile", "FROM gone:1\n");
  dir_.Write("pinwarden.lock", "pinwarden-lock 1\ndocker.io/library/gone:1 " +
                                   Digest('d') + "\n");
  EXPECT_EQ(Run("lock", {"Dockerfile"}).exit, kExitOk);
}

TEST_F(CliLockTest, PrintsOneObject) {
  dir_.Write("Dockerfile", "FROM nginx:1.27.3\nFROM gone:1\n");
  const CliRun run = Run("lock", {"--output", "json", "Dockerfile"});
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_EQ(run.JsonLines(),
            (std::vector<nlohmann::json>{
                {{"lock_file", "pinwarden.lock"},
                 {"written", true},
                 {"locked",
                  {{{"image", "docker.io/library/nginx:1.27.3"},
                    {"digest", Digest('a')},
                    {"was", ""}}}},
                 {"as_before", 0},
                 {"not_locked",
                  {{{"image", "docker.io/library/gone:1"},
                    {"place", "Dockerfile:2:6"},
                    {"why", "not on this host"}}}}}}));
}

TEST_F(CliLockTest, WritesNothingWhereTheRuntimeDoesNotAnswer) {
  runtime_.Stop();
  const CliRun run = Run("lock");
  EXPECT_EQ(run.exit, kExitUnreachable);
  EXPECT_THAT(run.err, HasSubstr(runtime_.socket()));
  EXPECT_EQ(Lock(), "");
}

TEST_F(CliLockTest, FindsTheSocketInTheDaemonsSettings) {
  dir_.Write("settings", "version: 1\ncri_socket: " + runtime_.socket() + "\n");
  const auto run = [](const std::string& settings) {
    return RunCliWith(
        {"lock", "--policy", "policy", "--settings", settings, "Dockerfile"});
  };
  EXPECT_EQ(run("settings").exit, kExitOk);
  dir_.Write("none", "version: 1\ncri_socket: \"\"\n");
  const CliRun none = run("none");
  EXPECT_EQ(none.exit, kExitUnreachable);
  EXPECT_THAT(none.err, HasSubstr("cri_socket is empty"));
}

TEST_F(CliLockTest, RefusesALockFileWithErrors) {
  dir_.Write("pinwarden.lock", "pinwarden-lock 1\nnginx:1 sha256:ab\n");
  const CliRun run = Run("lock");
  EXPECT_EQ(run.exit, kExitUsage);
  EXPECT_THAT(run.err, HasSubstr("pinwarden.lock:2:1: error: \"nginx:1\" has "
                                 "to be written as"));
  EXPECT_EQ(Lock(), "pinwarden-lock 1\nnginx:1 sha256:ab\n");
}

}  // namespace
}  // namespace pinwarden::testing
