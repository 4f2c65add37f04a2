// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_REPORT_ROW_FIELDS_H_
#define PINWARDEN_REPORT_ROW_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pinwarden/report_data.h"
#include "pinwarden/v1/ledger.pb.h"

namespace pinwarden {

// A row as it is read from JSON.
struct ReadRow {
  v1::LedgerRow row;
  uint32_t nodes = 1;

  void Clear() {
    row.Clear();
    nodes = 1;
  }
};

// Whether a member of an object was taken.
enum class Taken {
  kYes,
  kUnknown,    // there is no such member: a newer version may write it
  kWrongType,  // it is of another type
  kBadValue,
};

// Each sets the member `key` of one object. Of a ReadRow, "labels" and
// "other_names" are kWrongType: the caller reads what is in them.
Taken SetText(absl::string_view key, std::string& value, ReadRow* row);
Taken SetNumber(absl::string_view key, uint64_t value, ReadRow* row);
Taken SetText(absl::string_view key, std::string& value, v1::LedgerHour* hour);
Taken SetNumber(absl::string_view key, uint64_t value, v1::LedgerHour* hour);
Taken SetText(absl::string_view key, std::string& value, ReportSource* source);

// Whether an object of that kind has a member of that name.
bool HasMember(absl::string_view key, const ReadRow& row);
bool HasMember(absl::string_view key, const v1::LedgerHour& hour);
bool HasMember(absl::string_view key, const ReportSource& source);

}  // namespace pinwarden

#endif  // PINWARDEN_REPORT_ROW_FIELDS_H_
