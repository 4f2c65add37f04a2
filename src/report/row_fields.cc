// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "report/row_fields.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"
#include "pinwarden/record.h"

namespace pinwarden {
namespace {

enum class Field {
  kNamespace,
  kWorkloadKind,
  kWorkload,
  kContainer,
  kImage,
  kReason,
  kRule,
  kOutcome,
  kFirst,
  kLast,
  kLastPod,
  kNode,
  kPolicySha256,
  kPolicyFile,
  kMode,
  kConfidence,
  kMessage,
  kCount,
  kBreakGlass,
  kNodes,
  kPolicyLine,
  kLabels,
  kOtherNames,
};

using Fields = absl::flat_hash_map<absl::string_view, Field>;

const Fields& RowFields() {
  static const Fields& fields = *new Fields{
      {"namespace", Field::kNamespace},
      {"workload_kind", Field::kWorkloadKind},
      {"workload", Field::kWorkload},
      {"container", Field::kContainer},
      {"image", Field::kImage},
      {"reason", Field::kReason},
      {"rule", Field::kRule},
      {"outcome", Field::kOutcome},
      {"first", Field::kFirst},
      {"last", Field::kLast},
      {"last_pod", Field::kLastPod},
      {"node", Field::kNode},
      {"policy_sha256", Field::kPolicySha256},
      {"policy_file", Field::kPolicyFile},
      {"mode", Field::kMode},
      {"confidence", Field::kConfidence},
      {"message", Field::kMessage},
      {"count", Field::kCount},
      {"break_glass", Field::kBreakGlass},
      {"nodes", Field::kNodes},
      {"policy_line", Field::kPolicyLine},
      {"labels", Field::kLabels},
      {"other_names", Field::kOtherNames},
  };
  return fields;
}

// The value of an enum by its name in JSON.
template <typename Enum>
std::optional<Enum> FromName(absl::string_view name, Enum last) {
  for (int i = 0; i <= last; ++i) {
    if (NameOf(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// Two digits at `at`, or -1.
int TwoDigits(absl::string_view text, size_t at) {
  const auto digit = [&](size_t i) { return text[i] - '0'; };
  if (digit(at) < 0 || digit(at) > 9 || digit(at + 1) < 0 ||
      digit(at + 1) > 9) {
    return -1;
  }
  return digit(at) * 10 + digit(at + 1);
}

// "2026-11-21T13:05:00.000000Z", as our own reports have it: many times faster
// than what absl::ParseTime does for any form.
std::optional<absl::Time> ParseOwnTime(absl::string_view text) {
  if (text.size() != 27 || text[4] != '-' || text[7] != '-' ||
      text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != '.' || text[26] != 'Z') {
    return std::nullopt;
  }
  int part[9];
  constexpr size_t kAt[9] = {0, 2, 5, 8, 11, 14, 17, 20, 22};
  for (size_t i = 0; i < 9; ++i) {
    part[i] = TwoDigits(text, kAt[i]);
    if (part[i] < 0) return std::nullopt;
  }
  const int last = TwoDigits(text, 24);
  const absl::CivilSecond civil(part[0] * 100 + part[1], part[2], part[3],
                                part[4], part[5], part[6]);
  // A day that is not in the calendar comes out as another one.
  if (last < 0 || civil.day() != part[3] || civil.second() != part[6]) {
    return std::nullopt;
  }
  return absl::FromCivil(civil, absl::UTCTimeZone()) +
         absl::Microseconds((part[7] * 100 + part[8]) * 100 + last);
}

std::optional<absl::Time> ParseAnyTime(const std::string& text) {
  const auto own = ParseOwnTime(text);
  if (own.has_value()) return own;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return std::nullopt;
  }
  return time;
}

Taken SetTime(const std::string& text, google::protobuf::Timestamp* out) {
  const auto time = ParseAnyTime(text);
  if (!time.has_value()) return Taken::kBadValue;
  const int64_t seconds = absl::ToUnixSeconds(*time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds))));
  return Taken::kYes;
}

template <typename Enum, typename Object>
Taken SetEnum(const std::string& name, Enum last, Object* object,
              void (Object::*set)(Enum)) {
  const auto value = FromName(name, last);
  if (!value.has_value()) return Taken::kBadValue;
  (object->*set)(*value);
  return Taken::kYes;
}

// 32 bits of a number.
template <typename Set>
Taken SetSmall(uint64_t value, Set set) {
  if (value > std::numeric_limits<uint32_t>::max()) return Taken::kBadValue;
  set(static_cast<uint32_t>(value));
  return Taken::kYes;
}

// The members that are plain text; null for the others.
std::string* PlainText(Field field, v1::LedgerRow* row) {
  // One function a field, since none of them has an address of its own kind.
  static const absl::flat_hash_map<Field, std::string* (*)(v1::LedgerRow*)>&
      texts = *new absl::flat_hash_map<Field, std::string* (*)(v1::LedgerRow*)>{
          {Field::kNamespace, [](auto* r) { return r->mutable_namespace_(); }},
          {Field::kWorkloadKind,
           [](auto* r) { return r->mutable_workload_kind(); }},
          {Field::kWorkload, [](auto* r) { return r->mutable_workload(); }},
          {Field::kContainer, [](auto* r) { return r->mutable_container(); }},
          {Field::kImage, [](auto* r) { return r->mutable_image(); }},
          {Field::kRule, [](auto* r) { return r->mutable_rule(); }},
          {Field::kLastPod, [](auto* r) { return r->mutable_last_pod(); }},
          {Field::kNode, [](auto* r) { return r->mutable_node(); }},
          {Field::kPolicySha256,
           [](auto* r) { return r->mutable_policy_sha256(); }},
          {Field::kPolicyFile,
           [](auto* r) { return r->mutable_policy_file(); }},
          {Field::kMessage, [](auto* r) { return r->mutable_message(); }},
      };
  const auto found = texts.find(field);
  return found == texts.end() ? nullptr : found->second(row);
}

}  // namespace

Taken SetText(absl::string_view key, std::string& value, ReadRow* read) {
  const auto found = RowFields().find(key);
  if (found == RowFields().end()) return Taken::kUnknown;
  v1::LedgerRow* const row = &read->row;
  if (std::string* const text = PlainText(found->second, row)) {
    *text = value;  // which keeps both buffers for the next one
    return Taken::kYes;
  }
  if (found->second == Field::kReason) {
    return SetEnum(value, v1::Reason_MAX, row, &v1::LedgerRow::set_reason);
  }
  if (found->second == Field::kOutcome) {
    return SetEnum(value, v1::Outcome_MAX, row, &v1::LedgerRow::set_outcome);
  }
  if (found->second == Field::kMode) {
    return SetEnum(value, v1::Mode_MAX, row, &v1::LedgerRow::set_mode);
  }
  if (found->second == Field::kConfidence) {
    return SetEnum(value, v1::Confidence_MAX, row,
                   &v1::LedgerRow::set_confidence);
  }
  if (found->second == Field::kFirst) {
    return SetTime(value, row->mutable_first());
  }
  if (found->second == Field::kLast) return SetTime(value, row->mutable_last());
  return Taken::kWrongType;
}

Taken SetNumber(absl::string_view key, uint64_t value, ReadRow* read) {
  const auto found = RowFields().find(key);
  if (found == RowFields().end()) return Taken::kUnknown;
  v1::LedgerRow& row = read->row;
  if (found->second == Field::kCount) {
    row.set_count(value);
    return Taken::kYes;
  }
  if (found->second == Field::kBreakGlass) {
    row.set_break_glass(value);
    return Taken::kYes;
  }
  if (found->second == Field::kNodes) {
    return SetSmall(value, [read](uint32_t nodes) { read->nodes = nodes; });
  }
  if (found->second == Field::kPolicyLine) {
    return SetSmall(value, [&row](uint32_t l) { row.set_policy_line(l); });
  }
  return Taken::kWrongType;
}

bool HasMember(absl::string_view key, const ReadRow&) {
  return RowFields().contains(key);
}

Taken SetText(absl::string_view key, std::string& value, v1::LedgerHour* hour) {
  if (key == "start") return SetTime(value, hour->mutable_start());
  if (key == "namespace") {
    hour->set_namespace_(value);
    return Taken::kYes;
  }
  if (key == "outcome") {
    return SetEnum(value, v1::Outcome_MAX, hour, &v1::LedgerHour::set_outcome);
  }
  if (key == "reason") {
    return SetEnum(value, v1::Reason_MAX, hour, &v1::LedgerHour::set_reason);
  }
  return key == "count" ? Taken::kWrongType : Taken::kUnknown;
}

Taken SetNumber(absl::string_view key, uint64_t value, v1::LedgerHour* hour) {
  if (key != "count") {
    return HasMember(key, *hour) ? Taken::kWrongType : Taken::kUnknown;
  }
  hour->set_count(value);
  return Taken::kYes;
}

bool HasMember(absl::string_view key, const v1::LedgerHour&) {
  return key == "start" || key == "namespace" || key == "outcome" ||
         key == "reason" || key == "count";
}

Taken SetText(absl::string_view key, std::string& value, ReportSource* source) {
  if (key == "node") {
    source->node = value;
  } else if (key == "version") {
    source->version = value;
  } else if (key == "policy_sha256") {
    source->policy_sha256 = value;
  } else if (key == "mode") {
    const auto mode = FromName(value, v1::Mode_MAX);
    if (!mode.has_value()) return Taken::kBadValue;
    source->mode = *mode;
  } else if (key == "oldest") {
    if (value.empty()) return Taken::kYes;
    const auto time = ParseAnyTime(value);
    if (!time.has_value()) return Taken::kBadValue;
    source->oldest = *time;
  } else {
    return Taken::kUnknown;
  }
  return Taken::kYes;
}

bool HasMember(absl::string_view key, const ReportSource&) {
  return key == "node" || key == "version" || key == "policy_sha256" ||
         key == "mode" || key == "oldest";
}

}  // namespace pinwarden
