// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DOCTOR_SETTING_READER_H_
#define PINWARDEN_SRC_DOCTOR_SETTING_READER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "doctor/config_value.h"
#include "pinwarden/runtime_config.h"

namespace pinwarden {

// Takes single settings out of a table. A value of the wrong type keeps a
// runtime from starting, so it goes to `errors`.
class SettingReader {
 public:
  // `table` may be null: then nothing is set. `exact`: case counts in keys.
  SettingReader(const ConfigValue* table, bool exact,
                std::vector<std::string>& errors)
      : table_(table), exact_(exact), errors_(errors) {}

  void Read(absl::string_view key, Setting<bool>& out);
  void Read(absl::string_view key, Setting<std::string>& out);
  // "2s", or an integer of nanoseconds.
  void Read(absl::string_view key, Setting<absl::Duration>& out);
  void Read(absl::string_view key, Setting<std::vector<std::string>>& out);

  // The table of that name in this one, or null.
  const ConfigValue* Table(absl::string_view key);

 private:
  const ConfigValue* Find(absl::string_view key) const;
  void WrongType(absl::string_view key, const ConfigValue& value,
                 absl::string_view wanted);

  const ConfigValue* const table_;
  const bool exact_;
  std::vector<std::string>& errors_;
};

// Looks through a whole file for lists of required plugins that have ours in
// them and are not in `right`, the path of the validator's table.
void FindMisplaced(const ConfigValue& file,
                   const std::vector<std::string>& right,
                   std::vector<Misplaced>& out);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DOCTOR_SETTING_READER_H_
