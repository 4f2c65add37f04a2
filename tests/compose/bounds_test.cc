// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// Files made to cost more than they are long.
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "compose/project_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/compose.h"

namespace pinwarden {
namespace {

using ::testing::EndsWith;
using ::testing::SizeIs;

TEST(ComposeBoundsTest, KeepsOneUseOfALongImageThatManyServicesShare) {
  std::string text =
      absl::StrCat("x: &i ", std::string(1 << 16, 'a'), "\nservices:\n");
  for (int i = 0; i < 900; ++i) {
    absl::StrAppend(&text, "  s", i, ": {image: *i}\n");
  }
  EXPECT_THAT(FoundIn(text), SizeIs(1));
}

TEST(ComposeBoundsTest, StopsFillingInVariablesThatMakeTooMuchText) {
  ProjectFiles project;
  std::string text = "services:\n";
  for (int i = 0; i < 5'000; ++i) {
    absl::StrAppend(&text, "  s", i, ": {image: $BIG}\n");
  }
  project.files["compose.yaml"] = text;
  project.options.environment["BIG"] = std::string(60'000, 'b');
  const ImageSearch search = project.Search();
  ASSERT_THAT(search.uses, SizeIs(5'000));
  EXPECT_EQ(search.uses.front().not_judged, "");
  EXPECT_EQ(search.uses.back().not_judged,
            "there is too much text with variables");
  EXPECT_EQ(search.uses.back().image, "$BIG");
}

TEST(ComposeBoundsTest, StopsWhereServicesMultiplyTheirBase) {
  std::string text = "services:\n  a-base:\n    pre_start:\n";
  for (int i = 0; i < 5'000; ++i) absl::StrAppend(&text, "    - {image: x}\n");
  for (int i = 0; i < 2'000; ++i) {
    absl::StrAppend(&text, "  s", i, ": {extends: a-base}\n");
  }
  const auto found = FoundIn(text);
  ASSERT_THAT(found, SizeIs(5'001));
  EXPECT_THAT(found.back(),
              EndsWith("the project is too large: images from here on are not "
                       "judged"));
}

TEST(ComposeBoundsTest, KeepsSoManyUsesAndNoMore) {
  std::string text = "services:\n";
  for (size_t i = 0; i <= kMaxImageUses; ++i) {
    absl::StrAppend(&text, "  s", i, ": {image: x}\n");
  }
  const auto found = FoundIn(text);
  ASSERT_THAT(found, SizeIs(kMaxImageUses + 1));
  EXPECT_THAT(found.back(),
              EndsWith("more than 100000 images: the rest is not judged"));
}

TEST(ComposeBoundsTest, TellsSoManyProblemsAndNoMore) {
  ProjectFiles project;
  std::string text = "services:\n";
  size_t tries = 0;
  for (int i = 0; i < 1'000; ++i) {
    absl::StrAppend(&text, "  s", i, ": {extends: {file: none", i,
                    ".yaml, service: s}}\n");
  }
  const SourceTree tree = ParseYamlSource(text);
  project.options.read = [&tries](const std::string&) {
    ++tries;
    return absl::StatusOr<std::string>(absl::NotFoundError("not there"));
  };
  const ImageSearch search =
      FindComposeImages({"a.yaml", text}, tree, project.options);
  EXPECT_THAT(search.problems, SizeIs(100));
  EXPECT_THAT(search.problems.back().problem.message,
              EndsWith("; there may be more that is wrong"));
  EXPECT_LE(tries, 4 * kMaxComposeFiles);
}

TEST(ComposeBoundsTest, ShowsHostileNamesPlainly) {
  EXPECT_THAT(FoundIn("services: {\"a\\e[2J\": {image: x}}"),
              ::testing::ElementsAre("x (a\\x1b[2J)"));
}

}  // namespace
}  // namespace pinwarden
