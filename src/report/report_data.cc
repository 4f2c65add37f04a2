// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/report_data.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>

#include "absl/hash/hash.h"
#include "report/rep.h"

namespace pinwarden {
namespace {

// Times far from ours would overflow what they are kept in.
constexpr int64_t kMostSeconds = int64_t{1} << 36;

int64_t Seconds(const google::protobuf::Timestamp& time) {
  return std::clamp(time.seconds(), -kMostSeconds, kMostSeconds);
}

int64_t Microseconds(const google::protobuf::Timestamp& time) {
  return Seconds(time) * 1000000 + time.nanos() / 1000;
}

uint64_t Sum(uint64_t a, uint64_t b) {
  return a > std::numeric_limits<uint64_t>::max() - b
             ? std::numeric_limits<uint64_t>::max()
             : a + b;
}

// Appends a text to many in one: four bytes of length, then the text.
void PackText(absl::string_view text, std::string* out) {
  const auto size = static_cast<uint32_t>(text.size());
  char length[sizeof(size)];
  std::memcpy(length, &size, sizeof(size));
  out->append(length, sizeof(length));
  out->append(text.data(), text.size());
}

std::vector<absl::string_view> UnpackTexts(absl::string_view packed) {
  std::vector<absl::string_view> texts;
  while (packed.size() >= sizeof(uint32_t)) {
    uint32_t size = 0;
    std::memcpy(&size, packed.data(), sizeof(size));
    packed.remove_prefix(sizeof(size));
    texts.push_back(packed.substr(0, size));
    packed.remove_prefix(texts.back().size());
  }
  return texts;
}

std::string PackLabels(const v1::LedgerRow& row) {
  // A protobuf map has no order, and equal labels have to be equal text.
  const std::map<std::string, std::string> sorted(row.labels().begin(),
                                                  row.labels().end());
  std::string packed;
  for (const auto& [key, value] : sorted) {
    PackText(key, &packed);
    PackText(value, &packed);
  }
  return packed;
}

std::string PackNames(const v1::LedgerRow& row) {
  std::string packed;
  for (const std::string& name : row.other_names()) PackText(name, &packed);
  return packed;
}

PackedRow Pack(const v1::LedgerRow& row, uint32_t nodes, StringPool& pool) {
  PackedRow packed;
  packed.name_space = pool.Intern(row.namespace_());
  packed.workload_kind = pool.Intern(row.workload_kind());
  packed.workload = pool.Intern(row.workload());
  packed.container = pool.Intern(row.container());
  packed.image = pool.Intern(row.image());
  packed.rule = pool.Intern(row.rule());
  packed.reason = static_cast<uint8_t>(row.reason());
  packed.outcome = static_cast<uint8_t>(row.outcome());
  packed.mode = static_cast<uint8_t>(row.mode());
  packed.confidence = static_cast<uint8_t>(row.confidence());
  packed.last_pod = pool.Intern(row.last_pod());
  packed.node = pool.Intern(row.node());
  packed.policy_sha256 = pool.Intern(row.policy_sha256());
  packed.policy_file = pool.Intern(row.policy_file());
  packed.message = pool.Intern(row.message());
  packed.labels = row.labels().empty() ? 0 : pool.Intern(PackLabels(row));
  packed.other_names =
      row.other_names().empty() ? 0 : pool.Intern(PackNames(row));
  packed.policy_line = row.policy_line();
  packed.nodes = nodes;
  packed.first_us = Microseconds(row.first());
  packed.last_us = Microseconds(row.last());
  packed.count = row.count();
  packed.break_glass = row.break_glass();
  return packed;
}

// Both have one key. What is as it was the last time comes from the later one;
// of two that are equally late from the one whose host sorts last, so that the
// order in which hosts are read makes no difference.
void Fold(const PackedRow& from, const StringPool& pool, PackedRow* into) {
  PackedRow folded = *into;
  if (from.last_us > into->last_us ||
      (from.last_us == into->last_us &&
       pool.Get(from.node) > pool.Get(into->node))) {
    folded = from;
  }
  folded.first_us = std::min(from.first_us, into->first_us);
  folded.count = Sum(from.count, into->count);
  folded.break_glass = Sum(from.break_glass, into->break_glass);
  folded.nodes = static_cast<uint32_t>(
      std::min<uint64_t>(uint64_t{from.nodes} + into->nodes,
                         std::numeric_limits<uint32_t>::max()));
  *into = folded;
}

}  // namespace

size_t RowHash::operator()(const PackedRow& row) const {
  return absl::Hash<decltype(row.Key())>()(row.Key());
}

bool ReportScope::Holds(absl::string_view name_space) const {
  return namespaces.empty() || std::any_of(namespaces.begin(), namespaces.end(),
                                           [name_space](const Glob& g) {
                                             return g.Matches(name_space);
                                           });
}

bool IsAgainstPolicy(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_WOULD_REJECT ||
         outcome == v1::OUTCOME_REJECTED ||
         outcome == v1::OUTCOME_SLIPPED_VIOLATION;
}

ReportData::ReportData(ReportScope scope)
    : scope_(std::move(scope)), rep_(std::make_unique<Rep>()) {}
ReportData::~ReportData() = default;
ReportData::ReportData(ReportData&& other) noexcept = default;
ReportData& ReportData::operator=(ReportData&& other) noexcept = default;

bool ReportData::AddSource(ReportSource source) {
  if (!rep_->nodes.insert(source.node).second) return false;
  sources_.push_back(std::move(source));
  return true;
}

bool ReportData::HasSource(absl::string_view node) const {
  return rep_->nodes.contains(node);
}

void ReportData::Add(const v1::LedgerRow& row, uint32_t nodes) {
  if (!scope_.Holds(row.namespace_()) ||
      absl::FromUnixMicros(Microseconds(row.last())) < scope_.since) {
    return;
  }
  const PackedRow packed = Pack(row, nodes, rep_->pool);
  const auto found = rep_->index.find(packed);
  if (found != rep_->index.end()) {
    Fold(packed, rep_->pool, &rep_->rows[*found]);
    return;
  }
  rep_->rows.push_back(packed);
  rep_->index.insert(static_cast<uint32_t>(rep_->rows.size() - 1));
}

void ReportData::Add(const v1::LedgerHour& hour) {
  const int64_t start = Seconds(hour.start());
  if (!scope_.Holds(hour.namespace_()) ||
      absl::FromUnixSeconds(start) + absl::Hours(1) <= scope_.since) {
    return;
  }
  uint64_t& count = rep_->hours[{start, rep_->pool.Intern(hour.namespace_()),
                                 static_cast<uint8_t>(hour.outcome()),
                                 static_cast<uint8_t>(hour.reason())}];
  count = Sum(count, hour.count());
}

size_t ReportData::rows() const { return rep_->rows.size(); }

ReportRow ReportData::row(size_t index) const {
  const PackedRow& from = rep_->rows[index];
  const StringPool& pool = rep_->pool;
  ReportRow row;
  row.name_space = pool.Get(from.name_space);
  row.workload_kind = pool.Get(from.workload_kind);
  row.workload = pool.Get(from.workload);
  row.container = pool.Get(from.container);
  row.image = pool.Get(from.image);
  row.reason = static_cast<v1::Reason>(from.reason);
  row.rule = pool.Get(from.rule);
  row.outcome = static_cast<v1::Outcome>(from.outcome);
  row.first = absl::FromUnixMicros(from.first_us);
  row.last = absl::FromUnixMicros(from.last_us);
  row.count = from.count;
  row.break_glass = from.break_glass;
  row.nodes = from.nodes;
  row.last_pod = pool.Get(from.last_pod);
  row.node = pool.Get(from.node);
  row.policy_sha256 = pool.Get(from.policy_sha256);
  row.policy_file = pool.Get(from.policy_file);
  row.policy_line = from.policy_line;
  row.mode = static_cast<v1::Mode>(from.mode);
  row.confidence = static_cast<v1::Confidence>(from.confidence);
  row.message = pool.Get(from.message);
  const auto labels = UnpackTexts(pool.Get(from.labels));
  for (size_t i = 0; i + 1 < labels.size(); i += 2) {
    row.labels.push_back({labels[i], labels[i + 1]});
  }
  for (const absl::string_view name : UnpackTexts(pool.Get(from.other_names))) {
    row.other_names.emplace_back(name);
  }
  return row;
}

std::vector<ReportHour> ReportData::hours() const {
  std::vector<ReportHour> hours;
  hours.reserve(rep_->hours.size());
  for (const auto& [key, count] : rep_->hours) {
    const auto& [start, name_space, outcome, reason] = key;
    hours.push_back({absl::FromUnixSeconds(start), rep_->pool.Get(name_space),
                     static_cast<v1::Outcome>(outcome),
                     static_cast<v1::Reason>(reason), count});
  }
  std::sort(hours.begin(), hours.end(),
            [](const ReportHour& a, const ReportHour& b) {
              return std::tie(a.start, a.name_space, a.outcome, a.reason) <
                     std::tie(b.start, b.name_space, b.outcome, b.reason);
            });
  return hours;
}

}  // namespace pinwarden
