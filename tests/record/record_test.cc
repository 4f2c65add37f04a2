// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/record.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/engine.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::shared_ptr<const Policy> TwoRules() {
  Policy::Fields fields;
  fields.file = "policy.yaml";
  fields.sha256 = "9f86d081";
  fields.mode = Mode::kEnforce;
  Rule production;
  production.name = "production";
  production.at = {.line = 9, .column = 5};
  production.match.namespaces.emplace_back("prod-*");
  production.require = PinLevel::kDigest;
  production.mode = Mode::kEnforce;
  Rule rest;
  rest.name = "default";
  rest.at = {.line = 24, .column = 5};
  rest.mode = Mode::kObserve;
  fields.rules = {production, rest};
  return std::make_shared<const Policy>(std::move(fields));
}

// Judged by the real engine, so that the parts belong together.
v1::Decision Decided(const Workload& workload, const RecordContext& context) {
  Engine engine(TwoRules());
  engine.Install(TwoRules());
  return MakeDecision(engine.Evaluate(workload, context.time), workload,
                      context);
}

TEST(MakeDecisionTest, SaysWhatWasJudgedByWhatAndHow) {
  const RecordContext context = {
      .time = absl::FromUnixNanos(1'700'000'000'123'456'789),
      .trigger = v1::TRIGGER_CREATE,
      .latency = absl::Microseconds(38),
      .pod = "web-0",
      .pod_uid = "5a1c",
      .container = "app",
      .container_id = "0f3d",
      .runtime_name = "containerd",
      .runtime_version = "2.1.9"};
  const v1::Decision got = Decided({.image = "nginx:1.27.0",
                                    .confidence = Confidence::kAlias,
                                    .name_space = "prod-eu",
                                    .labels = {}},
                                   context);
  EXPECT_EQ(got.time().seconds(), 1'700'000'000);
  EXPECT_EQ(got.time().nanos(), 123'456'789);
  EXPECT_EQ(got.trigger(), v1::TRIGGER_CREATE);
  EXPECT_EQ(got.outcome(), v1::OUTCOME_REJECTED);
  EXPECT_EQ(got.reason(), v1::REASON_NO_DIGEST);
  EXPECT_EQ(got.mode(), v1::MODE_ENFORCE);
  EXPECT_EQ(got.rule(), "production");
  EXPECT_EQ(got.policy_file(), "policy.yaml");
  EXPECT_EQ(got.policy_line(), 9u);
  EXPECT_EQ(got.policy_generation(), 2u);
  EXPECT_EQ(got.namespace_(), "prod-eu");
  EXPECT_EQ(got.pod(), "web-0");
  EXPECT_EQ(got.pod_uid(), "5a1c");
  EXPECT_EQ(got.container(), "app");
  EXPECT_EQ(got.container_id(), "0f3d");
  EXPECT_EQ(got.image(), "nginx:1.27.0");
  EXPECT_EQ(got.confidence(), v1::CONFIDENCE_ALIAS);
  EXPECT_THAT(got.message(), HasSubstr("(policy.yaml:9)"));
  EXPECT_EQ(got.latency_us(), 38u);
  EXPECT_EQ(got.runtime_name(), "containerd");
  EXPECT_EQ(got.runtime_version(), "2.1.9");
}

TEST(MakeDecisionTest, MakesHostileTextValidAndShort) {
  const std::string image = std::string(kMaxRecordFieldBytes, 'a') + "tail";
  const v1::Decision got = Decided(
      {.image = image,
       .confidence = Confidence::kExact,
       .name_space = "a\xff",
       .labels = {}},
      {.pod = absl::string_view("p\0d", 3), .container = "\xed\xa0\x80"});
  EXPECT_EQ(got.image(), image.substr(0, kMaxRecordFieldBytes));
  EXPECT_EQ(got.namespace_(), "a\xEF\xBF\xBD");
  EXPECT_EQ(got.pod(), absl::string_view("p\0d", 3));
  EXPECT_THAT(got.container(), EndsWith("\xEF\xBF\xBD"));
  v1::Decision copy;
  EXPECT_TRUE(copy.ParseFromString(got.SerializeAsString()));
}

TEST(MakeDecisionTest, NamesNoImageThatCannotBeTrusted) {
  const v1::Decision got = Decided({.image = "nginx:1.27.0",
                                    .confidence = Confidence::kUnknown,
                                    .name_space = "a",
                                    .labels = {}},
                                   {});
  EXPECT_EQ(got.image(), "");
  EXPECT_EQ(got.confidence(), v1::CONFIDENCE_UNKNOWN);
  EXPECT_EQ(got.reason(), v1::REASON_UNIDENTIFIED_IMAGE);
}

TEST(MakeDecisionTest, HasThePodsLabelsAndThePolicysHash) {
  const Label labels[] = {{"tier", "prod"}, {"app", "w\xff"}};
  const v1::Decision got = Decided({.image = "nginx",
                                    .confidence = Confidence::kExact,
                                    .name_space = "prod-eu",
                                    .labels = labels},
                                   {.static_pod = true});
  EXPECT_THAT(got.labels(), UnorderedElementsAre(Pair("tier", "prod"),
                                                 Pair("app", "w\xEF\xBF\xBD")));
  EXPECT_EQ(got.policy_sha256(), "9f86d081");
  EXPECT_TRUE(got.static_pod());
  EXPECT_FALSE(got.break_glass());
  EXPECT_EQ(got.workload_kind(), "");
}

TEST(MakeDecisionTest, KeepsTheSameLabelsOfTooManyInAnyOrder) {
  std::vector<std::string> keys = {"pod-template-hash", "zz"};
  for (size_t i = 0; i < kMaxRecordedLabels; ++i) {
    keys.push_back(absl::StrCat("k", absl::Dec(i, absl::kZeroPad2)));
  }
  std::vector<Label> labels;
  for (const std::string& key : keys) labels.push_back({key, "x"});
  const auto keys_kept = [&labels] {
    const v1::Decision got =
        Decided({.image = "nginx", .name_space = "a", .labels = labels}, {});
    std::vector<std::string> kept;
    for (const auto& [key, value] : got.labels()) kept.push_back(key);
    std::sort(kept.begin(), kept.end());
    return kept;
  };
  const std::vector<std::string> kept = keys_kept();
  EXPECT_EQ(kept.size(), kMaxRecordedLabels);
  EXPECT_THAT(kept, AllOf(Contains("pod-template-hash"), Contains("k30"),
                          Not(Contains("k31")), Not(Contains("zz"))));
  std::reverse(labels.begin(), labels.end());
  EXPECT_EQ(keys_kept(), kept);
}

TEST(MakeDecisionTest, CutsLabelsThatKubernetesWouldNotAllow) {
  const std::string big(5000, 'a');
  const Label labels[] = {{big, big}};
  const v1::Decision got =
      Decided({.image = "nginx", .name_space = "a", .labels = labels}, {});
  const std::string cut = big.substr(0, kMaxRecordedLabelBytes);
  EXPECT_THAT(got.labels(), UnorderedElementsAre(Pair(cut, cut)));
}

TEST(MakeDecisionTest, KeepsTimesWithinTheirFields) {
  const struct {
    absl::Duration latency;
    uint32_t want;
  } kCases[] = {
      {absl::Nanoseconds(999), 0},
      {absl::Microseconds(-5), 0},
      {absl::InfiniteDuration(), std::numeric_limits<uint32_t>::max()},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::FormatDuration(c.latency));
    EXPECT_EQ(Decided({}, {.latency = c.latency}).latency_us(), c.want);
  }
}

TEST(MakeDecisionTest, CountsNanosecondsUpwardsBeforeTheEpochToo) {
  const v1::Decision got = Decided({}, {.time = absl::FromUnixNanos(-1)});
  EXPECT_EQ(got.time().seconds(), -1);
  EXPECT_EQ(got.time().nanos(), 999'999'999);
}

}  // namespace
}  // namespace pinwarden
