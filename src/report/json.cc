// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// The JSON form. docs/report.md is its schema and says what may change without
// a new version.
#include <string>

#include "absl/strings/str_cat.h"
#include "pinwarden/record.h"
#include "pinwarden/report_format.h"
#include "pinwarden/verdict.h"
#include "pinwarden/version.h"
#include "report/json_format.h"
#include "report/json_writer.h"
#include "report/shown.h"

namespace pinwarden {
namespace {

void WriteSources(const ReportData& data, JsonWriter& json) {
  json.Key("nodes");
  json.BeginArray();
  for (const ReportSource& source : data.sources()) {
    json.BeginObject();
    json.Member("node", source.node);
    json.Member("version", source.version);
    json.Member("policy_sha256", source.policy_sha256);
    json.Member("mode", NameOf(source.mode));
    json.Member("oldest", source.oldest == absl::InfiniteFuture()
                              ? ""
                              : Rfc3339(source.oldest));
    json.EndObject();
  }
  json.EndArray();
}

void WriteSummary(const Report& report, const ReportData& data,
                  JsonWriter& json) {
  const auto permille = report.ReadinessPermille();
  json.Key("summary");
  json.BeginObject();
  json.Key("readiness_percent");
  json.Raw(permille.has_value()
               ? absl::StrCat(*permille / 10, ".", *permille % 10)
               : "null");
  json.Member("workloads", report.workloads);
  json.Member("ready", report.ready);
  json.Member("findings", report.count(Standing::kFinding));
  json.Member("exempted", report.count(Standing::kExempted));
  json.Member("fixed", report.count(Standing::kFixed));
  json.Member("clean", report.count(Standing::kClean));
  json.Member("rows", data.rows());
  json.Member("break_glass", report.break_glass);
  json.EndObject();
}

void WriteNamespaces(const Report& report, JsonWriter& json) {
  json.Key("namespaces");
  json.BeginArray();
  for (const ReportNamespace& name_space : report.namespaces) {
    json.BeginObject();
    json.Member("namespace", name_space.name);
    json.Member("workloads", name_space.workloads);
    json.Member("ready", name_space.ready);
    json.Member("findings", name_space.findings);
    json.EndObject();
  }
  json.EndArray();
}

// The ledger's key, when, and how often.
void WriteWhatAndWhen(const ReportRow& row, JsonWriter& json) {
  json.Member("namespace", row.name_space);
  json.Member("workload_kind", row.workload_kind);
  json.Member("workload", row.workload);
  json.Member("container", row.container);
  json.Member("image", row.image);
  json.Member("reason", NameOf(row.reason));
  json.Member("rule", row.rule);
  json.Member("outcome", NameOf(row.outcome));
  json.Member("first", Rfc3339(row.first));
  json.Member("last", Rfc3339(row.last));
  json.Member("count", row.count);
}

void WriteFinding(const ReportRow& row, JsonWriter& json) {
  const VerdictText text = SplitVerdictMessage(row.message);
  json.BeginObject();
  WriteWhatAndWhen(row, json);
  json.Member("nodes", uint64_t{row.nodes});
  json.Member("why", text.why);
  json.Member("advice", text.advice);
  json.EndObject();
}

void WriteGroups(const Report& report, const ReportData& data,
                 JsonWriter& json) {
  json.Member("by", ReportByName(report.by));
  json.Key("groups");
  json.BeginArray();
  for (const ReportGroup& group : report.groups) {
    json.BeginObject();
    json.Member("name", group.name);
    json.Member("workloads", group.workloads);
    json.Member("decisions", group.decisions);
    json.Key("findings");
    json.BeginArray();
    for (const size_t row : group.findings) WriteFinding(data.row(row), json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

void WriteExemptions(const Report& report, JsonWriter& json) {
  json.Key("exemptions");
  json.BeginArray();
  for (const ReportExemption& exemption : report.exemptions) {
    json.BeginObject();
    json.Member("name", exemption.name);
    json.Member("expires", exemption.expires);
    json.Member("terms", exemption.terms);
    json.Member("workloads", exemption.workloads);
    json.Member("containers", exemption.containers);
    json.EndObject();
  }
  json.EndArray();
}

void WriteRow(const ReportRow& row, JsonWriter& json) {
  json.BeginObject();
  WriteWhatAndWhen(row, json);
  json.Member("break_glass", row.break_glass);
  json.Member("nodes", uint64_t{row.nodes});
  json.Member("last_pod", row.last_pod);
  json.Member("node", row.node);
  json.Member("policy_sha256", row.policy_sha256);
  json.Member("policy_file", row.policy_file);
  json.Member("policy_line", uint64_t{row.policy_line});
  json.Member("mode", NameOf(row.mode));
  json.Member("confidence", NameOf(row.confidence));
  json.Member("message", row.message);
  json.Key("labels");
  json.BeginObject();
  for (const Label& label : row.labels) json.Member(label.key, label.value);
  json.EndObject();
  json.Key("other_names");
  json.BeginArray();
  for (const std::string& name : row.other_names) json.String(name);
  json.EndArray();
  json.EndObject();
}

void WriteHour(const ReportHour& hour, JsonWriter& json) {
  json.BeginObject();
  json.Member("start", Rfc3339(hour.start));
  json.Member("namespace", hour.name_space);
  json.Member("outcome", NameOf(hour.outcome));
  json.Member("reason", NameOf(hour.reason));
  json.Member("count", hour.count);
  json.EndObject();
}

}  // namespace

void WriteReportJson(const Report& report, const ReportData& data,
                     std::ostream& out) {
  {
    JsonWriter json(out);
    json.BeginObject();
    json.Member("format", kReportFormat);
    json.Member("version", kReportVersion);
    json.Member("pinwarden", Version());
    json.Member("generated", Rfc3339(report.generated));
    json.Member("since", data.scope().since == absl::InfinitePast()
                             ? ""
                             : Rfc3339(data.scope().since));
    WriteSources(data, json);
    WriteSummary(report, data, json);
    WriteNamespaces(report, json);
    WriteGroups(report, data, json);
    WriteExemptions(report, json);
    json.Key("rows");
    json.BeginArray();
    for (size_t i = 0; i < data.rows(); ++i) WriteRow(data.row(i), json);
    json.EndArray();
    json.Key("hours");
    json.BeginArray();
    for (const ReportHour& hour : data.hours()) WriteHour(hour, json);
    json.EndArray();
    json.EndObject();
  }
  out << '\n';
}

}  // namespace pinwarden
