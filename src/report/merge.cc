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

absl::Status AddSources(const std::vector<ReportSource>& sources,
                        ReportData* data) {
  for (const ReportSource& source : sources) {
    if (data->HasSource(source.node)) {
      return absl::AlreadyExistsError(
          absl::StrCat("node ", Quote(source.node, 256),
                       " is in another one too, and would count twice"));
    }
  }
  // One node twice in a single report: it was counted there.
  for (const ReportSource& source : sources) data->AddSource(source);
  return absl::OkStatus();
}

}  // namespace

struct ParsedReport::Rep {
  std::vector<ReportSource> sources;
  Kept kept;
  std::string json;  // of a report that is not kept whole
};

ParsedReport::ParsedReport(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
ParsedReport::~ParsedReport() = default;
ParsedReport::ParsedReport(ParsedReport&& other) noexcept = default;
ParsedReport& ParsedReport::operator=(ParsedReport&& other) noexcept = default;

absl::StatusOr<ParsedReport> ParsedReport::Parse(std::string json) {
  if (json.size() > kMaxReportBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("at byte ", kMaxReportBytes, ": it is too long"));
  }
  auto rep = std::make_unique<Rep>();
  MergeSink keep;
  keep.source = [&](const ReportSource& source) {
    rep->sources.push_back(source);
  };
  keep.row = [&](ReadRow& row) { rep->kept.Keep(row); };
  keep.hour = [&](const v1::LedgerHour& hour) { rep->kept.Keep(hour); };
  PW_RETURN_IF_ERROR(Read(json, keep));
  if (!rep->kept.all()) {
    rep->kept = Kept();
    rep->json = std::move(json);
  }
  return ParsedReport(std::move(rep));
}

absl::Status ParsedReport::AddTo(ReportData* data) const {
  PW_RETURN_IF_ERROR(AddSources(rep_->sources, data));
  if (rep_->json.empty()) {
    rep_->kept.AddTo(data);
    return absl::OkStatus();
  }
  MergeSink add;
  add.row = [data](ReadRow& row) { data->Add(row.row, row.nodes); };
  add.hour = [data](const v1::LedgerHour& hour) { data->Add(hour); };
  return Read(rep_->json, add);
}

absl::Status MergeReport(absl::string_view json, ReportData* data) {
  PW_ASSIGN_OR_RETURN(const ParsedReport report,
                      ParsedReport::Parse(std::string(json)));
  return report.AddTo(data);
}

}  // namespace pinwarden
