// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_writer.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

absl::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "untyped";
}

// label_value := UTF-8 with \ as \\, " as \" and a line feed as \n
void AppendEscaped(absl::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\\' || c == '"') {
      out->append({'\\', c});
    } else if (c == '\n') {
      out->append("\\n");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      // The format takes them, the terminal of whoever reads it acts on them.
      out->append("\xef\xbf\xbd");
    } else {
      out->push_back(c);
    }
  }
}

}  // namespace

std::string MetricNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  return std::string(digits, end);
}

void MetricWriter::Family(absl::string_view name, MetricType type,
                          absl::string_view help) {
  family_ = std::string(name);
  written_.clear();
  absl::StrAppend(&text_, "# HELP ", name, " ", help, "\n# TYPE ", name, " ",
                  TypeName(type), "\n");
}

void MetricWriter::Add(MetricLabels labels, uint64_t value) {
  Line("", labels, absl::StrCat(value));
}

void MetricWriter::AddPart(absl::string_view suffix, MetricLabels labels,
                           uint64_t value) {
  Line(suffix, labels, absl::StrCat(value));
}

void MetricWriter::AddDouble(absl::string_view suffix, MetricLabels labels,
                             double value) {
  Line(suffix, labels, MetricNumber(value));
}

void MetricWriter::Counter(absl::string_view name, absl::string_view help,
                           uint64_t value) {
  Family(name, MetricType::kCounter, help);
  Add(value);
}

void MetricWriter::Gauge(absl::string_view name, absl::string_view help,
                         uint64_t value) {
  Family(name, MetricType::kGauge, help);
  Add(value);
}

void MetricWriter::GaugeDouble(absl::string_view name, absl::string_view help,
                               double value) {
  Family(name, MetricType::kGauge, help);
  AddDouble(value);
}

void MetricWriter::Line(absl::string_view suffix, MetricLabels labels,
                        absl::string_view value) {
  std::string series = absl::StrCat(family_, suffix);
  absl::string_view separator = "{";
  for (const MetricLabel& label : labels) {
    absl::StrAppend(&series, separator, label.name, "=\"");
    AppendEscaped(ToValidUtf8(label.value, kMaxLabelBytes), &series);
    series.push_back('"');
    separator = ",";
  }
  if (labels.size() > 0) series.push_back('}');
  const auto [written, is_new] = written_.insert(std::move(series));
  if (is_new) absl::StrAppend(&text_, *written, " ", value, "\n");
}

}  // namespace pinwarden
