// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Pipelines that somebody made to break what reads them.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/pipelines.h"
#include "testing/show_uses.h"

namespace pinwarden {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

ImageSearch FindGitHub(absl::string_view text) {
  return FindGitHubActionsImages({"a.yml", text}, ParseYamlSource(text), {});
}

ImageSearch FindGitLab(absl::string_view text) {
  return FindGitLabCiImages({"a.yml", text}, ParseYamlSource(text), {});
}

TEST(HostilePipelineTest, KeepsAsManyImagesAsItMayAndSaysSo) {
  std::string github = "jobs: {a: {steps: [";
  std::string gitlab = "services: [";
  for (size_t i = 0; i <= kMaxImageUses; ++i) {
    absl::StrAppend(&github, "{uses: a},\n");
    absl::StrAppend(&gitlab, "a,\n");
  }
  for (const ImageSearch& search :
       {FindGitHub(github + "]}}"), FindGitLab(gitlab + "]")}) {
    EXPECT_THAT(search.uses, SizeIs(kMaxImageUses));
    EXPECT_THAT(search.problems, SizeIs(1));
  }
}

TEST(HostilePipelineTest, DoesNotFillInWhatGrowsWithoutEnd) {
  std::string text = "variables:\n  V0: xxxxxxxxxx\n";
  for (int i = 1; i <= 10; ++i) {
    absl::StrAppend(&text, "  V", i, ": ");
    for (int k = 0; k < 10; ++k) absl::StrAppend(&text, "$V", i - 1);
    absl::StrAppend(&text, "\n");
  }
  const ImageSearch search = FindGitLab(text + "image: $V10\n");
  ASSERT_THAT(search.uses, SizeIs(1));
  EXPECT_THAT(search.uses[0].not_judged, HasSubstr("longer than any image"));
}

TEST(HostilePipelineTest, GivesUpOnVariablesThatAreMadeOfNothing) {
  std::string text = "variables:\n  V0: ''\n";
  for (int i = 1; i <= 10; ++i) {
    absl::StrAppend(&text, "  V", i, ": ");
    for (int k = 0; k < 50; ++k) absl::StrAppend(&text, "$V", i - 1);
    absl::StrAppend(&text, "\n");
  }
  const ImageSearch search = FindGitLab(text + "image: $V10\n");
  ASSERT_THAT(search.uses, SizeIs(1));
  EXPECT_NE(search.uses[0].not_judged, "");
}

TEST(HostilePipelineTest, GivesUpOnReferencesThatMultiply) {
  std::string text = ".l0: {s: [a, b]}\n";
  for (int i = 1; i <= 10; ++i) {
    absl::StrAppend(&text, ".l", i, ": {s: [");
    for (int k = 0; k < 50; ++k) {
      absl::StrAppend(&text, "!reference [.l", i - 1, ", s], ");
    }
    absl::StrAppend(&text, "]}\n");
  }
  const ImageSearch search =
      FindGitLab(text + "a: {services: !reference [.l10, s]}\n");
  EXPECT_THAT(search.uses, SizeIs(Le(1000u)));
  EXPECT_THAT(search.uses, Not(Each(Field(&ImageUse::not_judged, ""))));
}

TEST(HostilePipelineTest, TakesNoMatrixThatGitHubWouldNotTake) {
  std::string values;
  for (int i = 0; i < 257; ++i) absl::StrAppend(&values, i, ", ");
  const ImageSearch search =
      FindGitHub(absl::StrCat("jobs: {a: {strategy: {matrix: {v: [", values,
                              "]}}, container: 'x:${{ matrix.v }}'}}"));
  ASSERT_THAT(search.uses, SizeIs(1));
  EXPECT_NE(search.uses[0].not_judged, "");
}

}  // namespace
}  // namespace pinwarden
