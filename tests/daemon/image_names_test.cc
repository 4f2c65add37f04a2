// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "daemon/image_names.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/record.h"
#include "testing/fake_cri.h"
#include "testing/status_matchers.h"
#include "testing/temp_dir.h"

namespace pinwarden {
namespace {

using ::pinwarden::testing::FakeCri;
using ::pinwarden::testing::MakeCriImage;
using ::pinwarden::testing::StatusIs;
using ::pinwarden::testing::TempDir;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ImageNamesTest : public ::testing::Test {
 protected:
  ImageNamesTest() {
    runtime_.AddImage(MakeCriImage("sha256:1", {"demo:1", "demo:latest"}));
    runtime_.AddImage(MakeCriImage("sha256:2", {"lonely:1"}));
  }

  v1::Decision Completed(absl::string_view image,
                         v1::Confidence confidence = v1::CONFIDENCE_ALIAS) {
    v1::Decision decision;
    decision.set_image(std::string(image));
    decision.set_confidence(confidence);
    CompleteNames(cri_, &decision);
    return decision;
  }

  TempDir directory_;
  FakeCri runtime_{directory_ / "cri.sock"};
  CriClient cri_{CriOptions{.socket = directory_ / "cri.sock",
                            .deadline = absl::Seconds(30)}};
};

TEST_F(ImageNamesTest, AreAllTheOthers) {
  const auto names = LearnOtherNames(cri_, "demo:1");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre("demo:latest"));
  EXPECT_THAT(*LearnOtherNames(cri_, "lonely:1"), IsEmpty());
}

// What was true a moment ago decides nothing.
TEST_F(ImageNamesTest, AreAskedForAnewWhereTheyDecide) {
  EXPECT_THAT(*LearnOtherNames(cri_, "lonely:1"), IsEmpty());
  runtime_.RemoveImages();
  runtime_.AddImage(MakeCriImage("sha256:2", {"lonely:1", "lonely:latest"}));
  EXPECT_THAT(*LearnOtherNames(cri_, "lonely:1"), ElementsAre("lonely:latest"));
}

TEST_F(ImageNamesTest, AreUnknownOfAnImageThatIsNotThere) {
  EXPECT_THAT(LearnOtherNames(cri_, "gone:1").status(),
              StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(ImageNamesTest, CompleteARecord) {
  const v1::Decision decision = Completed("demo:1");
  EXPECT_EQ(decision.confidence(), v1::CONFIDENCE_ALIAS);
  EXPECT_THAT(decision.other_names(), ElementsAre("demo:latest"));
}

TEST_F(ImageNamesTest, MakeAnOnlyNameExact) {
  const v1::Decision decision = Completed("lonely:1");
  EXPECT_EQ(decision.confidence(), v1::CONFIDENCE_EXACT);
  EXPECT_THAT(decision.other_names(), IsEmpty());
}

TEST_F(ImageNamesTest, LeaveARecordAsItIsWhereTheyCannotBeLearnt) {
  EXPECT_EQ(Completed("gone:1").confidence(), v1::CONFIDENCE_ALIAS);
  runtime_.Stop();
  EXPECT_EQ(Completed("other:1").confidence(), v1::CONFIDENCE_ALIAS);
}

TEST_F(ImageNamesTest, AreNotAskedForWhereTheNameIsCertainOrNone) {
  for (const auto confidence : {v1::CONFIDENCE_EXACT, v1::CONFIDENCE_UNKNOWN}) {
    EXPECT_EQ(Completed("demo:1", confidence).confidence(), confidence);
  }
  EXPECT_EQ(runtime_.calls(), 0);
}

TEST_F(ImageNamesTest, AreNoMoreThanARecordHolds) {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back(absl::StrCat("many:", i));
  runtime_.AddImage(MakeCriImage("sha256:3", names));
  EXPECT_EQ(Completed("many:1").other_names_size(), kMaxRecordedNames);
}

}  // namespace
}  // namespace pinwarden
