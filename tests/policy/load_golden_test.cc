// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// testdata/policy/bad: broken policies and exactly what a person sees of them.
// testdata/policy/good: policies and what they load to, warnings first.
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
#include "pinwarden/quote.h"
#include "re2/re2.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::Ge;
using ::testing::SizeIs;

constexpr size_t kMaxBytes = 1 << 20;
constexpr int kBadPolicies = 30;  // at least
constexpr int kGoodPolicies = 5;

absl::Time Now() { return absl::FromUnixSeconds(1780272000); }  // 2026-06-01

std::vector<std::filesystem::path> Policies(const char* directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(PINWARDEN_TESTDATA) / "policy" / directory)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Contents(const std::filesystem::path& path) {
  const auto contents = ReadFile(path.string(), kMaxBytes);
  EXPECT_THAT(contents, testing::IsOk());
  return contents.value_or("");
}

// Compares with the golden file beside `policy`, or writes it.
void ExpectGolden(std::filesystem::path policy, const std::string& got) {
  const std::filesystem::path golden = policy.replace_extension(".golden");
  if (std::getenv("PINWARDEN_UPDATE_GOLDEN") != nullptr) {
    ASSERT_THAT(WriteFileAtomically(golden.string(), got, 0644),
                testing::IsOk());
  }
  EXPECT_EQ(Contents(golden), got);
}

template <typename Patterns>
std::string Show(const Patterns& patterns) {
  return absl::StrJoin(patterns, " ", [](std::string* out, const auto& p) {
    absl::StrAppend(out, Quote(p.pattern()));
  });
}

std::string Show(const Match& match) {
  return absl::StrCat(
      "  namespaces: ", Show(match.namespaces),
      "\n  images: ", Show(match.images), "\n  labels: ",
      absl::StrJoin(match.labels, " ", absl::PairFormatter("=")), "\n");
}

std::string Show(const Exemption& exemption) {
  return absl::StrCat("exemption ", Quote(exemption.name), " at ",
                      exemption.at.line, ":", exemption.at.column, "\n",
                      Show(exemption.match),
                      "  reason: ", Quote(exemption.reason),
                      "\n  owner: ", Quote(exemption.owner), "\n  expires: ",
                      absl::FormatTime(absl::RFC3339_full, exemption.expires,
                                       absl::UTCTimeZone()),
                      " from ", Quote(exemption.expires_text), "\n");
}

std::string Show(const Rule& rule) {
  return absl::StrCat(
      "rule ", Quote(rule.name), " at ", rule.at.line, ":", rule.at.column,
      "\n", Show(rule.match), "  registries: ", Show(rule.registries),
      "\n  require: ", PinLevelName(rule.require), ", version_components ",
      rule.version_components, "\n  tag_pattern: ",
      rule.tag_pattern ? Quote(rule.tag_pattern->pattern()) : "any",
      "\n  mode: ", ModeName(rule.mode), "\n");
}

std::string Show(const CustomResource& resource) {
  return absl::StrCat("custom resource ", resource.group, " ", resource.kind,
                      "\n  images: ", absl::StrJoin(resource.images, " "),
                      "\n  pods: ", absl::StrJoin(resource.pods, " "), "\n");
}

std::string Show(const Policy& policy) {
  std::string out = absl::StrCat(
      policy.file(), ": mode ", ModeName(policy.mode()), ", unidentified ",
      policy.unidentified() == Unidentified::kAllow ? "allow" : "reject",
      ", ambiguous ", AmbiguousName(policy.ambiguous()), ", on_slip ",
      OnSlipName(policy.on_slip()),
      "\nlatest floats: ", policy.IsFloating("latest"),
      ", a-LATEST: ", policy.IsFloating("a-LATEST"),
      ", 1.2: ", policy.IsFloating("1.2"), "\n");
  for (const auto& e : policy.exemptions()) absl::StrAppend(&out, Show(e));
  for (const auto& r : policy.rules()) absl::StrAppend(&out, Show(r));
  absl::StrAppend(&out, "nameless rules: ",
                  absl::StrJoin(policy.nameless_rules(), " "), "\n");
  for (const auto& r : policy.custom_resources()) {
    absl::StrAppend(&out, Show(r));
  }
  return out;
}

TEST(LoadPolicyGoldenTest, SaysWhatIsWrongWithABrokenPolicy) {
  const auto policies = Policies("bad");
  ASSERT_THAT(policies, SizeIs(Ge(kBadPolicies)));
  for (const auto& path : policies) {
    SCOPED_TRACE(path.filename());
    const std::string text = Contents(path);
    const std::string file = path.filename().string();
    const PolicyLoad load = LoadPolicy(text, file, Now());
    EXPECT_EQ(load.policy, nullptr);
    EXPECT_TRUE(HasErrors(load.problems));
    ExpectGolden(path, RenderProblems(load.problems, file, text));
  }
}

TEST(LoadPolicyGoldenTest, LoadsAPolicyAsItIsMeant) {
  const auto policies = Policies("good");
  ASSERT_THAT(policies, SizeIs(Ge(kGoodPolicies)));
  for (const auto& path : policies) {
    SCOPED_TRACE(path.filename());
    const std::string text = Contents(path);
    const std::string file = path.filename().string();
    const PolicyLoad load = LoadPolicy(text, file, Now());
    const std::string problems = RenderProblems(load.problems, file, text);
    ASSERT_NE(load.policy, nullptr) << problems;
    ExpectGolden(path, problems + Show(*load.policy));
  }
}

}  // namespace
}  // namespace pinwarden
