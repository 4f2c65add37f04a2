// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_METRICS_METRIC_WRITER_H_
#define PINWARDEN_SRC_METRICS_METRIC_WRITER_H_

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace pinwarden {

enum class MetricType { kCounter, kGauge, kHistogram };

struct MetricLabel {
  absl::string_view name;
  absl::string_view value;  // any bytes
};
using MetricLabels = std::initializer_list<MetricLabel>;

// Writes Prometheus' text format, family by family. What would make a reader
// give up on all of it cannot come out: label values are escaped, cut to
// kMaxLabelBytes and free of control characters, and of two samples with equal
// labels the first one stands.
class MetricWriter {
 public:
  static constexpr size_t kMaxLabelBytes = 256;

  // Begins a family; the samples that follow are of it.
  void Family(absl::string_view name, MetricType type, absl::string_view help);

  void Add(uint64_t value) { Add({}, value); }
  void Add(MetricLabels labels, uint64_t value);
  void AddDouble(double value) { AddDouble("", {}, value); }
  void AddDouble(absl::string_view suffix, MetricLabels labels, double value);
  void AddPart(absl::string_view suffix, MetricLabels labels, uint64_t value);

  // A family that has one sample without labels.
  void Counter(absl::string_view name, absl::string_view help, uint64_t value);
  void Gauge(absl::string_view name, absl::string_view help, uint64_t value);
  void GaugeDouble(absl::string_view name, absl::string_view help,
                   double value);

  std::string Take() { return std::move(text_); }

 private:
  void Line(absl::string_view suffix, MetricLabels labels,
            absl::string_view value);

  std::string text_;
  std::string family_;
  std::set<std::string> written_;  // names and labels, of this family
};

// The shortest decimal that is this number again; also "+Inf", "-Inf", "NaN".
std::string MetricNumber(double value);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_METRICS_METRIC_WRITER_H_
