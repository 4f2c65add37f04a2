// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A report is read twice: to see that all of it is right, and to add it. The
// short ones, which most are, are kept from the first time.
#include <cstddef>
#include <deque>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "pinwarden/report_format.h"
#include "pinwarden/status_macros.h"
#include "report/merge_reader.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxKept = 5000;

// Bytes, and how far the parser has read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest)
      : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

absl::Status Read(absl::string_view json, MergeSink sink) {
  MergeReader reader(std::move(sink));
  const char* furthest = json.data();
  const CountingIterator begin(json.data(), &furthest);
  const CountingIterator end(json.data() + json.size(), &furthest);
  if (nlohmann::json::sax_parse(begin, end, &reader) && reader.Complete()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("at byte ", furthest - json.data(), ": ", reader.error()));
}

// What a short report holds.
class Kept {
 public:
  void Keep(ReadRow& row) {
    if (++size_ <= kMaxKept) rows_.push_back(std::move(row));
  }
  void Keep(const v1::LedgerHour& hour) {
    if (++size_ <= kMaxKept) hours_.push_back(hour);
  }
  bool all() const { return size_ <= kMaxKept; }
  void AddTo(ReportData* data) const {
    for (const ReadRow& row : rows_) data->Add(row.row, row.nodes);
    for (const v1::LedgerHour& hour : hours_) data->Add(hour);
  }

 private:
  std::deque<ReadRow> rows_;
  std::deque<v1::LedgerHour> hours_;
  size_t size_ = 0;
};

absl::Status AddSources(std::vector<ReportSource> sources, ReportData* data) {
  for (const ReportSource& source : sources) {
    if (data->HasSource(source.node)) {
      return absl::AlreadyExistsError(
          absl::StrCat("node ", Quote(source.node, 256),
                       " is in another one too, and would count twice"));
    }
  }
  for (ReportSource& source : sources) {
    // One node twice in a single report: it was counted there.
    data->AddSource(std::move(source));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MergeReport(absl::string_view json, ReportData* data) {
  if (json.size() > kMaxReportBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("at byte ", kMaxReportBytes, ": it is too long"));
  }
  std::vector<ReportSource> sources;
  Kept kept;
  MergeSink keep;
  keep.source = [&](const ReportSource& source) { sources.push_back(source); };
  keep.row = [&](ReadRow& row) { kept.Keep(row); };
  keep.hour = [&](const v1::LedgerHour& hour) { kept.Keep(hour); };
  PW_RETURN_IF_ERROR(Read(json, keep));
  PW_RETURN_IF_ERROR(AddSources(std::move(sources), data));
  if (kept.all()) {
    kept.AddTo(data);
    return absl::OkStatus();
  }
  MergeSink add;
  add.row = [data](ReadRow& row) { data->Add(row.row, row.nodes); };
  add.hour = [data](const v1::LedgerHour& hour) { data->Add(hour); };
  return Read(json, add);
}

}  // namespace pinwarden
