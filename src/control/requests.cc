// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "control/requests.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pinwarden/glob.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

absl::Status CheckCount(absl::string_view field, int count, size_t most) {
  if (static_cast<size_t>(count) <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", count, " values, at most ", most));
}

absl::Status CheckBytes(absl::string_view field, absl::string_view text,
                        size_t most) {
  if (text.size() <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", text.size(), " bytes, at most ", most));
}

std::string Element(absl::string_view field, int index) {
  return absl::StrCat(field, "[", index, "]");
}

// `values` are of an open protobuf enum, in which 0 stands for nothing.
absl::Status CheckEnums(absl::string_view field,
                        const google::protobuf::RepeatedField<int>& values,
                        bool (*is_valid)(int)) {
  PW_RETURN_IF_ERROR(CheckCount(field, values.size(), kMaxFilterValues));
  for (int i = 0; i < values.size(); ++i) {
    if (values[i] != 0 && is_valid(values[i])) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(Element(field, i), ": no such value: ", values[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Glob>> MakeGlobs(
    const google::protobuf::RepeatedPtrField<std::string>& namespaces) {
  PW_RETURN_IF_ERROR(
      CheckCount("namespaces", namespaces.size(), kMaxFilterValues));
  std::vector<Glob> globs;
  for (int i = 0; i < namespaces.size(); ++i) {
    PW_RETURN_IF_ERROR(CheckBytes(Element("namespaces", i), namespaces[i],
                                  kMaxFilterPatternBytes));
    globs.emplace_back(namespaces[i]);
  }
  return globs;
}

// What a WatchDecisionsRequest asks for, in a form quick to apply.
struct Wanted {
  std::vector<int> outcomes;
  std::vector<int> reasons;
  std::vector<Glob> namespaces;

  static bool Has(const std::vector<int>& values, int value) {
    return values.empty() ||
           std::find(values.begin(), values.end(), value) != values.end();
  }

  bool Matches(const v1::Decision& decision) const {
    if (!Has(outcomes, decision.outcome())) return false;
    if (!Has(reasons, decision.reason())) return false;
    return namespaces.empty() ||
           std::any_of(namespaces.begin(), namespaces.end(),
                       [&decision](const Glob& glob) {
                         return glob.Matches(decision.namespace_());
                       });
  }
};

}  // namespace

absl::Status ValidateCheck(const v1::CheckRequest& request) {
  if (request.images().empty()) {
    return absl::InvalidArgumentError("images: none given");
  }
  PW_RETURN_IF_ERROR(
      CheckCount("images", request.images_size(), kMaxCheckedImages));
  for (int i = 0; i < request.images_size(); ++i) {
    PW_RETURN_IF_ERROR(CheckBytes(Element("images", i), request.images(i),
                                  kMaxCheckedImageBytes));
  }
  PW_RETURN_IF_ERROR(
      CheckBytes("namespace", request.namespace_(), kMaxCheckedNamespaceBytes));
  PW_RETURN_IF_ERROR(CheckCount(
      "labels", static_cast<int>(request.labels().size()), kMaxCheckedLabels));
  for (const auto& [key, value] : request.labels()) {
    PW_RETURN_IF_ERROR(CheckBytes("labels, a key", key, kMaxCheckedLabelBytes));
    PW_RETURN_IF_ERROR(
        CheckBytes("labels, a value", value, kMaxCheckedLabelBytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<Subscription::Filter> MakeFilter(
    const v1::WatchDecisionsRequest& request) {
  PW_RETURN_IF_ERROR(
      CheckEnums("outcomes", request.outcomes(), v1::Outcome_IsValid));
  PW_RETURN_IF_ERROR(
      CheckEnums("reasons", request.reasons(), v1::Reason_IsValid));
  Wanted wanted;
  PW_ASSIGN_OR_RETURN(wanted.namespaces, MakeGlobs(request.namespaces()));
  wanted.outcomes.assign(request.outcomes().begin(), request.outcomes().end());
  wanted.reasons.assign(request.reasons().begin(), request.reasons().end());
  return Subscription::Filter(
      [wanted = std::move(wanted)](const v1::Decision& decision) {
        return wanted.Matches(decision);
      });
}

absl::StatusOr<LedgerQuery> MakeLedgerQuery(
    const v1::ReadLedgerRequest& request) {
  LedgerQuery query;
  if (request.has_since()) {
    query.since = absl::FromUnixSeconds(request.since().seconds()) +
                  absl::Nanoseconds(request.since().nanos());
  }
  PW_ASSIGN_OR_RETURN(query.namespaces, MakeGlobs(request.namespaces()));
  return query;
}

}  // namespace pinwarden
