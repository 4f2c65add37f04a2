// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_trial.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/rows.h"

namespace pinwarden::testing {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const Policy> PolicyOf(const std::string& text) {
  PolicyLoad load = LoadPolicy(text, "new.yaml", At(0));
  EXPECT_NE(load.policy, nullptr)
      << RenderProblems(load.problems, "new.yaml", text);
  return load.policy;
}

std::string Rules(const char* mode, const char* require) {
  return std::string("version: 1\nmode: ") + mode +
         "\nrules:\n  - {name: default, require: " + require + "}\n";
}

// "newly_refused" of a policy and one row.
std::string ChangeOf(const std::string& policy, const v1::LedgerRow& row) {
  ReportData data;
  data.Add(row);
  const PolicyTrial trial =
      TryPolicy(*PolicyOf(policy), data, TrialRows::kAll, At(10));
  for (int i = 0; i < 4; ++i) {
    const auto change = static_cast<TrialChange>(i);
    if (trial.count(change) == 1) return std::string(TrialChangeName(change));
  }
  return "none";
}

v1::LedgerRow Enforced(RowSpec spec) {
  v1::LedgerRow row = Row(spec);
  row.set_mode(v1::MODE_ENFORCE);
  return row;
}

TEST(PolicyTrialTest, ComparesWhatWasWithWhatWouldBe) {
  const RowSpec allowed = {.image = "nginx:1.25",
                           .outcome = v1::OUTCOME_ALLOWED,
                           .reason = v1::REASON_PINNED};
  const RowSpec observed = {.image = "nginx"};
  const RowSpec rejected = {.image = "nginx", .outcome = v1::OUTCOME_REJECTED};
  const struct {
    const char* mode;
    const char* require;
    v1::LedgerRow row;
    const char* want;
  } kCases[] = {
      {"enforce", "tag", Row(allowed), "unchanged"},
      {"enforce", "digest", Row(allowed), "newly_refused"},
      {"observe", "digest", Row(allowed), "newly_refused"},
      {"observe", "tag", Row(observed), "unchanged"},
      {"enforce", "tag", Row(observed), "newly_enforced"},
      {"enforce", "none", Row(observed), "newly_allowed"},
      {"enforce", "tag", Enforced(rejected), "unchanged"},
      {"observe", "tag", Enforced(rejected), "newly_allowed"},
      {"enforce", "none", Enforced(rejected), "newly_allowed"},
      // Let in by break-glass, or there before: enforced all the same.
      {"enforce", "tag", Enforced(observed), "unchanged"},
      {"observe", "tag", Enforced(observed), "newly_allowed"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.mode) + " " + c.require + " " + c.want);
    EXPECT_EQ(ChangeOf(Rules(c.mode, c.require), c.row), c.want);
  }
}

TEST(PolicyTrialTest, JudgesByNamespaceLabelsAndExemptions) {
  const std::string policy =
      "version: 1\nmode: enforce\n"
      "exemptions:\n"
      "  - {name: e, match: {namespaces: [billing]}, reason: r, owner: o,\n"
      "     expires: 2026-11-20}\n"
      "rules:\n"
      "  - {name: by-label, match: {labels: {app: web}}, require: none}\n"
      "  - {name: default, require: tag}\n";
  const struct {
    const char* workload;
    const char* want;
  } kCases[] = {
      {"shop/Deployment/web/app", "newly_allowed"},
      {"billing/Deployment/api/app", "newly_allowed"},
      {"shop/Deployment/api/app", "newly_enforced"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.workload);
    EXPECT_EQ(ChangeOf(policy, Row({.workload = c.workload})), c.want);
  }
}

TEST(PolicyTrialTest, KnowsHowSureTheImageWas) {
  const std::string policy =
      "version: 1\nmode: enforce\nambiguous: strict\n"
      "rules:\n  - {name: default, require: tag}\n";
  v1::LedgerRow row = Row({.image = "nginx:1.25",
                           .outcome = v1::OUTCOME_ALLOWED,
                           .reason = v1::REASON_PINNED});
  EXPECT_EQ(ChangeOf(policy, row), "unchanged");
  row.set_confidence(v1::CONFIDENCE_ALIAS);
  EXPECT_EQ(ChangeOf(policy, row), "unchanged");
  row.add_other_names("nginx:latest");
  EXPECT_EQ(ChangeOf(policy, row), "newly_refused");
  row.clear_other_names();
  row.set_confidence(v1::CONFIDENCE_UNKNOWN);
  EXPECT_EQ(ChangeOf(policy, row), "newly_refused");

  row = Row({.image = "nginx:1.25", .reason = v1::REASON_AMBIGUOUS_IMAGE});
  row.set_confidence(v1::CONFIDENCE_ALIAS);
  EXPECT_EQ(ChangeOf(policy, row), "newly_enforced");
}

TEST(PolicyTrialTest, LooksAtTheLatestOfEachContainerUnlessAllIsAsked) {
  ReportData data;
  data.Add(Row({.image = "nginx", .last = 1}));
  data.Add(Row({.image = "nginx:1.25",
                .outcome = v1::OUTCOME_ALLOWED,
                .reason = v1::REASON_PINNED,
                .last = 2}));
  const auto policy = PolicyOf(Rules("enforce", "tag"));
  const auto latest = TryPolicy(*policy, data, TrialRows::kLatest, At(10));
  EXPECT_FALSE(latest.refuses_more());
  EXPECT_EQ(latest.count(TrialChange::kUnchanged), 1u);
  const auto all = TryPolicy(*policy, data, TrialRows::kAll, At(10));
  EXPECT_TRUE(all.refuses_more());
  EXPECT_EQ(all.count(TrialChange::kNewlyEnforced), 1u);
}

TEST(PolicyTrialTest, IsToldInTextAndJson) {
  ReportData data;
  data.Add(Row({.image = "nginx:1.25",
                .outcome = v1::OUTCOME_ALLOWED,
                .reason = v1::REASON_PINNED}));
  data.Add(Row({.workload = "shop/Deployment/api/app"}));
  const auto policy = PolicyOf(Rules("enforce", "digest"));
  const auto trial = TryPolicy(*policy, data, TrialRows::kLatest, At(10));

  std::ostringstream text;
  WriteTrialText(trial, *policy, data, {.width = 80}, text);
  EXPECT_EQ(text.str(),
            "new.yaml: 1 container newly refused, 1 newly enforced, 0 newly "
            "allowed, 0 unchanged\n"
            "\n"
            "NEWLY REFUSED: let in without complaint until now\n"
            "  WORKLOAD             CONTAINER  IMAGE       WAS           IS "
            "NOW\n"
            "  shop/Deployment/web  app        nginx:1.25  allowed       -> "
            "rejected\n"
            "    a tag can be moved, and this rule asks for a digest\n"
            "    -> pin it: nginx:1.25@sha256:<digest>\n"
            "\n"
            "NEWLY ENFORCED: only observed until now\n"
            "  WORKLOAD             CONTAINER  IMAGE       WAS           IS "
            "NOW\n"
            "  shop/Deployment/api  app        nginx       would_reject  -> "
            "rejected\n"
            "    a tag can be moved, and this rule asks for a digest\n"
            "    -> pin it: nginx@sha256:<digest>\n");

  std::ostringstream out;
  WriteTrialJson(trial, *policy, data, out);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["policy"]["file"], "new.yaml");
  EXPECT_EQ(json["policy"]["sha256"], policy->sha256());
  EXPECT_EQ(json["summary"]["newly_refused"], 1);
  ASSERT_EQ(json["changes"].size(), 2u);
  EXPECT_EQ(json["changes"][0]["change"], "newly_refused");
  EXPECT_EQ(json["changes"][0]["was"]["outcome"], "allowed");
  EXPECT_EQ(json["changes"][0]["now"]["reason"], "no_digest");
  EXPECT_THAT(json["changes"][0]["now"]["message"].get<std::string>(),
              HasSubstr("refused by rule \"default\" (new.yaml:4)"));
}

}  // namespace
}  // namespace pinwarden::testing
