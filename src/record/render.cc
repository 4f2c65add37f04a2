// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// A record as text: a line for the log, an object for programs.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/quote.h"
#include "pinwarden/record.h"
#include "pinwarden/workload_owner.h"

namespace pinwarden {
namespace {

bool IsPlain(char c) {
  static constexpr absl::string_view kMarks = "._:/@+-";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         kMarks.find(c) != absl::string_view::npos;
}

// As it is where no reader of key=value could take it for something else.
std::string QuoteUnlessPlain(absl::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), IsPlain)) {
    return std::string(text);
  }
  return Quote(text);
}

// Always six digits, so that text in order is time in order.
std::string Rfc3339(const google::protobuf::Timestamp& time) {
  return absl::FormatTime(
      "%Y-%m-%d%ET%H:%M:%E6SZ",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::UTCTimeZone());
}

// " workload=Deployment/web"; nothing where it is not known.
std::string WorkloadPair(const v1::Decision& decision) {
  if (decision.workload_kind().empty()) return "";
  return absl::StrCat(
      " workload=", QuoteUnlessPlain(absl::StrCat(decision.workload_kind(), "/",
                                                  decision.workload())));
}

// In order of the keys, as std::map has them.
nlohmann::json Labels(const LabelMap& labels) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [key, value] : labels) json[key] = value;
  return json;
}

}  // namespace

std::string ToLogLine(const v1::Decision& decision) {
  std::string line = absl::StrCat(
      "event=decision outcome=", NameOf(decision.outcome()),
      " reason=", NameOf(decision.reason()),
      " rule=", QuoteUnlessPlain(decision.rule()), " policy=",
      QuoteUnlessPlain(
          absl::StrCat(decision.policy_file(), ":", decision.policy_line())),
      " generation=", decision.policy_generation(),
      " mode=", NameOf(decision.mode()),
      " trigger=", NameOf(decision.trigger()),
      " namespace=", QuoteUnlessPlain(decision.namespace_()),
      " pod=", QuoteUnlessPlain(decision.pod()), WorkloadPair(decision),
      " container=", QuoteUnlessPlain(decision.container()));
  absl::StrAppend(&line, " image=", Quote(decision.image()),
                  " source=", NameOf(decision.confidence()),
                  " latency_us=", decision.latency_us());
  if (decision.break_glass()) absl::StrAppend(&line, " break_glass=true");
  if (decision.other_names_size() > 0) {
    absl::StrAppend(&line, " other_names=",
                    Quote(absl::StrJoin(decision.other_names(), " ")));
  }
  // So that it can be looked at, or stopped.
  if (decision.outcome() == v1::OUTCOME_SLIPPED_ALLOWED ||
      decision.outcome() == v1::OUTCOME_SLIPPED_VIOLATION) {
    absl::StrAppend(
        &line, " container_id=", QuoteUnlessPlain(decision.container_id()));
  }
  // There the message knows more than the keys: which byte is wrong, or which
  // other name was judged.
  if (decision.reason() == v1::REASON_MALFORMED_REFERENCE ||
      decision.other_names_size() > 0) {
    absl::StrAppend(&line, " message=", Quote(decision.message(), 1024));
  }
  return line;
}

std::string ToJson(const v1::Decision& decision) {
  const auto name = [](absl::string_view text) { return std::string(text); };
  nlohmann::ordered_json json;
  json["time"] = Rfc3339(decision.time());
  json["trigger"] = name(NameOf(decision.trigger()));
  json["outcome"] = name(NameOf(decision.outcome()));
  json["reason"] = name(NameOf(decision.reason()));
  json["mode"] = name(NameOf(decision.mode()));
  json["rule"] = decision.rule();
  json["policy_file"] = decision.policy_file();
  json["policy_line"] = decision.policy_line();
  json["policy_generation"] = decision.policy_generation();
  json["namespace"] = decision.namespace_();
  json["pod"] = decision.pod();
  json["pod_uid"] = decision.pod_uid();
  json["container"] = decision.container();
  json["container_id"] = decision.container_id();
  json["image"] = decision.image();
  json["confidence"] = name(NameOf(decision.confidence()));
  json["other_names"] = decision.other_names();
  json["message"] = decision.message();
  json["latency_us"] = decision.latency_us();
  json["runtime_name"] = decision.runtime_name();
  json["runtime_version"] = decision.runtime_version();
  json["labels"] = Labels(decision.labels());
  json["workload_kind"] = decision.workload_kind();
  json["workload"] = decision.workload();
  json["policy_sha256"] = decision.policy_sha256();
  json["break_glass"] = decision.break_glass();
  json["static_pod"] = decision.static_pod();
  // ASCII only: a terminal that shows it acts on no byte of it. Should a record
  // from elsewhere hold invalid UTF-8, it is replaced rather than thrown about.
  return json.dump(-1, ' ', true,
                   nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace pinwarden
