// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "doctor/setting_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

using Kind = ConfigValue::Kind;

// As it stands between dots: in quotes where it has to be.
std::string KeyText(absl::string_view key) {
  const bool bare =
      !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
               c == '-';
      });
  return bare ? std::string(key) : Quote(key);
}

// "required_plugins", "requiredPlugins", "nri_validator_required_plugins".
bool MeansRequiredPlugins(absl::string_view key) {
  const std::string plain =
      absl::AsciiStrToLower(absl::StrReplaceAll(key, {{"_", ""}, {"-", ""}}));
  return plain == "requiredplugins" || plain == "nrivalidatorrequiredplugins";
}

bool HoldsPinwarden(const ConfigValue& value) {
  const auto ours = [](const ConfigValue& item) {
    return item.kind == Kind::kString && NamesPinwarden(item.text);
  };
  return ours(value) ||
         std::any_of(value.items.begin(), value.items.end(), ours);
}

std::string TableText(const std::vector<std::string>& path) {
  if (path.empty()) return "no table";
  return absl::StrCat(
      "[",
      absl::StrJoin(path, ".",
                    [](std::string* text, const std::string& part) {
                      text->append(KeyText(part));
                    }),
      "]");
}

void Search(const ConfigValue& table, std::vector<std::string>& path,
            const std::vector<std::string>& right,
            std::vector<Misplaced>& out) {
  for (const auto& [key, value] : table.table) {
    if (value.kind == Kind::kTable) {
      path.push_back(key);
      Search(value, path, right, out);
      path.pop_back();
    } else if (path != right && MeansRequiredPlugins(key) &&
               HoldsPinwarden(value)) {
      out.push_back({TableText(path), value.Place()});
    }
  }
}

}  // namespace

const ConfigValue* SettingReader::Find(absl::string_view key) const {
  return table_ == nullptr ? nullptr : FindKey(*table_, key, exact_);
}

void SettingReader::WrongType(absl::string_view key, const ConfigValue& value,
                              absl::string_view wanted) {
  errors_.push_back(absl::StrCat(value.Place(), ":", value.column, ": ", key,
                                 " is ", KindName(value.kind),
                                 " and has to be ", wanted));
}

void SettingReader::Read(absl::string_view key, Setting<bool>& out) {
  const ConfigValue* value = Find(key);
  if (value == nullptr) return;
  if (value->kind != Kind::kBoolean) {
    return WrongType(key, *value, KindName(Kind::kBoolean));
  }
  out = {value->boolean, value->Place()};
}

void SettingReader::Read(absl::string_view key, Setting<std::string>& out) {
  const ConfigValue* value = Find(key);
  if (value == nullptr) return;
  if (value->kind != Kind::kString) {
    return WrongType(key, *value, KindName(Kind::kString));
  }
  out = {value->text, value->Place()};
}

void SettingReader::Read(absl::string_view key, Setting<absl::Duration>& out) {
  const ConfigValue* value = Find(key);
  if (value == nullptr) return;
  absl::Duration duration;
  if (value->kind == Kind::kInteger) {
    duration = absl::Nanoseconds(value->integer);
  } else if (value->kind != Kind::kString ||
             !absl::ParseDuration(value->text, &duration)) {
    return WrongType(key, *value, "a duration such as \"2s\"");
  }
  out = {duration, value->Place()};
}

void SettingReader::Read(absl::string_view key,
                         Setting<std::vector<std::string>>& out) {
  const ConfigValue* value = Find(key);
  if (value == nullptr) return;
  std::vector<std::string> items;
  for (const ConfigValue& item : value->items) {
    if (item.kind != Kind::kString) {
      return WrongType(key, item, "an array of strings");
    }
    items.push_back(item.text);
  }
  if (value->kind != Kind::kArray) {
    return WrongType(key, *value, "an array of strings");
  }
  out = {std::move(items), value->Place()};
}

const ConfigValue* SettingReader::Table(absl::string_view key) {
  const ConfigValue* value = Find(key);
  if (value == nullptr || value->kind == Kind::kTable) return value;
  WrongType(key, *value, KindName(Kind::kTable));
  return nullptr;
}

void FindMisplaced(const ConfigValue& file,
                   const std::vector<std::string>& right,
                   std::vector<Misplaced>& out) {
  std::vector<std::string> path;
  Search(file, path, right, out);
}

}  // namespace pinwarden
