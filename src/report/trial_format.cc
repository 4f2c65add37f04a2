// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What another policy would change, for people and for programs.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pinwarden/policy_trial.h"
#include "pinwarden/record.h"
#include "report/json_writer.h"
#include "report/shown.h"
#include "report/table.h"

namespace pinwarden {
namespace {

constexpr size_t kUnknownWidth = 80;
constexpr absl::string_view kIndent = "  ";

absl::string_view Heading(TrialChange change) {
  switch (change) {
    case TrialChange::kNewlyRefused:
      return "NEWLY REFUSED: let in without complaint until now";
    case TrialChange::kNewlyEnforced:
      return "NEWLY ENFORCED: only observed until now";
    case TrialChange::kNewlyAllowed:
      return "NEWLY ALLOWED: against the policy until now";
    case TrialChange::kUnchanged:
      return "UNCHANGED";
  }
  return "";
}

absl::string_view ColourOf(TrialChange change) {
  switch (change) {
    case TrialChange::kNewlyRefused:
      return "1;31";
    case TrialChange::kNewlyEnforced:
      return "1;33";
    case TrialChange::kNewlyAllowed:
      return "1;32";
    case TrialChange::kUnchanged:
      return "1";
  }
  return "";
}

std::vector<std::string> Cells(const TrialEntry& entry, const ReportRow& row) {
  return {Shown(absl::StrCat(row.name_space, "/", WorkloadName(row))),
          Shown(row.container), row.image.empty() ? "-" : Shown(row.image),
          std::string(NameOf(row.outcome)),
          absl::StrCat("-> ", OutcomeName(entry.outcome))};
}

std::string Paint(absl::string_view code, absl::string_view text,
                  bool enabled) {
  if (!enabled) return std::string(text);
  return absl::StrCat("\x1b[", code, "m", text, "\x1b[0m");
}

void WriteJudgement(absl::string_view key, absl::string_view outcome,
                    absl::string_view reason, absl::string_view rule,
                    absl::string_view message, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Member("outcome", outcome);
  json.Member("reason", reason);
  json.Member("rule", rule);
  json.Member("message", message);
  json.EndObject();
}

}  // namespace

void WriteTrialText(const PolicyTrial& trial, const Policy& policy,
                    const ReportData& data, const ReportTextOptions& options,
                    std::ostream& out) {
  const size_t width = options.width > 0 ? options.width : kUnknownWidth;
  out << Shown(policy.file()) << ": "
      << Count(trial.count(TrialChange::kNewlyRefused), "container")
      << " newly refused, " << trial.count(TrialChange::kNewlyEnforced)
      << " newly enforced, " << trial.count(TrialChange::kNewlyAllowed)
      << " newly allowed, " << trial.count(TrialChange::kUnchanged)
      << " unchanged\n";
  TableLayout table({{"WORKLOAD", false, true},
                     {"CONTAINER", false, true},
                     {"IMAGE", false, true},
                     {"WAS"},
                     {"IS NOW"}});
  for (const TrialEntry& entry : trial.entries) {
    table.Learn(Cells(entry, data.row(entry.row)));
  }
  if (options.width > 0) table.FitInto(width - kIndent.size());
  TrialChange last = TrialChange::kUnchanged;
  for (const TrialEntry& entry : trial.entries) {
    if (entry.change != last) {
      last = entry.change;
      out << '\n'
          << Paint(ColourOf(last), Heading(last), options.colour) << '\n'
          << kIndent << table.Titles() << '\n';
    }
    out << kIndent << table.Line(Cells(entry, data.row(entry.row))) << '\n';
    if (entry.change != TrialChange::kNewlyAllowed) {
      const VerdictText text = SplitVerdictMessage(entry.message);
      out << Paint("36", Wrap(text.why, "    ", width), options.colour)
          << Paint("36", Wrap(text.advice, "    -> ", width), options.colour);
    }
  }
}

void WriteTrialJson(const PolicyTrial& trial, const Policy& policy,
                    const ReportData& data, std::ostream& out) {
  {
    JsonWriter json(out);
    json.BeginObject();
    json.Key("policy");
    json.BeginObject();
    json.Member("file", policy.file());
    json.Member("sha256", policy.sha256());
    json.EndObject();
    json.Key("summary");
    json.BeginObject();
    for (const TrialChange change :
         {TrialChange::kNewlyRefused, TrialChange::kNewlyEnforced,
          TrialChange::kNewlyAllowed, TrialChange::kUnchanged}) {
      json.Member(TrialChangeName(change), trial.count(change));
    }
    json.EndObject();
    json.Key("changes");
    json.BeginArray();
    for (const TrialEntry& entry : trial.entries) {
      const ReportRow row = data.row(entry.row);
      json.BeginObject();
      json.Member("change", TrialChangeName(entry.change));
      json.Member("namespace", row.name_space);
      json.Member("workload_kind", row.workload_kind);
      json.Member("workload", row.workload);
      json.Member("container", row.container);
      json.Member("image", row.image);
      json.Member("count", row.count);
      json.Member("last", Rfc3339(row.last));
      WriteJudgement("was", NameOf(row.outcome), NameOf(row.reason), row.rule,
                     row.message, json);
      WriteJudgement("now", OutcomeName(entry.outcome),
                     ReasonName(entry.reason), entry.rule, entry.message, json);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  out << '\n';
}

}  // namespace pinwarden
