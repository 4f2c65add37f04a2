// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_store.h"

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/files.h"
#include "gmock/gmock.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::ReadWhole;
using ::testing::StartsWith;
using testing::StatusIs;
using testing::TempDir;
using testing::WriteFile;

constexpr char kTag[] =
    "version: 1\nmode: observe\nrules:\n  - name: default\n    require: tag\n";
constexpr char kDigest[] =
    "version: 1\nmode: enforce\nrules:\n  - name: default\n    require: "
    "digest\n";
constexpr char kBad[] =
    "version: 1\nmode: observe\nrules:\n  - name: default\n    require: "
    "digets\n";

class PolicyStoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<PolicyStore>> Open() {
    return PolicyStore::Open(file_, state_);
  }
  // Of a file that can be used.
  std::unique_ptr<PolicyStore> OpenWith(absl::string_view text) {
    WriteFile(file_, text);
    auto opened = Open();
    EXPECT_THAT(opened, IsOk());
    return *std::move(opened);
  }
  static PinLevel Required(const PolicyStore& store) {
    return store.engine().Current().policy->rules().back().require;
  }

  const TempDir dir_;
  const std::string file_ = dir_ / "policy.yaml";
  const std::string state_ = dir_.path();
  const std::string last_good_ = dir_ / kLastGoodPolicyName;
};

TEST_F(PolicyStoreTest, PutsTheFileInForce) {
  const auto store = OpenWith(kDigest);
  EXPECT_EQ(Required(*store), PinLevel::kDigest);
  EXPECT_FALSE(store->GetState().from_last_good);
}

TEST_F(PolicyStoreTest, KeepsTheLastGoodForUsAlone) {
  const auto store = OpenWith(kTag);
  ASSERT_THAT(store->KeepLastGood(), IsOk());
  EXPECT_EQ(ReadWhole(last_good_), kTag);
  struct stat info = {};
  ASSERT_EQ(stat(last_good_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(PolicyStoreTest, KeepsEachReloadedPolicy) {
  const auto store = OpenWith(kTag);
  WriteFile(file_, kDigest);
  store->Reload();
  ASSERT_THAT(store->KeepLastGood(), IsOk());
  EXPECT_EQ(ReadWhole(last_good_), kDigest);
}

TEST_F(PolicyStoreTest, GoesOnWhereTheLastGoodCannotBeKept) {
  WriteFile(file_, kTag);
  auto store = PolicyStore::Open(file_, dir_ / "missing");
  ASSERT_THAT(store, IsOk());
  EXPECT_THAT((*store)->KeepLastGood(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("missing")));
  WriteFile(file_, kDigest);
  EXPECT_TRUE((*store)->Reload().changed);
}

TEST_F(PolicyStoreTest, StartsWithTheLastGoodWhenTheFileIsUnusable) {
  const struct {
    const char* what;
    const char* text;  // null: no file
    const char* problem;
  } kCases[] = {
      {"invalid", kBad, "policy.yaml:5:14: error: "},
      {"missing", nullptr, "policy.yaml: error: cannot open "},
  };
  WriteFile(last_good_, kDigest);
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    std::filesystem::remove(file_);
    if (c.text != nullptr) WriteFile(file_, c.text);
    const auto store = Open();
    ASSERT_THAT(store, IsOk());
    EXPECT_EQ(Required(**store), PinLevel::kDigest);
    EXPECT_TRUE((*store)->GetState().from_last_good);
    EXPECT_THAT((*store)->GetState().last_problem, StartsWith(c.problem));
  }
}

TEST_F(PolicyStoreTest, CallsTheLastGoodByThePolicysOwnName) {
  WriteFile(last_good_, kDigest);
  const auto store = Open();
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ((*store)->engine().Current().policy->file(), "policy.yaml");
}

TEST_F(PolicyStoreTest, NeverKeepsABadFile) {
  WriteFile(last_good_, kDigest);
  WriteFile(file_, kBad);
  const auto store = Open();
  ASSERT_THAT(store, IsOk());
  (*store)->Reload();
  ASSERT_THAT((*store)->KeepLastGood(), IsOk());
  EXPECT_EQ(ReadWhole(last_good_), kDigest);
}

TEST_F(PolicyStoreTest, TellsTheProblemsOfBothWhenNeitherCanBeUsed) {
  WriteFile(file_, kBad);
  WriteFile(last_good_, "version: 7\n");
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr("policy.yaml:5:14: error: "),
                                     HasSubstr("digets"), HasSubstr(last_good_),
                                     HasSubstr("policy.yaml:1:10: error: "))));
}

TEST_F(PolicyStoreTest, TrustsNoFileThatOthersCanWrite) {
  WriteFile(file_, kTag);
  chmod(file_.c_str(), 0666);
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("can be written by others")));
}

TEST_F(PolicyStoreTest, ReloadPutsAnotherFileInForce) {
  const auto store = OpenWith(kTag);
  WriteFile(file_, kDigest);
  const PolicyStore::Attempt attempt = store->Reload();
  EXPECT_EQ(std::make_pair(attempt.changed, attempt.failed),
            std::make_pair(true, false));
  EXPECT_EQ(Required(*store), PinLevel::kDigest);
  EXPECT_EQ(store->engine().Current().generation, 2u);
  EXPECT_EQ(store->GetState().reloads, 1u);
}

TEST_F(PolicyStoreTest, ReloadOfTheSameBytesChangesNothing) {
  const auto store = OpenWith(kTag);
  const PolicyStore::Attempt attempt = store->Reload();
  EXPECT_EQ(std::make_pair(attempt.changed, attempt.failed),
            std::make_pair(false, false));
  EXPECT_EQ(store->engine().Current().generation, 1u);
  EXPECT_EQ(store->GetState().reloads, 0u);
}

TEST_F(PolicyStoreTest, ReloadOfABadFileKeepsTheOldPolicy) {
  const auto store = OpenWith(kTag);
  WriteFile(file_, kBad);
  const PolicyStore::Attempt attempt = store->Reload();
  EXPECT_EQ(std::make_pair(attempt.changed, attempt.failed),
            std::make_pair(false, true));
  EXPECT_THAT(absl::StrJoin(attempt.problems, ""), HasSubstr("digest"));
  EXPECT_EQ(Required(*store), PinLevel::kTag);
  EXPECT_EQ(store->GetState().failed_reloads, 1u);
  EXPECT_EQ(store->GetState().last_problem, attempt.first_error);
}

TEST_F(PolicyStoreTest, ReloadOfAMissingFileKeepsTheOldPolicy) {
  const auto store = OpenWith(kTag);
  std::filesystem::remove(file_);
  EXPECT_TRUE(store->Reload().failed);
  EXPECT_EQ(Required(*store), PinLevel::kTag);
}

TEST_F(PolicyStoreTest, ForgetsTheProblemOnceTheFileIsMended) {
  const auto store = OpenWith(kTag);
  WriteFile(file_, kBad);
  store->Reload();
  WriteFile(file_, kTag);
  store->Reload();
  EXPECT_EQ(store->GetState().last_problem, "");
}

TEST_F(PolicyStoreTest, LeavesTheLastGoodOnceTheFileIsMended) {
  WriteFile(last_good_, kTag);
  WriteFile(file_, kBad);
  const auto store = Open();
  ASSERT_THAT(store, IsOk());
  WriteFile(file_, kTag);
  (*store)->Reload();
  EXPECT_FALSE((*store)->GetState().from_last_good);
}

TEST_F(PolicyStoreTest, WarnsOfExpiredExemptions) {
  const auto store = OpenWith(
      "version: 1\nmode: observe\nexemptions:\n  - name: old\n    match: "
      "{images: [nginx]}\n"
      "    reason: r\n    owner: o\n    expires: 2001-01-31\n"
      "rules:\n  - name: default\n    require: tag\n");
  EXPECT_THAT(absl::StrJoin(store->start_problems(), ""),
              AllOf(HasSubstr("warning"), HasSubstr("expired")));
}

// A policy that includes two files with an exemption each.
class PolicyStoreIncludeTest : public PolicyStoreTest {
 protected:
  PolicyStoreIncludeTest() {
    std::filesystem::create_directory(dir_ / "exemptions.d");
    WriteFile(dir_ / "exemptions.d/a.yaml", Exempting("a"));
    WriteFile(dir_ / "exemptions.d/b.yaml", Exempting("b"));
  }
  static std::string Exempting(const std::string& name) {
    return absl::StrCat("version: 1\nexemptions:\n  - name: ", name,
                        "\n    match: {images: [acme/", name,
                        "]}\n    reason: r\n    owner: o\n",
                        "    expires: 2099-01-31\n");
  }
  static std::vector<std::string> Exemptions(const PolicyStore& store) {
    const auto policy = store.engine().Current().policy;
    std::vector<std::string> names;
    for (const Exemption& exemption : policy->exemptions()) {
      names.push_back(
          absl::StrCat(policy->FileOf(exemption), " ", exemption.name));
    }
    return names;
  }
  const std::string including_ = absl::StrCat(
      "version: 1\nmode: enforce\ninclude: [exemptions.d/*.yaml]\n",
      "rules:\n  - name: default\n    require: tag\n");
  const std::vector<std::string> both_ = {"exemptions.d/a.yaml a",
                                          "exemptions.d/b.yaml b"};
};

TEST_F(PolicyStoreIncludeTest, PutsTheIncludedFilesInForce) {
  const auto store = OpenWith(including_);
  EXPECT_EQ(Exemptions(*store), both_);
}

TEST_F(PolicyStoreIncludeTest, ReloadsWhenAnIncludedFileComesGoesOrIsRenamed) {
  const auto store = OpenWith(including_);
  std::filesystem::rename(dir_ / "exemptions.d/b.yaml",
                          dir_ / "exemptions.d/c.yaml");
  EXPECT_TRUE(store->Reload().changed);
  EXPECT_EQ(Exemptions(*store)[1], "exemptions.d/c.yaml b");
  std::filesystem::remove(dir_ / "exemptions.d/a.yaml");
  EXPECT_TRUE(store->Reload().changed);
  EXPECT_FALSE(store->Reload().changed);
  WriteFile(dir_ / "exemptions.d/d.yaml", Exempting("d"));
  EXPECT_TRUE(store->Reload().changed);
  EXPECT_EQ(Exemptions(*store).size(), 2u);
}

TEST_F(PolicyStoreIncludeTest, ABadIncludedFileLeavesAllAsItIs) {
  const auto store = OpenWith(including_);
  WriteFile(file_, kTag);
  WriteFile(dir_ / "exemptions.d/a.yaml", "version: 1\nrules: []\n");
  WriteFile(file_, including_);
  const PolicyStore::Attempt attempt = store->Reload();
  EXPECT_TRUE(attempt.failed);
  EXPECT_THAT(attempt.first_error,
              StartsWith("exemptions.d/a.yaml:2:1: error: \"rules\" belongs"));
  EXPECT_EQ(Exemptions(*store), both_);
}

TEST_F(PolicyStoreIncludeTest, StartsWithTheLastGoodAndWhatThatIncludes) {
  ASSERT_THAT(OpenWith(including_)->KeepLastGood(), IsOk());
  WriteFile(dir_ / "exemptions.d/a.yaml", "version: 2\n");
  const auto store = Open();
  ASSERT_THAT(store, IsOk());
  EXPECT_TRUE((*store)->GetState().from_last_good);
  EXPECT_THAT((*store)->GetState().last_problem,
              StartsWith("exemptions.d/a.yaml:1:10: error: "));
  EXPECT_EQ(Exemptions(**store), both_);
}

TEST_F(PolicyStoreIncludeTest, KeepsADamagedLastGoodOutOfForce) {
  ASSERT_THAT(OpenWith(including_)->KeepLastGood(), IsOk());
  const std::string kept = ReadWhole(last_good_);
  WriteFile(last_good_, kept.substr(0, kept.size() - 1));
  WriteFile(file_, kBad);
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("bytes are missing")));
}

// As SIGHUP, the API and the file watcher may, while containers are judged.
TEST_F(PolicyStoreTest, TakesReloadsFromSeveralThreads) {
  const auto store = OpenWith(kTag);
  std::vector<std::thread> threads;
  for (const char* text : {kTag, kDigest, kBad}) {
    threads.emplace_back([this, text, &store] {
      for (int i = 0; i < 50; ++i) {
        testing::ReplaceFile(file_, text);
        store->Reload();
        static_cast<void>(store->KeepLastGood());
        Workload workload;
        store->engine().Evaluate(workload, absl::UnixEpoch());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  testing::ReplaceFile(file_, kDigest);
  store->Reload();
  EXPECT_EQ(Required(*store), PinLevel::kDigest);
}

}  // namespace
}  // namespace pinwarden
