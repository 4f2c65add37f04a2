// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_METRICS_FAMILIES_H_
#define PINWARDEN_SRC_METRICS_FAMILIES_H_

#include <google/protobuf/timestamp.pb.h>

#include "metrics/metric_writer.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

// The families of each part of the status.
void WriteDecisionMetrics(const v1::RecordStatus& records, MetricWriter* out);
void WriteNriMetrics(const v1::NriStatus& nri, MetricWriter* out);
void WriteCriMetrics(const v1::CriStatus& cri, MetricWriter* out);
void WriteJudgingMetrics(const v1::JudgingStatus& judging, MetricWriter* out);
void WritePolicyMetrics(const v1::PolicyStatus& policy, MetricWriter* out);
void WriteLedgerMetrics(const v1::LedgerStatus& ledger, MetricWriter* out);
void WriteBreakGlassMetrics(const v1::BreakGlassStatus& status,
                            MetricWriter* out);

// Seconds since 1970.
inline double MetricTime(const google::protobuf::Timestamp& time) {
  return static_cast<double>(time.seconds()) +
         static_cast<double>(time.nanos()) / 1e9;
}

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_METRICS_FAMILIES_H_
