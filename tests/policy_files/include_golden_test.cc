// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// testdata/policy/included: policies with the files that they include, and
// what comes of them: every problem as a person sees it, then the exemptions.
// PINWARDEN_UPDATE_GOLDEN=1 rewrites the .golden files.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "pinwarden/policy.h"
#include "pinwarden/policy_files.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::Ge;
using ::testing::SizeIs;

constexpr size_t kMaxBytes = 1 << 20;

std::vector<std::filesystem::path> Directories() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(PINWARDEN_TESTDATA) / "policy/included")) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void ExpectGolden(const std::string& golden, const std::string& got) {
  if (std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr) {
    ASSERT_THAT(WriteFileAtomically(golden, got, 0644), testing::IsOk());
  }
  EXPECT_EQ(ReadFile(golden, kMaxBytes).value_or("no file"), got);
}

std::string Show(const PolicyLoad& load) {
  if (load.policy == nullptr) return "not loaded\n";
  const Policy& policy = *load.policy;
  std::string out = absl::StrCat(policy.file(), ", sha256 ", policy.sha256());
  for (const Policy::Included& file : policy.included()) {
    absl::StrAppend(&out, "\n  includes ", file.name, ", ", file.bytes,
                    " bytes");
  }
  for (const Exemption& exemption : policy.exemptions()) {
    absl::StrAppend(&out, "\n  exemption ", exemption.name, " at ",
                    policy.FileOf(exemption), ":", exemption.at.line, ":",
                    exemption.at.column);
  }
  return out + "\n";
}

TEST(PolicyIncludeGoldenTest, ShowsWhatComesOfAPolicyThatIncludesFiles) {
  const auto directories = Directories();
  ASSERT_THAT(directories, SizeIs(Ge(4)));
  for (const auto& directory : directories) {
    SCOPED_TRACE(directory.filename());
    const auto source = ReadPolicy((directory / "policy.yaml").string(),
                                   LocalPolicyFiles(FileTrust::kAnyone));
    ASSERT_THAT(source, testing::IsOk());
    const PolicyLoad load =
        LoadPolicy(*source, absl::FromUnixSeconds(1780272000));  // 2026-06-01
    ExpectGolden(
        directory.string() + ".golden",
        absl::StrCat(
            absl::StrJoin(RenderPolicyProblems(load.problems, *source), ""),
            Show(load)));
  }
}

}  // namespace
}  // namespace pinwarden
