// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/fix.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "testing/status_matchers.h"

namespace pinwarden {
namespace {

using testing::IsOk;
using testing::StatusIs;

const std::string kDigest = absl::StrCat("sha256:", std::string(64, 'a'));

absl::StatusOr<std::string> KnowsAll(const Reference&) { return kDigest; }
absl::StatusOr<std::string> KnowsNone(const Reference&) {
  return absl::NotFoundError("not on this host");
}

// A use of the first `image` in `text`.
ImageUse Use(absl::string_view text, absl::string_view image) {
  ImageUse use;
  use.image = std::string(image);
  const size_t begin = text.find(image);
  use.at = {begin, begin + image.size()};
  use.literal = true;
  return use;
}

std::vector<const ImageUse*> Pointers(const std::vector<ImageUse>& uses) {
  std::vector<const ImageUse*> pointers;
  for (const ImageUse& use : uses) pointers.push_back(&use);
  return pointers;
}

// The text with all of its uses pinned; "#" stands for the digest.
std::string Fixed(absl::string_view text, const std::vector<ImageUse>& uses) {
  const FixPlan plan = PlanFix(text, Pointers(uses), KnowsAll);
  std::string fixed = ApplyEdits(text, plan.edits);
  for (size_t at; (at = fixed.find(kDigest)) != std::string::npos;) {
    fixed.replace(at, kDigest.size(), "#");
  }
  return fixed;
}

TEST(PlanFixTest, PutsTheDigestBehindTheReferenceAndLeavesAllElse) {
  const struct {
    const char* text;
    const char* image;
    const char* want;
  } kCases[] = {
      {"image: nginx:1.27.3 # web\r\n", "nginx:1.27.3",
       "image: nginx:1.27.3@# # web\r\n"},
      {"image: nginx", "nginx", "image: nginx@#"},
      {"{image: 'nginx:1', a: b}", "nginx:1", "{image: 'nginx:1@#', a: b}"},
      {"{image: nginx:1}", "nginx:1", "{image: nginx:1@#}"},
      {"{\"image\":\"h:5000/a:1\"}", "h:5000/a:1",
       "{\"image\":\"h:5000/a:1@#\"}"},
      {"FROM --platform=x nginx:1 AS base\n", "nginx:1",
       "FROM --platform=x nginx:1@# AS base\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Fixed(c.text, {Use(c.text, c.image)}), c.want);
  }
}

TEST(PlanFixTest, ChangesEachPlaceOnceInWhateverOrderItIsUsed) {
  const std::string text = "a:1 b:2 c:3";
  EXPECT_EQ(Fixed(text, {Use(text, "c:3"), Use(text, "a:1"), Use(text, "c:3"),
                         Use(text, "b:2"), Use(text, "a:1")}),
            "a:1@# b:2@# c:3@#");
}

TEST(PlanFixTest, LeavesOnePlaceOfTwoThatOverlap) {
  const std::string text = "h/a:1";
  const std::vector<ImageUse> uses = {Use(text, "h/a:1"), Use(text, "a:1"),
                                      Use(text, "h/a:1")};
  const FixPlan plan = PlanFix(text, Pointers(uses), KnowsAll);
  EXPECT_EQ(plan.edits.size(), 1u);
  ASSERT_EQ(plan.left.size(), 1u);
  EXPECT_EQ(plan.left[0].use, &uses[1]);
  EXPECT_EQ(plan.left[0].why, "it overlaps another image that is pinned");
}

TEST(PlanFixTest, SaysWhyItLeavesAnImage) {
  const std::string text = "nginx:1 NGINX nginx@" + kDigest + " a/b@v1";
  const auto with = [&](absl::string_view image, auto change) {
    ImageUse use = Use(text, image);
    change(use);
    return use;
  };
  const auto same = [](ImageUse&) {};
  const struct {
    ImageUse use;
    DigestSource source;
    const char* want;
  } kCases[] = {
      {with("nginx:1", same), KnowsNone,
       "no digest is known of \"docker.io/library/nginx:1\": not on this host"},
      {with("nginx:1", same), [](const Reference&) { return "sha256:ab"; },
       "\"sha256:ab\" cannot be its digest"},
      {with("nginx:1", same),
       [](const Reference&) { return kDigest + "\nevil: true"; },
       "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
       "aaa\\nevil: true\" cannot be its digest"},
      {with("nginx:1", [](ImageUse& use) { use.literal = false; }), KnowsAll,
       "it does not stand there as it is, but is made of a variable, an "
       "escape or several values: pin it by hand"},
      // Wherever a finder says that it is: the bytes count.
      {with("nginx:1",
            [](ImageUse& use) {
              use.at = {1, 8};
            }),
       KnowsAll,
       "it does not stand there as it is, but is made of a variable, an "
       "escape or several values: pin it by hand"},
      {with("nginx:1",
            [](ImageUse& use) {
              use.at = {900, 907};
            }),
       KnowsAll,
       "it does not stand there as it is, but is made of a variable, an "
       "escape or several values: pin it by hand"},
      {with("nginx:1", [](ImageUse& use) { use.not_judged = "TAG is unset"; }),
       KnowsAll, "TAG is unset"},
      {with("NGINX", same), KnowsAll,
       "it is no image reference: upper-case letter in repository at byte 0"},
      {with("nginx@" + kDigest, same), KnowsAll, "it has a digest"},
      {with("a/b@v1", [](ImageUse& use) { use.kind = UseKind::kAction; }),
       KnowsAll,
       "an action is pinned with the id of a commit, which is looked up "
       "nowhere: write it in place of what is after \"@\""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    const FixPlan plan = PlanFix(text, {&c.use}, c.source);
    EXPECT_TRUE(plan.edits.empty());
    ASSERT_EQ(plan.left.size(), 1u);
    EXPECT_EQ(plan.left[0].why, c.want);
  }
}

TEST(LacksPinTest, IsWhatThePolicyIsAgainstForWantOfAPin) {
  const struct {
    Outcome outcome;
    Reason reason;
    FindingState state;
    const char* not_judged;
    bool want;
  } kCases[] = {
      {Outcome::kRejected, Reason::kNoTag, FindingState::kNew, "", true},
      {Outcome::kRejected, Reason::kNoDigest, FindingState::kNew, "", true},
      {Outcome::kWouldReject, Reason::kFloatingTag, FindingState::kNew, "",
       true},
      {Outcome::kRejected, Reason::kImpreciseVersion, FindingState::kBaseline,
       "", true},
      {Outcome::kRejected, Reason::kNoTag, FindingState::kSuppressed, "",
       false},
      {Outcome::kRejected, Reason::kUntrustedRegistry, FindingState::kNew, "",
       false},
      {Outcome::kAllowed, Reason::kNotRequired, FindingState::kNew, "", false},
      {Outcome::kExempted, Reason::kExempted, FindingState::kNew, "", false},
      {Outcome::kAllowed, Reason::kPinned, FindingState::kNew, "not set", true},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(
        absl::StrCat(OutcomeName(c.outcome), " ", ReasonName(c.reason)));
    JudgedUse judged;
    judged.verdict.outcome = c.outcome;
    judged.verdict.reason = c.reason;
    judged.finding.state = c.state;
    judged.use.not_judged = c.not_judged;
    EXPECT_EQ(LacksPin(judged), c.want);
  }
}

TEST(LacksDigestTest, IsEveryImageWithoutOne) {
  const struct {
    std::string image;
    bool want;
  } kCases[] = {
      {"nginx:1", true},
      {"${IMAGE}", true},
      {"nginx:1@" + kDigest, false},
      {kDigest, false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.image);
    EXPECT_EQ(LacksDigest(Use(c.image, c.image)), c.want);
  }
  ImageUse action = Use("a/b@v1", "a/b@v1");
  action.kind = UseKind::kAction;
  EXPECT_FALSE(LacksDigest(action));
}

TEST(CheckFixedTest, TakesOnlyWhatWasMeant) {
  const std::string text = "a:1 b:2";
  std::vector<JudgedUse> before(2), after(2);
  before[0].use = after[0].use = Use(text, "a:1");
  before[1].use = after[1].use = Use(text, "b:2");
  const PinEdit edit = {before[0].use.at, "a:1", kDigest};
  const auto edit_of = [&](const ImageUse& use) {
    return use.at == edit.at ? &edit : nullptr;
  };
  EXPECT_THAT(CheckFixed(before, after, edit_of),
              StatusIs(absl::StatusCode::kInternal));
  after[0].use.image = "a:1@" + kDigest;
  EXPECT_THAT(CheckFixed(before, after, edit_of), IsOk());
  after[1].use.image = "b:2 ";
  EXPECT_THAT(CheckFixed(before, after, edit_of),
              StatusIs(absl::StatusCode::kInternal,
                       "it would name \"b:2 \" where it should name \"b:2\""));
  after.pop_back();
  EXPECT_THAT(CheckFixed(before, after, edit_of),
              StatusIs(absl::StatusCode::kInternal,
                       "it would name 1 images, and not 2 as now"));
}

}  // namespace
}  // namespace pinwarden
