// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/rows.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace pinwarden::testing {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  out->set_seconds(absl::ToUnixSeconds(time));
}

std::string Message(const RowSpec& spec) {
  const std::string by =
      absl::StrCat(" \"", spec.rule, "\" (policy.yaml:24): ");
  if (spec.outcome == v1::OUTCOME_EXEMPTED) {
    return absl::StrCat("pinwarden: image \"", spec.image, "\" exempted by", by,
                        "\"vendor ships only latest\", owner \"team-billing\", "
                        "expires 2026-11-20; pin it by then");
  }
  if (IsAgainstPolicy(spec.outcome)) {
    return absl::StrCat(
        "pinwarden: image \"", spec.image, "\" would be refused by rule", by,
        "no tag means \"latest\", which changes without notice; pin it: ",
        spec.image, ":<version> or ", spec.image, "@sha256:<digest>");
  }
  return absl::StrCat("pinwarden: image \"", spec.image, "\" allowed by rule",
                      by, "its digest names one image that cannot change");
}

}  // namespace

absl::Time At(int hours) {
  absl::Time start;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, kStart, &start, &error));
  return start + absl::Hours(hours);
}

v1::LedgerRow Row(const RowSpec& spec) {
  const std::vector<std::string> parts = absl::StrSplit(spec.workload, '/');
  v1::LedgerRow row;
  row.set_namespace_(parts[0]);
  row.set_workload_kind(parts[1]);
  row.set_workload(parts[2]);
  row.set_container(parts[3]);
  row.set_image(spec.image);
  row.set_outcome(spec.outcome);
  row.set_reason(spec.reason);
  row.set_rule(spec.rule);
  SetTime(At(spec.first), row.mutable_first());
  SetTime(At(spec.last), row.mutable_last());
  row.set_count(spec.count);
  row.set_node(spec.node);
  row.set_last_pod(absl::StrCat(parts[2], "-0"));
  row.set_policy_sha256("abc123");
  row.set_policy_file("policy.yaml");
  row.set_policy_line(24);
  row.set_mode(v1::MODE_OBSERVE);
  row.set_confidence(v1::CONFIDENCE_EXACT);
  row.set_message(Message(spec));
  (*row.mutable_labels())["app"] = parts[2];
  return row;
}

v1::LedgerHour Hour(int start, const std::string& name_space,
                    v1::Outcome outcome, v1::Reason reason, uint64_t count) {
  v1::LedgerHour hour;
  SetTime(At(start), hour.mutable_start());
  hour.set_namespace_(name_space);
  hour.set_outcome(outcome);
  hour.set_reason(reason);
  hour.set_count(count);
  return hour;
}

ReportSource Source(const std::string& node) {
  return {node, "1.2.3", "abc123", v1::MODE_OBSERVE, At(0)};
}

ReportData SampleData(ReportScope scope) {
  ReportData data(std::move(scope));
  data.AddSource(Source("node-a"));
  v1::LedgerRow web = Row({.last = 30, .count = 42});
  web.set_break_glass(2);
  data.Add(web);
  data.Add(Row({.workload = "shop/StatefulSet/db/postgres",
                .image = "postgres:16",
                .reason = v1::REASON_IMPRECISE_VERSION,
                .last = 20,
                .count = 3}));
  data.Add(Row({.workload = "shop/StatefulSet/db/exporter",
                .image = "nginx",
                .last = 21}));
  data.Add(Row({.workload = "billing/Deployment/pay/app",
                .image = "acme/billing:latest",
                .outcome = v1::OUTCOME_EXEMPTED,
                .reason = v1::REASON_EXEMPTED,
                .last = 22,
                .rule = "billing-vendor"}));
  data.Add(Row({.workload = "billing/Job/close/run", .last = 1}));
  data.Add(Row({.workload = "billing/Job/close/run",
                .image = "busybox@sha256:1",
                .outcome = v1::OUTCOME_ALLOWED,
                .reason = v1::REASON_PINNED,
                .last = 25}));
  data.Add(Row({.workload = "ops/DaemonSet/log/agent",
                .image = "fluent@sha256:2",
                .outcome = v1::OUTCOME_ALLOWED,
                .reason = v1::REASON_PINNED,
                .last = 26}));
  data.Add(Hour(3, "shop", v1::OUTCOME_WOULD_REJECT, v1::REASON_NO_TAG, 7));
  data.Add(Hour(3, "ops", v1::OUTCOME_ALLOWED, v1::REASON_PINNED, 2));
  return data;
}

}  // namespace pinwarden::testing
