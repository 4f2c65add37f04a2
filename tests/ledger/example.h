// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_LEDGER_EXAMPLE_H_
#define PINWARDEN_TESTS_LEDGER_EXAMPLE_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/ledger_reader.h"
#include "pinwarden/recorder.h"
#include "pinwarden/v1/decision.pb.h"

namespace pinwarden::testing {

inline const absl::Time kExampleTime = absl::FromUnixSeconds(1'800'000'000);

inline void SetDecisionTime(absl::Time time, v1::Decision* decision) {
  const int64_t micros = absl::ToUnixMicros(time);
  decision->mutable_time()->set_seconds(micros / 1'000'000);
  decision->mutable_time()->set_nanos(
      static_cast<int32_t>(micros % 1'000'000 * 1000));
}

// A decision about container "app" of Deployment prod/web.
inline v1::Decision ExampleDecision(absl::string_view image = "nginx:latest",
                                    absl::Time time = kExampleTime) {
  v1::Decision d;
  SetDecisionTime(time, &d);
  d.set_trigger(v1::TRIGGER_CREATE);
  d.set_outcome(v1::OUTCOME_WOULD_REJECT);
  d.set_reason(v1::REASON_FLOATING_TAG);
  d.set_mode(v1::MODE_OBSERVE);
  d.set_rule("default");
  d.set_policy_file("policy.yaml");
  d.set_policy_line(24);
  d.set_policy_sha256(std::string(64, '5'));
  d.set_namespace_("prod");
  d.set_pod("web-7d4b9c6f5d-x2x9k");
  d.set_workload_kind("Deployment");
  d.set_workload("web");
  d.set_container("app");
  d.set_image(std::string(image));
  d.set_confidence(v1::CONFIDENCE_EXACT);
  d.set_message(
      absl::StrCat("pinwarden: image \"", image,
                   "\" would be refused by rule \"default\" "
                   "(policy.yaml:24): the tag changes without notice; pin it"));
  (*d.mutable_labels())["app"] = "web";
  (*d.mutable_labels())["pod-template-hash"] = "7d4b9c6f5d";
  return d;
}

inline DecisionPtr Shared(v1::Decision decision) {
  return std::make_shared<const v1::Decision>(std::move(decision));
}

// The n-th of many decisions that a cluster could make, each with a row of its
// own: names, labels and messages as long as real ones.
inline v1::Decision RealisticDecision(int n) {
  const std::string app = absl::StrFormat("payments-%05d-api", n / 3);
  v1::Decision d = ExampleDecision(
      absl::StrFormat("registry.example.com/team-%02d/%s/service-%d:v1.%d.%d",
                      n % 40, app, n % 3, n % 17, n % 29));
  SetDecisionTime(kExampleTime + absl::Milliseconds(n), &d);
  d.set_namespace_(absl::StrFormat("team-%02d-production", n % 40));
  d.set_workload(app);
  d.set_pod(absl::StrFormat("%s-%010x-x%04x", app,
                            static_cast<unsigned>(n) * 2654435761u, n % 65536));
  d.set_container(absl::StrFormat("service-%d", n % 3));
  auto& labels = *d.mutable_labels();
  labels["app"] = app;
  labels["app.kubernetes.io/name"] = app;
  labels["app.kubernetes.io/instance"] = absl::StrCat(app, "-production");
  labels["app.kubernetes.io/version"] =
      absl::StrFormat("v1.%d.%d", n % 17, n % 29);
  labels["app.kubernetes.io/managed-by"] = "Helm";
  labels["team"] = absl::StrFormat("team-%02d", n % 40);
  labels["pod-template-hash"] =
      absl::StrFormat("%010x", static_cast<unsigned>(n) * 2654435761u);
  d.set_message(absl::StrCat(
      "pinwarden: image \"", d.image(),
      "\" would be refused by rule "
      "\"default\" (policy.yaml:24): tag \"v1\" can be moved to another image; "
      "pin it: ",
      d.image().substr(0, d.image().rfind(':')), "@sha256:<digest>"));
  return d;
}

// All that can be read, in order of image.
inline std::vector<v1::LedgerRow> ReadRows(const std::string& path,
                                           LedgerQuery query = {}) {
  std::vector<v1::LedgerRow> rows;
  ReadLedgerFile(path, std::move(query), [&rows](LedgerBatch batch) {
    for (v1::LedgerRow& row : batch.rows) rows.push_back(std::move(row));
  }).IgnoreError();
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return a.image() < b.image(); });
  return rows;
}

inline std::vector<v1::LedgerHour> ReadHours(const std::string& path,
                                             LedgerQuery query = {}) {
  std::vector<v1::LedgerHour> hours;
  ReadLedgerFile(path, std::move(query), [&hours](LedgerBatch batch) {
    for (v1::LedgerHour& hour : batch.hours) hours.push_back(std::move(hour));
  }).IgnoreError();
  return hours;
}

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_LEDGER_EXAMPLE_H_
