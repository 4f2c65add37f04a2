// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/merge_reader.h"

#include "absl/strings/str_cat.h"
#include "pinwarden/quote.h"
#include "report/json_format.h"

namespace pinwarden {
namespace {

constexpr size_t kMaxTextBytes = 4096;
constexpr int kMaxLabels = 256;
constexpr int kMaxNames = 256;
constexpr int kMaxSkippedDepth = 64;

}  // namespace

bool MergeReader::Fail(absl::string_view what) {
  error_ = std::string(what);
  return false;
}

bool MergeReader::Check(Taken taken) {
  switch (taken) {
    case Taken::kYes:
    case Taken::kUnknown:
      return true;
    case Taken::kWrongType:
      return Fail(absl::StrCat(Quote(object_key_, 64), " is of another type"));
    case Taken::kBadValue:
      return Fail(absl::StrCat(Quote(object_key_, 64), " has a value that is ",
                               "not possible"));
  }
  return false;
}

bool MergeReader::StepOver() {
  if (++skipping_ > kMaxSkippedDepth) return Fail("it is nested too deep");
  return true;
}

bool MergeReader::IsKnownKey() const {
  if (depth_ == kReport) {
    return report_key_ == "format" || report_key_ == "version" ||
           report_key_ == "nodes" || report_key_ == "rows" ||
           report_key_ == "hours";
  }
  if (depth_ != kObject) return true;
  switch (section_) {
    case Section::kNodes:
      return HasMember(object_key_, source_);
    case Section::kRows:
      return HasMember(object_key_, row_);
    case Section::kHours:
      return HasMember(object_key_, hour_);
    case Section::kNone:
      break;
  }
  return true;
}

bool MergeReader::OtherValue() {
  if (skipping_ > 0 || !IsKnownKey()) return true;
  if (depth_ == kOutside) return Fail("it is not an object");
  if (depth_ == kReport || depth_ == kSection) {
    return Fail(absl::StrCat(Quote(report_key_, 64), " is of another type"));
  }
  return Check(Taken::kWrongType);
}

bool MergeReader::null() { return OtherValue(); }
bool MergeReader::boolean(bool) { return OtherValue(); }
bool MergeReader::number_integer(number_integer_t) { return OtherValue(); }
bool MergeReader::number_float(number_float_t, const string_t&) {
  return OtherValue();
}
bool MergeReader::binary(binary_t&) { return OtherValue(); }

Taken MergeReader::SetElementNumber(uint64_t value) {
  switch (section_) {
    case Section::kRows:
      return SetNumber(object_key_, value, &row_);
    case Section::kHours:
      return SetNumber(object_key_, value, &hour_);
    case Section::kNodes:
      return HasMember(object_key_, source_) ? Taken::kWrongType
                                             : Taken::kUnknown;
    case Section::kNone:
      break;
  }
  return Taken::kWrongType;
}

bool MergeReader::number_unsigned(number_unsigned_t value) {
  if (skipping_ > 0) return true;
  if (depth_ == kReport && report_key_ == "version") {
    saw_version_ = value == kReportVersion;
    return saw_version_ ||
           Fail(absl::StrCat("it is a report of version ", value,
                             ", and this program reads version ",
                             kReportVersion));
  }
  if (depth_ == kObject) return Check(SetElementNumber(value));
  return OtherValue();
}

Taken MergeReader::SetElementText(std::string& value) {
  switch (section_) {
    case Section::kRows:
      return SetText(object_key_, value, &row_);
    case Section::kHours:
      return SetText(object_key_, value, &hour_);
    case Section::kNodes:
      return SetText(object_key_, value, &source_);
    case Section::kNone:
      break;
  }
  return Taken::kWrongType;
}

bool MergeReader::string(string_t& value) {
  if (skipping_ > 0) return true;
  if (depth_ == kReport && report_key_ == "format") {
    saw_format_ = value == kReportFormat;
    return saw_format_ || Fail("it is not a report of pinwarden");
  }
  if (depth_ < kObject) return OtherValue();
  if (value.size() > kMaxTextBytes) {
    return Fail(absl::StrCat("a text has over ", kMaxTextBytes, " bytes"));
  }
  if (depth_ == kObject) return Check(SetElementText(value));
  if (object_key_ == "labels") {
    (*row_.row.mutable_labels())[label_key_] = value;
    return row_.row.labels_size() <= kMaxLabels || Fail("too many labels");
  }
  row_.row.add_other_names(value);
  return row_.row.other_names_size() <= kMaxNames || Fail("too many names");
}

bool MergeReader::start_object(size_t) {
  if (skipping_ > 0) return StepOver();
  if (depth_ == kOutside || depth_ == kSection) {
    ++depth_;
    return true;
  }
  if (depth_ == kObject && section_ == Section::kRows &&
      object_key_ == "labels") {
    depth_ = kInRow;
    return true;
  }
  if (IsKnownKey()) return OtherValue();
  return StepOver();
}

bool MergeReader::key(string_t& value) {
  if (skipping_ > 0) return true;
  if (value.size() > kMaxTextBytes) return Fail("a name is too long");
  if (depth_ == kReport) {
    report_key_ = value;
  } else if (depth_ == kObject) {
    object_key_ = value;
  } else {
    label_key_ = value;
  }
  return true;
}

bool MergeReader::EndElement() {
  switch (section_) {
    case Section::kRows:
      if (row_.row.outcome() == v1::OUTCOME_UNSPECIFIED ||
          !row_.row.has_last() || !row_.row.has_first()) {
        return Fail("a row lacks its outcome, first or last");
      }
      saw_row_ = true;
      if (sink_.row) sink_.row(row_);
      row_.Clear();
      return true;
    case Section::kHours:
      if (!hour_.has_start()) return Fail("an hour lacks its start");
      if (sink_.hour) sink_.hour(hour_);
      hour_.Clear();
      return true;
    case Section::kNodes:
      if (source_.node.empty()) return Fail("a node has no name");
      saw_source_ = true;
      if (sink_.source) sink_.source(source_);
      source_ = {};
      return true;
    case Section::kNone:
      break;
  }
  return true;
}

bool MergeReader::end_object() {
  if (skipping_ > 0) {
    --skipping_;
    return true;
  }
  if (depth_ == kObject && !EndElement()) return false;
  --depth_;
  return true;
}

bool MergeReader::start_array(size_t) {
  if (skipping_ > 0) return StepOver();
  if (depth_ == kReport) {
    section_ = report_key_ == "nodes"   ? Section::kNodes
               : report_key_ == "rows"  ? Section::kRows
               : report_key_ == "hours" ? Section::kHours
                                        : Section::kNone;
    saw_nodes_ |= section_ == Section::kNodes;
    saw_rows_ |= section_ == Section::kRows;
    if (section_ != Section::kNone) {
      depth_ = kSection;
      return true;
    }
  }
  if (depth_ == kObject && section_ == Section::kRows &&
      object_key_ == "other_names") {
    depth_ = kInRow;
    return true;
  }
  if (IsKnownKey()) return OtherValue();
  return StepOver();
}

bool MergeReader::end_array() {
  if (skipping_ > 0) {
    --skipping_;
  } else {
    --depth_;
  }
  return true;
}

bool MergeReader::parse_error(size_t, const std::string&,
                              const nlohmann::detail::exception&) {
  // What the parser says would repeat the bytes that it does not like.
  return Fail("it is not JSON");
}

bool MergeReader::Complete() {
  if (!saw_format_) return Fail("it is not a report of pinwarden");
  if (!saw_version_) return Fail("it does not say its version");
  if (!saw_nodes_ || !saw_rows_) return Fail("it has no nodes or no rows");
  if (saw_row_ && !saw_source_) {
    return Fail("it has rows, but no node that they are of");
  }
  return true;
}

}  // namespace pinwarden
