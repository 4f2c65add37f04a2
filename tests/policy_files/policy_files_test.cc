// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What lies on disk, and what of it a policy includes.
#include "pinwarden/policy_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/decide.h"
#include "pinwarden/policy.h"
#include "pinwarden/yaml.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;

absl::Time Now() { return absl::FromUnixSeconds(1780272000); }  // 2026-06-01

std::string PolicyIncluding(const std::string& patterns) {
  return absl::StrCat("version: 1\nmode: enforce\ninclude: [", patterns,
                      "]\nrules:\n  - name: default\n    require: tag\n");
}

std::string Exempting(const std::string& name) {
  return absl::StrCat("version: 1\nexemptions:\n  - name: ", name,
                      "\n    match: {images: [acme/", name,
                      "]}\n    reason: r\n    owner: o\n"
                      "    expires: 2027-01-31\n");
}

class PolicyFilesTest : public ::testing::Test {
 protected:
  PolicyFilesTest() { fs::create_directory(dir_ / "e.d"); }

  void Write(const std::string& name, const std::string& text,
             mode_t mode = 0644) {
    chmod(dir_.Write(name, text).c_str(), mode);
  }

  PolicySource Read(FileTrust trust = FileTrust::kOwnedByUs) {
    auto source = ReadPolicy(dir_ / "policy.yaml", LocalPolicyFiles(trust));
    EXPECT_THAT(source, IsOk());
    return source.value_or(PolicySource());
  }

  static std::vector<std::string> Names(const PolicySource& source) {
    std::vector<std::string> names;
    for (const PolicyText& file : source.files) names.push_back(file.name);
    return names;
  }

  // All that is wrong, as shown.
  std::string Problems(FileTrust trust = FileTrust::kOwnedByUs) {
    const PolicySource source = Read(trust);
    const PolicyLoad load = LoadPolicy(source, Now());
    EXPECT_EQ(load.policy == nullptr, HasErrors(load.problems));
    return absl::StrJoin(RenderPolicyProblems(load.problems, source), "");
  }

  testing::TempDir dir_;
};

TEST_F(PolicyFilesTest, IncludesWhatThePatternsMatchSortedAndOnce) {
  Write("policy.yaml", PolicyIncluding("e.d/b*.yaml, z.yaml, e.d/*.yaml"));
  Write("e.d/a.yaml", Exempting("a"));
  Write("e.d/b.yaml", Exempting("b"));
  Write("e.d/c.yml", "not asked for");
  Write("e.d/.d.yaml", "hidden");
  Write("z.yaml", Exempting("z"));
  const PolicySource source = Read();
  EXPECT_THAT(Names(source),
              ElementsAre("policy.yaml", "e.d/a.yaml", "e.d/b.yaml", "z.yaml"));
  EXPECT_THAT(source.problems, IsEmpty());
  const PolicyLoad load = LoadPolicy(source, Now());
  ASSERT_NE(load.policy, nullptr);
  ASSERT_EQ(load.policy->exemptions().size(), 3u);
  EXPECT_EQ(load.policy->FileOf(load.policy->exemptions()[1]), "e.d/b.yaml");
}

TEST_F(PolicyFilesTest, TheVerdictNamesTheFileOfTheExemption) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  Write("e.d/billing.yaml", Exempting("billing"));
  const PolicyLoad load = LoadPolicy(Read(), Now());
  ASSERT_NE(load.policy, nullptr);
  Workload workload;
  workload.image = "acme/billing";
  workload.confidence = Confidence::kExact;
  const Verdict verdict = Decide(*load.policy, workload, Now());
  EXPECT_EQ(DecidedIn(*load.policy, verdict), "e.d/billing.yaml");
  EXPECT_THAT(VerdictMessage(*load.policy, workload, verdict),
              HasSubstr("exempted by \"billing\" (e.d/billing.yaml:3): "));
}

TEST_F(PolicyFilesTest, APatternMayMatchNothingButANameHasToBeThere) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml, none.d/*.yaml"));
  EXPECT_EQ(Problems(), "");
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml, e.d/a.yaml"));
  EXPECT_THAT(Problems(), HasSubstr("policy.yaml:3:23: error: there is no file "
                                    "\"e.d/a.yaml\"; only a pattern"));
}

TEST_F(PolicyFilesTest, ASymlinkToNothingIsNoneUnderAWildcard) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  fs::create_symlink("gone", dir_ / "e.d/a.yaml");
  EXPECT_THAT(Names(Read()), ElementsAre("policy.yaml"));
  EXPECT_EQ(Problems(), "");
  Write("policy.yaml", PolicyIncluding("e.d/a.yaml"));
  EXPECT_THAT(Problems(), HasSubstr("cannot include \"e.d/a.yaml\""));
}

TEST_F(PolicyFilesTest, FollowsSymlinksAsAConfigMapHasThem) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  fs::create_directory(dir_ / "e.d/..1");
  Write("e.d/..1/a.yaml", Exempting("a"));
  fs::create_symlink("..1", dir_ / "e.d/..data");
  fs::create_symlink("..data/a.yaml", dir_ / "e.d/a.yaml");
  EXPECT_THAT(Names(Read()), ElementsAre("policy.yaml", "e.d/a.yaml"));
}

TEST_F(PolicyFilesTest, RefusesToIncludeThePolicyItself) {
  Write("policy.yaml", PolicyIncluding("'*.yaml'"));
  EXPECT_THAT(Problems(), HasSubstr("it matches the policy itself"));
}

TEST_F(PolicyFilesTest, TrustsNoFileAndNoDirectoryThatOthersCanWrite) {
  Write("policy.yaml", PolicyIncluding("e.d/deep/*.yaml"));
  fs::create_directory(dir_ / "e.d/deep");
  Write("e.d/deep/a.yaml", Exempting("a"));
  EXPECT_EQ(Problems(), "");
  const struct {
    const char* name;
    mode_t mode;
    mode_t before;
  } kCases[] = {{"e.d/deep/a.yaml", 0664, 0644},
                {"e.d/deep", 0775, 0755},
                {"e.d", 0777, 0755}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    chmod((dir_ / c.name).c_str(), c.mode);
    EXPECT_THAT(Problems(),
                HasSubstr(absl::StrCat("\"", dir_ / c.name,
                                       "\" can be written by others")));
    EXPECT_EQ(Problems(FileTrust::kAnyone), "");
    chmod((dir_ / c.name).c_str(), c.before);
  }
}

TEST_F(PolicyFilesTest, TrustsNoDirectoryOfAnotherUser) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  ASSERT_EQ(chown((dir_ / "e.d").c_str(), 65534, 65534), 0);
  EXPECT_THAT(Problems(), HasSubstr("belongs to user 65534"));
}

TEST_F(PolicyFilesTest, WhatIsNoFileCannotBeIncluded) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  fs::create_directory(dir_ / "e.d/a.yaml");
  ASSERT_EQ(mkfifo((dir_ / "e.d/b.yaml").c_str(), 0644), 0);
  EXPECT_THAT(Problems(),
              ::testing::AllOf(HasSubstr("a.yaml\" is not a regular file"),
                               HasSubstr("b.yaml\" is not a regular file")));
}

TEST_F(PolicyFilesTest, BoundsHowManyFilesAndBytesAreRead) {
  Write("policy.yaml", PolicyIncluding("e.d/*.yaml"));
  for (size_t i = 0; i <= kMaxIncludedFiles; ++i) {
    Write(absl::StrCat("e.d/", i, ".yaml"), "version: 1\n");
  }
  EXPECT_THAT(Names(Read()), ElementsAre("policy.yaml"));
  EXPECT_THAT(Problems(), HasSubstr("these are more than 1000 files"));

  Write("policy.yaml", PolicyIncluding("e.d/7.yaml, e.d/8.yaml, e.d/9.yaml"));
  const std::string comment(kMaxYamlBytes / 2, '#');
  Write("e.d/7.yaml", comment);
  Write("e.d/8.yaml", comment);
  EXPECT_THAT(Problems(), HasSubstr("cannot include \"e.d/8.yaml\": with it "
                                    "the policy has more than 8388608 bytes"));
  EXPECT_THAT(Names(Read()),
              ElementsAre("policy.yaml", "e.d/7.yaml", "e.d/9.yaml"));
}

TEST_F(PolicyFilesTest, SaysWhyThePolicysOwnFileCannotBeRead) {
  EXPECT_THAT(
      ReadPolicy(dir_ / "policy.yaml", LocalPolicyFiles(FileTrust::kAnyone)),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("policy.yaml")));
}

TEST_F(PolicyFilesTest, TellsWhichPathsToWatch) {
  Write("policy.yaml", PolicyIncluding("none.d/*.yaml, a.yaml, '*/b'"));
  EXPECT_THAT(IncludedPaths(dir_ / "policy.yaml"),
              ElementsAre(dir_ / "none.d/*.yaml", dir_ / "a.yaml"));
  Write("policy.yaml", "include: [");
  EXPECT_THAT(IncludedPaths(dir_ / "policy.yaml"), IsEmpty());
  EXPECT_THAT(IncludedPaths(dir_ / "none.yaml"), IsEmpty());
}

TEST(PolicyPathTest, SplitsAPathAtItsLastSlash) {
  EXPECT_EQ(BaseName("/etc/pinwarden/policy.yaml"), "policy.yaml");
  EXPECT_EQ(BaseName("policy.yaml"), "policy.yaml");
  EXPECT_EQ(DirectoryPrefix("/etc/pinwarden/policy.yaml"), "/etc/pinwarden/");
  EXPECT_EQ(DirectoryPrefix("policy.yaml"), "");
}

}  // namespace
}  // namespace pinwarden
