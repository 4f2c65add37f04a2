// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What users copy from loads, without so much as a warning.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/file.h"
#include "pinwarden/policy.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::testing::SizeIs;

std::string Contents(const char* path) {
  const auto contents = ReadFile(
      absl::StrCat(PINWARDEN_TESTDATA, "/../../", path), size_t{1} << 20);
  EXPECT_THAT(contents, testing::IsOk());
  return contents.value_or("");
}

PolicyLoad ExpectLoads(const std::string& text) {
  PolicyLoad load =
      LoadPolicy(text, "policy.yaml", absl::FromUnixSeconds(1780272000));
  EXPECT_EQ(RenderProblems(load.problems, "policy.yaml", text), "");
  return load;
}

TEST(ShippedPolicyTest, TheDefaultOnlyWatches) {
  const PolicyLoad load = ExpectLoads(Contents("packaging/policy.yaml"));
  ASSERT_NE(load.policy, nullptr);
  EXPECT_EQ(load.policy->mode(), Mode::kObserve);
  ASSERT_THAT(load.policy->rules(), SizeIs(1));
  EXPECT_EQ(load.policy->rules()[0].mode, Mode::kObserve);
}

// A newcomer takes the comment signs away, and it works.
TEST(ShippedPolicyTest, TheExamplesInTheDefaultLoad) {
  std::string text;
  bool examples = false;
  for (absl::string_view line :
       absl::StrSplit(Contents("packaging/policy.yaml"), '\n')) {
    if (line == "# exemptions:" || line == "  # - name: production" ||
        line == "# include: [exemptions.d/*.yaml]") {
      examples = true;
    }
    if (line.empty()) examples = false;
    std::string kept(line);
    if (examples) kept.erase(kept.find("# "), 2);
    absl::StrAppend(&text, kept, "\n");
  }
  EXPECT_THAT(PolicyIncludes(text), SizeIs(1));
  const PolicyLoad load = ExpectLoads(text);
  ASSERT_NE(load.policy, nullptr);
  EXPECT_THAT(load.policy->exemptions(), SizeIs(1));
  ASSERT_THAT(load.policy->rules(), SizeIs(2));
  EXPECT_EQ(load.policy->rules()[0].mode, Mode::kEnforce);
}

TEST(ShippedPolicyTest, TheExampleInTheDocumentationLoads) {
  const std::string start_mark = "```yaml\n";
  const std::string page = Contents("docs/policy.md");
  const size_t start = page.find(start_mark);
  ASSERT_NE(start, std::string::npos);
  const size_t from = start + start_mark.size();
  const PolicyLoad load =
      ExpectLoads(page.substr(from, page.find("```", from) - from));
  ASSERT_NE(load.policy, nullptr);
  EXPECT_THAT(load.policy->rules(), SizeIs(3));
}

}  // namespace
}  // namespace pinwarden
