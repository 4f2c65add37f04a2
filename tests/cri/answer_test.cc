// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cri/answer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "testing/fake_cri.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::IsOk;
using ::pinwarden::testing::MakeCriImage;
using ::pinwarden::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Long(size_t bytes) { return std::string(bytes, 'n'); }

std::vector<std::string> Many(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(absl::StrCat("n:", i));
  return names;
}

absl::StatusOr<std::optional<CriImage>> Read(const runtime::v1::Image& image) {
  runtime::v1::ImageStatusResponse answer;
  *answer.mutable_image() = image;
  return ReadImage(answer);
}

TEST(CheckNameTest, TakesWhatARuntimeCanBeAskedFor) {
  for (const std::string& name :
       {std::string("demo"), std::string("sha256:00"), std::string("d\xC3\xA9"),
        Long(kMaxCriNameBytes)}) {
    SCOPED_TRACE(name.size());
    EXPECT_THAT(CheckName("image name", name), IsOk());
  }
}

TEST(CheckNameTest, SaysWhatCannotBeAskedForAndDoesNotRepeatIt) {
  const struct {
    std::string name;
    const char* want;
  } kCases[] = {
      {"", "an empty image name"},
      {Long(kMaxCriNameBytes + 1), "the image name is longer than 4096 bytes"},
      {"d\xFF", "the image name is not UTF-8"},
      {"d\xC3", "the image name is not UTF-8"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    EXPECT_THAT(CheckName("image name", c.name),
                StatusIs(absl::StatusCode::kInvalidArgument, c.want));
  }
}

TEST(ReadImageTest, TellsNoImageFromOneWithoutNames) {
  const auto none = ReadImage(runtime::v1::ImageStatusResponse());
  ASSERT_THAT(none, IsOk());
  EXPECT_FALSE(none->has_value());
  const auto unnamed = Read(MakeCriImage("id", {}));
  ASSERT_THAT(unnamed, IsOk());
  ASSERT_TRUE(unnamed->has_value());
  EXPECT_EQ((*unnamed)->id, "id");
}

TEST(ReadImageTest, KeepsEveryNameInItsOrder) {
  const auto image = Read(MakeCriImage("id", {"b:1", "a:1"}, {"a@d"}));
  ASSERT_THAT(image, IsOk());
  EXPECT_THAT((*image)->tags, ElementsAre("b:1", "a:1"));
  EXPECT_THAT((*image)->digests, ElementsAre("a@d"));
}

TEST(ReadImageTest, TakesAsMuchAsItsBounds) {
  for (const auto& image : {MakeCriImage("id", Many(kMaxCriNames)),
                            MakeCriImage("id", {"a:1"}, Many(kMaxCriNames - 1)),
                            MakeCriImage("id", {Long(kMaxCriNameBytes)}),
                            MakeCriImage(Long(kMaxCriNameBytes), {})}) {
    EXPECT_THAT(Read(image), IsOk());
  }
}

// A name left out could be the one that a policy is against.
TEST(ReadImageTest, RefusesAnImageRatherThanLeaveANameOut) {
  const struct {
    const char* what;
    runtime::v1::Image image;
    const char* want;
  } kCases[] = {
      {"tags", MakeCriImage("id", Many(kMaxCriNames + 1)), "has 257 names"},
      {"digests", MakeCriImage("id", {"a:1"}, Many(kMaxCriNames)),
       "has 257 names"},
      {"a tag", MakeCriImage("id", {"a:1", Long(kMaxCriNameBytes + 1)}),
       "a name of 4097 bytes"},
      {"a digest", MakeCriImage("id", {}, {Long(kMaxCriNameBytes + 1)}),
       "a name of 4097 bytes"},
      {"the id", MakeCriImage(Long(5000), {}), "a name of 5000 bytes"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    EXPECT_THAT(Read(c.image), StatusIs(absl::StatusCode::kResourceExhausted,
                                        HasSubstr(c.want)));
  }
}

TEST(ReadVersionTest, CutsWhatIsTooLong) {
  runtime::v1::VersionResponse answer;
  answer.set_runtime_name("containerd");
  answer.set_runtime_version(Long(300));
  const CriVersion version = ReadVersion(answer);
  EXPECT_EQ(version.runtime_name, "containerd");
  EXPECT_EQ(version.runtime_version, Long(256));
}

}  // namespace
}  // namespace pinwarden
