// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_CONFIG_VALUE_H_
#define PINWARDEN_SRC_DOCTOR_CONFIG_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pinwarden {

inline constexpr size_t kMaxConfigBytes = 1 << 20;
// How many parts a dotted key may have. The parser bounds how deep arrays and
// inline tables nest, but not this.
inline constexpr size_t kMaxKeyParts = 64;

// One value of a TOML file, and where it stands. A plain value.
struct ConfigValue {
  enum class Kind { kTable, kArray, kString, kBoolean, kInteger, kOther };

  Kind kind = Kind::kTable;
  std::string text;                          // of kString
  bool boolean = false;                      // of kBoolean
  int64_t integer = 0;                       // of kInteger
  std::vector<ConfigValue> items;            // of kArray
  std::map<std::string, ConfigValue> table;  // of kTable
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  // "FILE:LINE", fit for a terminal.
  std::string Place() const;
};

absl::string_view KindName(ConfigValue::Kind kind);  // "a table", "a string"

// Parses the text of the file that is to be called `file`. The result is a
// table.
//
// kInvalidArgument: not TOML, or keys with over kMaxKeyParts parts; the message
//   starts with FILE:LINE:COLUMN.
absl::StatusOr<ConfigValue> ParseConfig(absl::string_view text,
                                        absl::string_view file);

// The entry of `table` with that key, or null. Unless `exact`, one whose case
// differs is taken where there is no exact one.
const ConfigValue* FindKey(const ConfigValue& table, absl::string_view key,
                           bool exact);

// Puts `from` over `to`, table by table and key by key: what is no table in
// both replaces what was there. This is what containerd does since 2.0.
void MergeTables(const ConfigValue& from, ConfigValue& to);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_CONFIG_VALUE_H_
