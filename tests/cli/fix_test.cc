// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include "cli/pin_fixture.h"
#include "pinwarden/cli.h"

namespace pinwarden::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kA = "@" + Digest('a');
const std::string kB = "@" + Digest('b');

constexpr char kPod[] =
    "apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: web}\r\nspec:\r\n"
    "  containers:\r\n"
    "    - {image: \"nginx:1.27.3\", name: web}  # the web\r\n"
    "    - name: side\r\n      image: busybox   # any\r\n";

std::string Replaced(std::string text, const std::string& from,
                     const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

// kPod as it has to become.
std::string FixedPod() {
  return Replaced(Replaced(kPod, "nginx:1.27.3", "nginx:1.27.3" + kA),
                  "busybox", "busybox" + kB);
}

class CliFixTest : public PinTest {
 protected:
  CliFixTest() { dir_.Write("pod.yaml", kPod); }

  void WriteLock(const std::string& entries) {
    dir_.Write("pinwarden.lock", "pinwarden-lock 1\n" + entries);
  }
};

TEST_F(CliFixTest, PinsImagesInPlaceAndChangesNothingElse) {
  const CliRun run = Run("fix");
  EXPECT_EQ(run.exit, kExitOk) << run.err;
  EXPECT_EQ(ReadWhole("pod.yaml"), FixedPod());
  EXPECT_EQ(run.out, "pod.yaml:6:16: nginx:1.27.3" + kA +
                         "\npod.yaml:8:14: busybox" + kB + "\n");
  EXPECT_EQ(run.err, "pinned: 2 in 1 file; left: 0\n");
}

TEST_F(CliFixTest, ChangesNothingTheSecondTime) {
  Run("fix");
  struct stat before, after;
  ASSERT_EQ(stat("pod.yaml", &before), 0);
  const CliRun run = Run("fix", {"--all"});
  ASSERT_EQ(stat("pod.yaml", &after), 0);
  EXPECT_EQ(run.exit, kExitOk);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(CliFixTest, ShowsADiffOnADryRun) {
  const CliRun run = Run("fix", {"--dry-run"});
  EXPECT_EQ(run.exit, kExitOk);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("--- a/pod.yaml\n+++ b/pod.yaml\n@@ -3,6 +3,6 "
                              "@@\n"),
                    HasSubstr("\n-      image: busybox   # any\r\n+      "
                              "image: busybox" +
                              kB + "   # any\r\n")));
  EXPECT_EQ(run.err, "would be pinned: 2 in 1 file; left: 0\n");
  EXPECT_EQ(ReadWhole("pod.yaml"), kPod);
}

TEST_F(CliFixTest, TakesTheLockFileBeforeTheRuntime) {
  WriteLock("docker.io/library/nginx:1.27.3 " + Digest('1') + "\n");
  EXPECT_EQ(Run("fix").exit, kExitOk);
  EXPECT_THAT(ReadWhole("pod.yaml"),
              AllOf(HasSubstr("@" + Digest('1')), HasSubstr("busybox" + kB)));
}

TEST_F(CliFixTest, GoesOnWithTheLockFileWhereTheRuntimeDoesNotAnswer) {
  runtime_.Stop();
  WriteLock("docker.io/library/nginx:1.27.3 " + Digest('a') + "\n");
  const CliRun run = Run("fix");
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_EQ(ReadWhole("pod.yaml"),
            Replaced(kPod, "nginx:1.27.3", "nginx:1.27.3" + kA));
  EXPECT_THAT(run.err,
              AllOf(HasSubstr("; only pinwarden.lock is looked into\n"),
                    HasSubstr("pod.yaml:8:14: \"busybox\" is left: no digest "
                              "is known of \"docker.io/library/busybox:latest"
                              "\": not in pinwarden.lock\n"),
                    HasSubstr("pinned: 1 in 1 file; left: 1\n")));
}

TEST_F(CliFixTest, LeavesTheRuntimeAloneWhereThatIsAskedFor) {
  const CliRun run = Run("fix", {"--no-runtime"});
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_EQ(runtime_.calls(), 0);
  EXPECT_EQ(ReadWhole("pod.yaml"), kPod);
}

TEST_F(CliFixTest, PinsWhatThePolicyRefusesUnlessAskedForAll) {
  dir_.Write("policy",
             "version: 1\nmode: enforce\n"
             "rules:\n  - name: default\n    require: version\n");
  EXPECT_EQ(Run("fix").exit, kExitOk);
  EXPECT_EQ(ReadWhole("pod.yaml"), Replaced(kPod, "busybox", "busybox" + kB));
  EXPECT_EQ(Run("fix", {"--all"}).exit, kExitOk);
  EXPECT_EQ(ReadWhole("pod.yaml"), FixedPod());
}

TEST_F(CliFixTest, SaysWhyItLeavesWhatItCannotPin) {
  dir_.Write("Dockerfile",
             "ARG V=1.27.3\nFROM nginx:${V}\nFROM ${NOT_SET}\nFROM gone:1\n");
  dir_.Write("broken.yaml", "kind: Pod\nspec: {image: [\n");
  const CliRun run = Run("fix");
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_THAT(
      run.err,
      AllOf(HasSubstr("Dockerfile:2:6: \"nginx:1.27.3\" is left: it does not "
                      "stand there as it is"),
            HasSubstr("Dockerfile:3:6: "),
            HasSubstr("\"gone:1\" is left: no digest is known of "
                      "\"docker.io/library/gone:1\": not in pinwarden.lock, "
                      "and not on this host"),
            HasSubstr("broken.yaml:"), HasSubstr("left: 3\n")));
  EXPECT_EQ(ReadWhole("pod.yaml"), FixedPod());
}

TEST_F(CliFixTest, KeepsModeOwnerAndLinks) {
  fs::create_directory("real");
  fs::rename("pod.yaml", "real/pod");
  fs::create_symlink("real/pod", "pod.yaml");
  ASSERT_EQ(chmod("real/pod", 0640), 0);
  const bool root = geteuid() == 0;
  ASSERT_TRUE(!root || chown("real/pod", 65534, 65534) == 0);
  EXPECT_EQ(Run("fix").exit, kExitOk);
  struct stat info;
  ASSERT_EQ(stat("real/pod", &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  EXPECT_EQ(info.st_uid, root ? 65534 : geteuid());
  EXPECT_TRUE(fs::is_symlink("pod.yaml"));
  EXPECT_EQ(ReadWhole("real/pod"), FixedPod());
}

TEST_F(CliFixTest, PinsAPlaceThatSeveralFilesBringOnce) {
  fs::remove("pod.yaml");
  dir_.Write("base.yaml", "services:\n  web:\n    image: nginx:1.27.3\n");
  dir_.Write("compose.yaml",
             "services:\n  a:\n    extends: {file: base.yaml, service: web}\n"
             "  b:\n    extends: {file: base.yaml, service: web}\n");
  const CliRun run = Run("fix");
  EXPECT_EQ(run.exit, kExitOk) << run.err;
  EXPECT_EQ(ReadWhole("base.yaml"),
            "services:\n  web:\n    image: nginx:1.27.3" + kA + "\n");
  EXPECT_THAT(run.err, HasSubstr("pinned: 1 in 1 file"));
}

TEST_F(CliFixTest, PinsAnAliasedImageWhereItsAnchorIs) {
  fs::remove("pod.yaml");
  dir_.Write("compose.yaml",
             "services:\n  a: {image: &i nginx:1.27.3}\n  b: {image: *i}\n");
  EXPECT_EQ(Run("fix").exit, kExitOk);
  EXPECT_EQ(
      ReadWhole("compose.yaml"),
      "services:\n  a: {image: &i nginx:1.27.3" + kA + "}\n  b: {image: *i}\n");
}

TEST_F(CliFixTest, LeavesWhatItsAuthorSuppresses) {
  const std::string text =
      "FROM busybox\n"
      "# pinwarden: ignore vendor ships only that until 2099-01-31\n"
      "FROM nginx:1.27.3\n";
  dir_.Write("Dockerfile", text);
  EXPECT_EQ(Run("fix").exit, kExitOk);
  EXPECT_EQ(ReadWhole("Dockerfile"), Replaced(text, "busybox", "busybox" + kB));
}

TEST_F(CliFixTest, PrintsOneObject) {
  dir_.Write("Dockerfile", "FROM nginx:1.27.3\nFROM gone:1\n");
  const CliRun run =
      Run("fix", {"--output", "json", "--no-runtime", "Dockerfile"});
  EXPECT_EQ(run.exit, kExitFindings);
  ASSERT_EQ(run.JsonLines().size(), 1u);
  const nlohmann::json object = run.JsonLines()[0];
  EXPECT_EQ(object["written"], false);
  EXPECT_EQ(object["left"].size(), 2u);
  EXPECT_EQ(object["left"][1]["line"], 2);
  const CliRun fixed = Run("fix", {"--output", "json", "Dockerfile"});
  EXPECT_EQ(fixed.JsonLines()[0]["written"], true);
  EXPECT_EQ(fixed.JsonLines()[0]["pinned"],
            (nlohmann::json{{{"file", "Dockerfile"},
                             {"line", 1},
                             {"column", 6},
                             {"image", "nginx:1.27.3"},
                             {"pinned", "nginx:1.27.3" + kA}}}));
}

TEST_F(CliFixTest, RefusesWhatItCannotWorkWith) {
  EXPECT_EQ(Run("fix", {"-"}).exit, kExitUsage);
  WriteLock("nginx\n");
  const CliRun run = Run("fix");
  EXPECT_EQ(run.exit, kExitUsage);
  EXPECT_THAT(run.err, HasSubstr("pinwarden.lock:2:1: error: "));
  EXPECT_EQ(ReadWhole("pod.yaml"), kPod);
}

}  // namespace
}  // namespace pinwarden::testing
