// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// `pinwarden lint` as its user runs it; what it finds in which format is shown
// by tests/lint.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/run_cli.h"
#include "pinwarden/cli.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;
using ::pinwarden::testing::CliRun;
using ::pinwarden::testing::RunCliWith;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPod[] =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
    "spec:\n  containers:\n  - name: app\n    image: ";

class LintTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "lint_test.XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    Write("policy.yaml",
          "version: 1\nmode: enforce\nrules:\n"
          "- {name: prod, match: {namespaces: [prod]}, require: digest}\n"
          "- {name: canary, match: {labels: {track: canary}}, require: tag}\n"
          "- {name: all, require: version}\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  // `pinwarden lint --output json --policy ... ARGS...`
  CliRun Lint(std::vector<std::string> arguments,
              const std::string& stdin_text = "") {
    arguments.insert(arguments.begin(), {"lint", "--output", "json", "--policy",
                                         root_ / "policy.yaml"});
    return RunCliWith(arguments, stdin_text);
  }

  // The findings as "file reason image", files without the root.
  std::vector<std::string> Found(const CliRun& run) {
    std::vector<std::string> found;
    const auto result = nlohmann::json::parse(run.out, nullptr, false);
    if (!result.is_object()) return {run.out, run.err};
    for (const auto& f : result["findings"]) {
      const std::string file = f["file"];
      const std::string prefix = root_.string() + "/";
      found.push_back(absl::StrCat(
          file.rfind(prefix, 0) == 0 ? file.substr(prefix.size()) : file, " ",
          f["reason"].get<std::string>(), " ", f["image"].get<std::string>()));
    }
    return found;
  }

  fs::path root_;
};

TEST_F(LintTest, ExitsWithOneForFindingsAndZeroWithout) {
  Write("good/pod.yaml", absl::StrCat(kPod, "nginx:1.27.3\n"));
  Write("bad/pod.yaml", absl::StrCat(kPod, "nginx\n"));
  Write("bad/Dockerfile", "FROM alpine\n");
  const CliRun good = Lint({root_ / "good"});
  EXPECT_EQ(good.exit, kExitOk);
  EXPECT_THAT(Found(good), IsEmpty());
  const CliRun bad = Lint({root_ / "bad", root_ / "good"});
  EXPECT_EQ(bad.exit, kExitFindings);
  EXPECT_THAT(Found(bad), ElementsAre("bad/Dockerfile no_tag alpine",
                                      "bad/pod.yaml no_tag nginx"));
}

TEST_F(LintTest, ReadsStdinUnderAName) {
  const CliRun pod = Lint({"-"}, absl::StrCat(kPod, "nginx\n"));
  EXPECT_THAT(Found(pod), ElementsAre("- no_tag nginx"));
  const CliRun file = Lint({"--stdin-name", "Dockerfile", "-"}, "FROM alpine");
  EXPECT_THAT(Found(file), ElementsAre("Dockerfile no_tag alpine"));
}

TEST_F(LintTest, TakesNamespaceAndLabelsFromTheCommandLineWhereAFileHasNone) {
  Write("pod.yaml", absl::StrCat(kPod, "nginx:1.27.3\n"));
  EXPECT_THAT(Found(Lint({"--namespace", "prod", root_ / "pod.yaml"})),
              ElementsAre("pod.yaml no_digest nginx:1.27.3"));
  Write("pod.yaml", absl::StrCat(kPod, "nginx:mine\n"));
  EXPECT_THAT(Found(Lint({root_ / "pod.yaml"})),
              ElementsAre("pod.yaml imprecise_version nginx:mine"));
  EXPECT_THAT(Found(Lint({"--label", "track=canary", root_ / "pod.yaml"})),
              IsEmpty());
}

TEST_F(LintTest, SaysWhatItCannotReadAndWithStrictFailsForIt) {
  Write("d/a.yaml", "image: [\n");
  Write("d/b.yaml", absl::StrCat(kPod, "nginx:1.27.3\n"));
  fs::create_symlink("nowhere.yaml", root_ / "d/c.yaml");
  const CliRun run = Lint({root_ / "d", root_ / "gone.yaml"});
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_THAT(Found(run),
              ElementsAre("d/a.yaml unreadable ", "d/c.yaml unreadable ",
                          "gone.yaml unreadable "));
  EXPECT_EQ(Lint({"--strict", root_ / "d"}).exit, kExitUsage);
}

TEST_F(LintTest, FailsOnlyOnWhatIsNotInTheBaseline) {
  Write("d/a.yaml", absl::StrCat(kPod, "nginx\n"));
  const std::string baseline = root_ / "baseline.json";
  EXPECT_EQ(Lint({"--baseline", baseline, root_ / "d"}).exit, kExitUsage);
  EXPECT_EQ(
      Lint({"--baseline", baseline, "--write-baseline", root_ / "d"}).exit,
      kExitOk);
  EXPECT_EQ(Lint({"--baseline", baseline, root_ / "d"}).exit, kExitOk);
  Write("d/a.yaml", absl::StrCat("# moved\n\n", kPod, "nginx\n"));
  EXPECT_EQ(Lint({"--baseline", baseline, root_ / "d"}).exit, kExitOk);
  Write("d/b.yaml", absl::StrCat(kPod, "redis\n"));
  const CliRun run = Lint({"--baseline", baseline, root_ / "d"});
  EXPECT_EQ(run.exit, kExitFindings);
  EXPECT_THAT(Found(run), ElementsAre("d/b.yaml no_tag redis"));
  EXPECT_EQ(Lint({"--write-baseline", root_ / "d"}).exit, kExitUsage);
}

TEST_F(LintTest, JudgesComposeFilesOfOneProjectInOrder) {
  Write("base.yaml", "services: {web: {image: nginx}, db: {image: redis}}\n");
  Write("prod.yaml", "services: {web: {image: \"nginx:${V}\"}}\n");
  Write("v.env", "V=1.27.3\n");
  const CliRun run =
      Lint({"--compose-file", root_ / "base.yaml", "--compose-file",
            root_ / "prod.yaml", "--env-file", root_ / "v.env"});
  EXPECT_THAT(Found(run), ElementsAre("base.yaml no_tag redis"));
}

TEST_F(LintTest, GivesDockerfilesAndStacksWhatTheyAreBuiltWith) {
  Write("Dockerfile", "ARG V\nFROM alpine:$V\n");
  EXPECT_THAT(Found(Lint({root_ / "Dockerfile"})),
              ElementsAre("Dockerfile not_judged alpine:$V"));
  EXPECT_THAT(Found(Lint({"--build-arg", "V=3", root_ / "Dockerfile"})),
              ElementsAre("Dockerfile imprecise_version alpine:3"));
  EXPECT_EQ(Lint({"--build-arg", "V=3.20.1", root_ / "Dockerfile"}).exit,
            kExitOk);
}

TEST_F(LintTest, FindsTheSameOnOneThreadAsOnMany) {
  for (int i = 0; i < 300; ++i) {
    Write(absl::StrCat("d/", i, ".yaml"),
          absl::StrCat(kPod, "app", i, i % 3 == 0 ? ":1.2.3\n" : "\n"));
  }
  const CliRun one = Lint({"--jobs", "1", root_ / "d"});
  EXPECT_EQ(one.exit, kExitFindings);
  EXPECT_EQ(one.out, Lint({"--jobs", "7", root_ / "d"}).out);
}

TEST_F(LintTest, SaysWhatIsWrongWithItsArguments) {
  const struct {
    std::vector<std::string> arguments;
    const char* want;
  } kCases[] = {
      {{"--format", "docker", "."},
       "--format \"docker\" is none of kubernetes"},
      {{"--label", "x", "."}, "--label \"x\" is not of the form NAME=VALUE"},
      {{"--parameter", "=x", "."}, "--parameter \"=x\" is not of the form"},
      {{"--at", "noon", "."}, "--at \"noon\" is not a time"},
      {{"--output", "xml", "."}, "--output"},
      {{"--changed-since", "--help", root_}, "--changed-since"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const CliRun run = Lint(c.arguments);
    EXPECT_EQ(run.exit, kExitUsage);
    EXPECT_THAT(run.err, HasSubstr(c.want));
  }
  EXPECT_EQ(RunCliWith({"lint", "--policy", root_ / "no.yaml", root_}).exit,
            kExitUsage);
}

}  // namespace
}  // namespace pinwarden
