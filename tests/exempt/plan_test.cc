// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/exempt.h"

namespace pinwarden {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time Now() { return absl::FromUnixSeconds(1780272000); }  // 2026-06-01

std::shared_ptr<const Policy> Load(const std::string& exemptions = "",
                                   const std::string& more = "") {
  const std::string text = absl::StrCat(
      "version: 1\nmode: observe\n", more, "exemptions: [", exemptions,
      "]\nrules:\n  - name: default\n    require: tag\n");
  const PolicyLoad load = LoadPolicy(text, "policy.yaml", Now());
  EXPECT_EQ(RenderProblems(load.problems, "policy.yaml", text), "");
  return load.policy;
}

std::string Exempting(const std::string& name, const std::string& image) {
  return absl::StrCat("{name: ", name, ", match: {images: [", image,
                      "]}, reason: r, owner: o, expires: 2027-01-31}");
}

v1::LedgerRow Row(const std::string& name_space, const std::string& workload,
                  const std::string& image) {
  v1::LedgerRow row;
  row.set_namespace_(name_space);
  row.set_workload_kind("Deployment");
  row.set_workload(workload);
  row.set_container("app");
  row.set_image(image);
  row.set_reason(v1::REASON_NO_TAG);
  row.set_rule("default");
  row.set_outcome(v1::OUTCOME_WOULD_REJECT);
  row.set_confidence(v1::CONFIDENCE_EXACT);
  row.set_count(1);
  return row;
}

class PlanExemptionsTest : public ::testing::Test {
 protected:
  ExemptionPlan Plan(const Policy& policy, const char* image = nullptr) const {
    std::optional<ImagePattern> pattern;
    if (image != nullptr) {
      pattern = *ImagePattern::Parse(image, ImagePattern::Use::kImages);
    }
    return PlanExemptions(policy, data_, pattern, {"r", "o", "2026-07-01"},
                          Now());
  }
  static std::vector<std::string> Shown(const ExemptionPlan& plan) {
    std::vector<std::string> shown;
    for (const NewExemption& e : plan.exemptions) {
      shown.push_back(absl::StrCat(e.name, " = ", e.name_space, " ", e.image,
                                   " x", e.containers));
    }
    return shown;
  }
  std::vector<std::string> Reasons(
      const std::vector<NotExemptable>& refused) const {
    std::vector<std::string> shown;
    for (const NotExemptable& r : refused) {
      shown.push_back(absl::StrCat(data_.row(r.row).workload, ": ", r.why));
    }
    return shown;
  }

  ReportData data_;
};

TEST_F(PlanExemptionsTest, MakesOneForEachNamespaceAndImage) {
  data_.Add(Row("web", "a", "nginx"));
  data_.Add(Row("web", "b", "docker.io/library/nginx:latest"));
  data_.Add(Row("shop", "c", "nginx"));
  data_.Add(Row("shop", "d", "ghcr.io:443/acme/shop"));
  EXPECT_THAT(Shown(Plan(*Load())),
              ElementsAre("shop-nginx = shop docker.io/library/nginx x1",
                          "shop = shop ghcr.io/acme/shop x1",
                          "web-nginx = web docker.io/library/nginx x2"));
}

TEST_F(PlanExemptionsTest, NamesDifferFromAllThatAreThere) {
  data_.Add(Row("web", "a", "nginx"));
  data_.Add(Row("web", "b", "acme/nginx"));
  data_.Add(Row("web", "c", "ghcr.io/acme/nginx"));
  const auto policy =
      Load(absl::StrCat(Exempting("web-nginx", "acme/other"), ", ",
                        Exempting("web-nginx-2", "acme/another")));
  EXPECT_THAT(Shown(Plan(*policy)),
              ElementsAre("web-acme-nginx = web docker.io/acme/nginx x1",
                          "web-library-nginx = web docker.io/library/nginx x1",
                          "web-nginx-3 = web ghcr.io/acme/nginx x1"));
}

TEST_F(PlanExemptionsTest, LeavesOutWhatIsExemptedOrFineByNow) {
  data_.Add(Row("web", "a", "nginx"));
  data_.Add(Row("web", "b", "httpd:2.4"));
  const ExemptionPlan plan = Plan(*Load(Exempting("e", "nginx")));
  EXPECT_THAT(Shown(plan), IsEmpty());
  EXPECT_EQ(plan.already, 1u);
  EXPECT_EQ(plan.fine, 1u);
}

TEST_F(PlanExemptionsTest, TakesOnlyTheImagesThatMatch) {
  data_.Add(Row("web", "a", "nginx"));
  data_.Add(Row("web", "b", "acme/app"));
  data_.Add(Row("web", "c", "not an image"));
  const ExemptionPlan plan = Plan(*Load(), "acme/*");
  EXPECT_THAT(Shown(plan), ElementsAre("web-app = web docker.io/acme/app x1"));
  EXPECT_THAT(plan.not_exemptable, IsEmpty());
}

TEST_F(PlanExemptionsTest, SaysWhatNoExemptionCanMatch) {
  data_.Add(Row("web", "a", "no image"));
  v1::LedgerRow unknown = Row("web", "b", "");
  unknown.set_confidence(v1::CONFIDENCE_UNKNOWN);
  data_.Add(unknown);
  data_.Add(Row("*", "c", "nginx"));
  data_.Add(Row("we\"b", "d", "nginx"));
  v1::LedgerRow ambiguous = Row("web", "e", "nginx:1");
  ambiguous.set_confidence(v1::CONFIDENCE_ALIAS);
  ambiguous.set_reason(v1::REASON_AMBIGUOUS_IMAGE);
  data_.Add(ambiguous);
  const auto policy = Load("", "ambiguous: strict\n");
  const ExemptionPlan plan = Plan(*policy);
  EXPECT_THAT(Shown(plan), IsEmpty());
  EXPECT_THAT(
      Reasons(plan.not_exemptable),
      ::testing::UnorderedElementsAre(
          "a: not an image reference: bad repository character at byte 2",
          "b: the runtime does not say which image it is",
          "c: no exemption can name its namespace",
          "d: no exemption can name its namespace",
          "e: the image's other names are not known, and the policy has "
          "\"ambiguous: strict\""));
  EXPECT_EQ(Reasons(StillRefused(*policy, data_, std::nullopt, Now())),
            Reasons(plan.not_exemptable));
}

TEST_F(PlanExemptionsTest, AnImageIdHasNoNameToMatch) {
  data_.Add(Row("web", "a", "sha256:" + std::string(64, 'a')));
  const std::string text =
      "version: 1\nmode: observe\nrules:\n  - name: default\n"
      "    registries: [ghcr.io]\n";
  const auto policy = LoadPolicy(text, "policy.yaml", Now()).policy;
  ASSERT_NE(policy, nullptr);
  EXPECT_THAT(
      Reasons(Plan(*policy).not_exemptable),
      ElementsAre("a: an image id has no name that an exemption could match"));
}

}  // namespace
}  // namespace pinwarden
