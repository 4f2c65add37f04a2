// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Manifests that somebody made to break what reads them.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

constexpr size_t kMostBytes = 80 << 20;  // of all uses of a file

ImageSearch Find(absl::string_view text) {
  const SourceTree tree = ParseYamlSource(text);
  return FindKubernetesImages({"hostile.yaml", text}, tree, {});
}

size_t BytesOf(const ImageSearch& search) {
  size_t bytes = 0;
  for (const ImageUse& use : search.uses) {
    bytes += use.image.size() + use.where.size() + use.not_judged.size() +
             use.name_space.value_or("").size() + use.ignore.size();
    for (const auto& [key, value] : use.labels) {
      bytes += key.size() + value.size();
    }
  }
  return bytes;
}

std::string Repeat(absl::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

TEST(HostileManifestTest, KeepsAsManyImagesAsItMayAndSaysSo) {
  const ImageSearch search =
      Find(absl::StrCat("{apiVersion: v1, kind: Pod, spec: {containers: [",
                        Repeat("{image: a},\n", 100'001), "]}}"));
  EXPECT_THAT(search.uses, SizeIs(kMaxImageUses));
  EXPECT_THAT(search.problems, SizeIs(1));
}

TEST(HostileManifestTest, TakesNoMoreMemoryThanItMay) {
  const std::string many = Repeat("{image: a},\n", 20'000);
  std::string labels;
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&labels, "l", i, ": v, ");
  const struct {
    const char* name;
    std::string text;
  } kCases[] = {
      {"a long namespace",
       absl::StrCat("apiVersion: v1\nkind: Pod\nmetadata: {namespace: ",
                    std::string(1'000'000, 'n'), "}\nspec: {containers: [",
                    many, "]}\n")},
      {"many labels",
       absl::StrCat("apiVersion: v1\nkind: Pod\nmetadata: {labels: {", labels,
                    "}}\nspec: {containers: [", many, "]}\n")},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    const ImageSearch search = Find(c.text);
    EXPECT_LE(BytesOf(search), kMostBytes);
    EXPECT_THAT(search.uses, SizeIs(AllOf(Ge(1u), Le(1'000u))));
    EXPECT_THAT(search.problems, SizeIs(1));
  }
}

TEST(HostileManifestTest, SurvivesEveryTypeInEveryPlace) {
  const char* const kValues[] = {"",     "x",           "5",
                                 "[]",   "{}",          "[[]]",
                                 "[{}]", "{image: {}}", "[{image: [a]}]",
                                 "'{{'"};
  const char* const kTexts[] = {
      "apiVersion: v1\nkind: Pod\nmetadata: @\nspec: {containers: [{image: "
      "a}]}",
      "apiVersion: v1\nkind: Pod\nspec: @",
      "apiVersion: v1\nkind: Pod\nspec: {containers: @}",
      "apiVersion: v1\nkind: Pod\nspec: {volumes: @, containers: [@]}",
      "apiVersion: v1\nkind: CronJob\nspec: {jobTemplate: @}",
      "apiVersion: v1\nkind: CronJob\nspec: {jobTemplate: {spec: @}}",
      "apiVersion: v1\nkind: PodTemplate\ntemplate: @",
      "apiVersion: v1\nkind: List\nitems: @",
      "apiVersion: @\nkind: @",
      "apiVersion: argoproj.io/v1\nkind: Workflow\nspec: {templates: @}",
      "apiVersion: argoproj.io/v1\nkind: Rollout\nspec: {template: @}",
      "apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: @}",
      "apiVersion: kustomize.config.k8s.io/v1\nkind: Kustomization\nimages: @",
      "apiVersion: kustomize.config.k8s.io/v1\nkind: K\n"
      "images: [{name: @, newTag: @, digest: @}]\nlabels: @",
      "@",
  };
  for (const absl::string_view shape : kTexts) {
    for (const char* const value : kValues) {
      std::string text(shape);
      for (size_t at; (at = text.find('@')) != std::string::npos;) {
        text.replace(at, 1, value);
      }
      SCOPED_TRACE(text);
      const std::string shown = testing::ShowUses(Find(text), text);
      EXPECT_EQ(shown.find("OUTSIDE"), std::string::npos) << shown;
      EXPECT_EQ(shown.find("BUT IT IS NOT"), std::string::npos) << shown;
    }
  }
}

TEST(HostileManifestTest, GoesNoDeeperThanItCan) {
  // Each anchor is nested, and holds the one before it.
  std::string text = "apiVersion: e/v1\nkind: Farm\na0: &a0 {x: y}\n";
  for (int i = 1; i <= 100; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " ", Repeat("[", 90), "*a", i - 1,
                    Repeat("]", 90), "\n");
  }
  const std::string shown = testing::ShowUses(Find(text), text);
  EXPECT_EQ(shown.find("OUTSIDE"), std::string::npos);
}

TEST(HostileManifestTest, LooksThroughVariablesOnce) {
  std::string dollars;
  for (int i = 0; i < 500'000; ++i) dollars += "$({";
  const std::string text =
      absl::StrCat("{apiVersion: v1, kind: Pod, spec: {containers: [{image: '",
                   dollars, "'}]}}");
  const ImageSearch search = Find(text);
  ASSERT_THAT(search.uses, SizeIs(1));
  EXPECT_EQ(search.uses[0].not_judged, "");
}

}  // namespace
}  // namespace pinwarden
