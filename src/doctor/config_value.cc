// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/config_value.h"

#include <toml++/toml.h>

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctor/key_parts.h"
#include "doctor/show.h"

namespace pinwarden {
namespace {

using FileName = std::shared_ptr<const std::string>;

absl::Status Bad(absl::string_view file, size_t line, size_t column,
                 absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(Show(file), ":", line, ":", column, ": ", Show(why)));
}

// Recursion is bounded: by the parser, and by kMaxKeyParts.
ConfigValue Convert(const toml::node& node, const FileName& file) {
  ConfigValue value;
  value.file = file;
  value.line = static_cast<int>(node.source().begin.line);
  value.column = static_cast<int>(node.source().begin.column);
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, child] : *table) {
      value.table.emplace(std::string(key.str()), Convert(child, file));
    }
  } else if (const toml::array* array = node.as_array()) {
    value.kind = ConfigValue::Kind::kArray;
    for (const toml::node& item : *array) {
      value.items.push_back(Convert(item, file));
    }
  } else if (const auto* text = node.as_string()) {
    value.kind = ConfigValue::Kind::kString;
    value.text = text->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = ConfigValue::Kind::kBoolean;
    value.boolean = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = ConfigValue::Kind::kInteger;
    value.integer = integer->get();
  } else {
    value.kind = ConfigValue::Kind::kOther;
  }
  return value;
}

}  // namespace

std::string ConfigValue::Place() const {
  return absl::StrCat(file == nullptr ? "" : Show(*file), ":", line);
}

absl::string_view KindName(ConfigValue::Kind kind) {
  switch (kind) {
    case ConfigValue::Kind::kTable:
      return "a table";
    case ConfigValue::Kind::kArray:
      return "an array";
    case ConfigValue::Kind::kString:
      return "a string";
    case ConfigValue::Kind::kBoolean:
      return "true or false";
    case ConfigValue::Kind::kInteger:
      return "an integer";
    case ConfigValue::Kind::kOther:
      return "a number or a date";
  }
  return "a value";
}

absl::StatusOr<ConfigValue> ParseConfig(absl::string_view text,
                                        absl::string_view file) {
  if (const size_t line = LineWithTooManyParts(text, kMaxKeyParts); line > 0) {
    return Bad(file, line, 1,
               absl::StrCat("a key of more than ", kMaxKeyParts, " parts"));
  }
  const toml::parse_result result =
      toml::parse(std::string_view(text.data(), text.size()));
  if (!result) {
    const toml::source_position at = result.error().source().begin;
    const std::string_view why = result.error().description();
    return Bad(file, at.line, at.column, {why.data(), why.size()});
  }
  return Convert(result.table(), std::make_shared<const std::string>(file));
}

const ConfigValue* FindKey(const ConfigValue& table, absl::string_view key,
                           bool exact) {
  const auto found = table.table.find(std::string(key));
  if (found != table.table.end()) return &found->second;
  if (exact) return nullptr;
  for (const auto& [name, value] : table.table) {
    if (absl::EqualsIgnoreCase(name, key)) return &value;
  }
  return nullptr;
}

void MergeTables(const ConfigValue& from, ConfigValue& to) {
  for (const auto& [key, value] : from.table) {
    const auto [entry, added] = to.table.try_emplace(key, value);
    if (added) continue;
    if (value.kind == ConfigValue::Kind::kTable &&
        entry->second.kind == ConfigValue::Kind::kTable) {
      MergeTables(value, entry->second);
    } else {
      entry->second = value;
    }
  }
}

}  // namespace pinwarden
