// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

v1::Decision Example() {
  v1::Decision d;
  d.mutable_time()->set_seconds(1'735'732'800);
  d.mutable_time()->set_nanos(5'000);
  d.set_trigger(v1::TRIGGER_CREATE);
  d.set_outcome(v1::OUTCOME_WOULD_REJECT);
  d.set_reason(v1::REASON_NO_TAG);
  d.set_mode(v1::MODE_OBSERVE);
  d.set_rule("default");
  d.set_policy_file("policy.yaml");
  d.set_policy_line(24);
  d.set_policy_generation(7);
  d.set_namespace_("prod");
  d.set_pod("web-0");
  d.set_pod_uid("5a1c");
  d.set_container("app");
  d.set_container_id("0f3d");
  d.set_image("nginx");
  d.set_confidence(v1::CONFIDENCE_EXACT);
  d.set_message("pinwarden: image \"nginx\" would be refused");
  d.set_latency_us(38);
  d.set_runtime_name("containerd");
  d.set_runtime_version("2.1.9");
  return d;
}

TEST(ToLogLineTest, HasFixedKeysInFixedOrder) {
  EXPECT_EQ(ToLogLine(Example()),
            "event=decision outcome=would_reject reason=no_tag rule=default "
            "policy=policy.yaml:24 generation=7 mode=observe trigger=create "
            "namespace=prod pod=web-0 container=app image=\"nginx\" "
            "source=exact latency_us=38");
}

TEST(ToLogLineTest, OfNothingStillHasEveryKey) {
  EXPECT_EQ(ToLogLine(v1::Decision()),
            "event=decision outcome=unspecified reason=unspecified rule=\"\" "
            "policy=:0 generation=0 mode=unspecified trigger=unspecified "
            "namespace=\"\" pod=\"\" container=\"\" image=\"\" "
            "source=unspecified latency_us=0");
}

TEST(ToLogLineTest, QuotesWhatCouldPassForAnotherKey) {
  const struct {
    const char* pod;
    const char* want;
  } kCases[] = {
      {"a.b_c:d/e@f+g-h9", " pod=a.b_c:d/e@f+g-h9 "},
      {"a b", " pod=\"a b\" "},
      {"a=b", " pod=\"a=b\" "},
      {"a\"b", " pod=\"a\\\"b\" "},
      {"a\nevent=x", " pod=\"a\\nevent=x\" "},
      {"\x1b[2J", " pod=\"\\x1b[2J\" "},
      {"\xc3\xa9", " pod=\"\\xc3\\xa9\" "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.want);
    v1::Decision decision = Example();
    decision.set_pod(c.pod);
    EXPECT_THAT(ToLogLine(decision), HasSubstr(c.want));
  }
}

TEST(ToLogLineTest, QuotesAPolicyFileWithItsLine) {
  v1::Decision decision = Example();
  decision.set_policy_file("my policy");
  EXPECT_THAT(ToLogLine(decision), HasSubstr(" policy=\"my policy:24\" "));
}

TEST(ToLogLineTest, AddsTheMessageOnlyWhereItSaysMoreThanTheKeys) {
  v1::Decision decision = Example();
  EXPECT_THAT(ToLogLine(decision), Not(HasSubstr("message=")));
  decision.set_reason(v1::REASON_MALFORMED_REFERENCE);
  decision.set_message("empty tag at byte 6");
  EXPECT_THAT(ToLogLine(decision),
              EndsWith(" latency_us=38 message=\"empty tag at byte 6\""));
}

TEST(ToLogLineTest, AddsTheOtherNamesOfAnImageThatHasSome) {
  v1::Decision decision = Example();
  EXPECT_THAT(ToLogLine(decision), Not(HasSubstr("other_names=")));
  decision.add_other_names("demo:1");
  decision.add_other_names("demo:latest");
  decision.set_message("refused");
  EXPECT_THAT(ToLogLine(decision),
              EndsWith(" latency_us=38 other_names=\"demo:1 demo:latest\" "
                       "message=\"refused\""));
}

TEST(ToLogLineTest, NamesTheContainerThatSlippedBy) {
  for (const v1::Outcome outcome :
       {v1::OUTCOME_SLIPPED_ALLOWED, v1::OUTCOME_SLIPPED_VIOLATION}) {
    v1::Decision decision = Example();
    EXPECT_THAT(ToLogLine(decision), Not(HasSubstr("container_id=")));
    decision.set_outcome(outcome);
    EXPECT_THAT(ToLogLine(decision), EndsWith(" container_id=0f3d"));
  }
}

TEST(ToLogLineTest, NamesTheWorkloadWhereItIsKnown) {
  v1::Decision decision = Example();
  decision.set_workload_kind("Deployment");
  decision.set_workload("web");
  EXPECT_THAT(ToLogLine(decision),
              HasSubstr(" pod=web-0 workload=Deployment/web container=app "));
  decision.set_workload("a b");
  EXPECT_THAT(ToLogLine(decision), HasSubstr(" workload=\"Deployment/a b\" "));
}

TEST(ToLogLineTest, SaysWhatBreakGlassLetIn) {
  v1::Decision decision = Example();
  EXPECT_THAT(ToLogLine(decision), Not(HasSubstr("break_glass")));
  decision.set_break_glass(true);
  EXPECT_THAT(ToLogLine(decision), EndsWith(" latency_us=38 break_glass=true"));
}

TEST(ToLogLineTest, LeavesOutLabelsAndWhatIsTheSameForAll) {
  v1::Decision decision = Example();
  const std::string before = ToLogLine(decision);
  (*decision.mutable_labels())["app"] = "web";
  decision.set_policy_sha256("9f86");
  decision.set_static_pod(true);
  EXPECT_EQ(ToLogLine(decision), before);
}

TEST(ToLogLineTest, IsPrintableAndBoundedWhateverTheFieldsHold) {
  v1::Decision decision;
  std::string all;
  for (int i = 0; i < 128; ++i) all.push_back(static_cast<char>(i));
  while (all.size() < kMaxRecordFieldBytes) all += "\xf0\x9f\x98\x80";
  decision.set_reason(v1::REASON_MALFORMED_REFERENCE);
  for (auto set : {&v1::Decision::set_rule<const std::string&>,
                   &v1::Decision::set_policy_file<const std::string&>,
                   &v1::Decision::set_namespace_<const std::string&>,
                   &v1::Decision::set_pod<const std::string&>,
                   &v1::Decision::set_container<const std::string&>,
                   &v1::Decision::set_workload<const std::string&>,
                   &v1::Decision::set_workload_kind<const std::string&>,
                   &v1::Decision::set_image<const std::string&>,
                   &v1::Decision::set_message<const std::string&>}) {
    (decision.*set)(all);
  }
  const std::string line = ToLogLine(decision);
  EXPECT_THAT(line, Each(AllOf(Ge(' '), Le('~'))));
  EXPECT_THAT(line.size(), Le(6000u));
}

TEST(ToJsonTest, HasTheFieldsOfTheMessageInFixedOrder) {
  EXPECT_EQ(
      ToJson(Example()),
      "{\"time\":\"2025-01-01T12:00:00.000005Z\",\"trigger\":\"create\","
      "\"outcome\":\"would_reject\",\"reason\":\"no_tag\","
      "\"mode\":\"observe\",\"rule\":\"default\","
      "\"policy_file\":\"policy.yaml\",\"policy_line\":24,"
      "\"policy_generation\":7,\"namespace\":\"prod\",\"pod\":\"web-0\","
      "\"pod_uid\":\"5a1c\",\"container\":\"app\",\"container_id\":\"0f3d\","
      "\"image\":\"nginx\",\"confidence\":\"exact\","
      "\"other_names\":[],"
      "\"message\":\"pinwarden: image \\\"nginx\\\" would be refused\","
      "\"latency_us\":38,\"runtime_name\":\"containerd\","
      "\"runtime_version\":\"2.1.9\",\"labels\":{},"
      "\"workload_kind\":\"\",\"workload\":\"\",\"policy_sha256\":\"\","
      "\"break_glass\":false,\"static_pod\":false}");
}

TEST(ToJsonTest, HasLabelsInOrderOfTheirKeys) {
  v1::Decision decision;
  for (const char* key : {"tier", "app", "b\xff"}) {
    (*decision.mutable_labels())[key] = "x";
  }
  EXPECT_THAT(
      ToJson(decision),
      HasSubstr(
          "\"labels\":{\"app\":\"x\",\"b\\ufffd\":\"x\",\"tier\":\"x\"}"));
}

TEST(ToJsonTest, LeavesNoFieldOut) {
  const auto& type = *v1::Decision::descriptor();
  const auto json = nlohmann::json::parse(ToJson(v1::Decision()));
  EXPECT_EQ(json.size(), static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) {
    SCOPED_TRACE(type.field(i)->name());
    EXPECT_TRUE(json.contains(type.field(i)->name()));
  }
}

TEST(ToJsonTest, EscapesWhatATerminalActsOn) {
  v1::Decision decision;
  decision.set_image("a\n\x1b[2J\x7f\xc2\x9b");
  EXPECT_THAT(ToJson(decision),
              HasSubstr("\"image\":\"a\\n\\u001b[2J\\u007f\\u009b\""));
}

TEST(ToJsonTest, ReplacesInvalidUtf8) {
  v1::Decision decision;
  decision.set_image("a\xff");
  EXPECT_THAT(ToJson(decision), HasSubstr("\"image\":\"a\\ufffd\""));
}

}  // namespace
}  // namespace pinwarden
