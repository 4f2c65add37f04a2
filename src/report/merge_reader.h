// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_MERGE_READER_H_
#define PINWARDEN_REPORT_MERGE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "report/row_fields.h"

namespace pinwarden {

// Called with each part of a report as it is read.
struct MergeSink {
  std::function<void(const ReportSource&)> source;
  std::function<void(ReadRow&)> row;  // may take what is in it
  std::function<void(const v1::LedgerHour&)> hour;
};

// Takes a report's JSON token by token, and keeps one object of it at a time.
// What it does not know it steps over; what it knows has to be right. The
// parser stops at the first function that returns false.
class MergeReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit MergeReader(MergeSink sink) : sink_(std::move(sink)) {}

  // Whether all that a report needs was there; else error() says what is not.
  bool Complete();

  const std::string& error() const { return error_; }  // without hostile bytes

  bool null() override;
  bool boolean(bool value) override;
  bool number_integer(number_integer_t value) override;
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t value, const string_t& text) override;
  bool string(string_t& value) override;
  bool binary(binary_t& value) override;
  bool start_object(size_t elements) override;
  bool key(string_t& value) override;
  bool end_object() override;
  bool start_array(size_t elements) override;
  bool end_array() override;
  bool parse_error(size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override;

 private:
  // Which array of the report we are in.
  enum class Section { kNone, kNodes, kRows, kHours };
  // How deep that is.
  enum Depth : int { kOutside, kReport, kSection, kObject, kInRow };

  bool Fail(absl::string_view what);
  bool Check(Taken taken);
  bool StepOver();  // into a value that we do not know
  bool IsKnownKey() const;
  bool OtherValue();  // null, a bool, a negative number, a float
  bool EndElement();
  Taken SetElementText(std::string& value);
  Taken SetElementNumber(uint64_t value);

  const MergeSink sink_;
  std::string error_;
  int depth_ = kOutside;
  int skipping_ = 0;  // how deep in a value that we do not know
  Section section_ = Section::kNone;
  std::string report_key_;
  std::string object_key_;
  std::string label_key_;
  bool saw_format_ = false;
  bool saw_version_ = false;
  bool saw_nodes_ = false;
  bool saw_rows_ = false;
  bool saw_row_ = false;
  bool saw_source_ = false;
  ReadRow row_;
  v1::LedgerHour hour_;
  ReportSource source_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_MERGE_READER_H_
