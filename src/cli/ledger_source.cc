// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/report_files.h"
#include "pinwarden/control_client.h"
#include "pinwarden/ledger_reader.h"
#include "pinwarden/quote.h"

namespace pinwarden {
namespace {

google::protobuf::Timestamp ToProtoTime(absl::Time time) {
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(time));
  return out;
}

ReportSource ToSource(const v1::LedgerHeader& header) {
  ReportSource source;
  source.node = header.node();
  source.version = header.version();
  source.policy_sha256 = header.policy_sha256();
  source.mode = header.mode();
  if (header.has_oldest()) {
    source.oldest = absl::FromUnixSeconds(header.oldest().seconds());
  }
  return source;
}

absl::Status ReadFromDaemon(const LedgerSourceArguments& source,
                            ReportData* data) {
  v1::ReadLedgerRequest request;
  if (data->scope().since != absl::InfinitePast()) {
    *request.mutable_since() = ToProtoTime(data->scope().since);
  }
  for (const std::string& glob : source.namespaces) {
    request.add_namespaces(glob);
  }
  return ControlClient(source.socket)
      .ReadLedger(request, [data](const v1::ReadLedgerResponse& part) {
        if (part.has_header()) data->AddSource(ToSource(part.header()));
        for (const v1::LedgerRow& row : part.rows()) data->Add(row);
        for (const v1::LedgerHour& hour : part.hours()) data->Add(hour);
        return true;
      });
}

// A ledger's file does not say whose it is, but its rows do.
absl::Status ReadFromFile(const std::string& path, ReportData* data) {
  ReportSource node;
  absl::Time last = absl::InfinitePast();
  absl::Time oldest = absl::InfiniteFuture();
  const absl::Status status = ReadLedgerFile(
      path, {data->scope().since, data->scope().namespaces},
      [&](const LedgerBatch& batch) {
        for (const v1::LedgerRow& row : batch.rows) {
          data->Add(row);
          oldest =
              std::min(oldest, absl::FromUnixSeconds(row.first().seconds()));
          const auto seen = absl::FromUnixSeconds(row.last().seconds());
          if (seen < last) continue;
          last = seen;
          node.node = row.node();
          node.policy_sha256 = row.policy_sha256();
        }
        for (const v1::LedgerHour& hour : batch.hours) data->Add(hour);
      });
  if (!status.ok()) return status;
  if (node.node.empty()) node.node = "unknown";
  node.oldest = oldest;
  if (data->rows() > 0) data->AddSource(std::move(node));
  return absl::OkStatus();
}

bool DoesNotAnswer(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsPermissionDenied(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsUnimplemented(status);
}

// False, with everything said, when the arguments are wrong.
bool MakeScope(const LedgerSourceArguments& source, absl::Time now,
               ReportScope* scope, CliContext& context) {
  if (!source.since.empty()) {
    const auto since = ParseSince(source.since, now);
    if (!since.has_value()) {
      context.streams.err << "pinwarden: --since " << Quote(source.since)
                          << " is neither a time ago, such as 14d or 36h, nor "
                             "a date, such as 2026-11-01\n";
      context.exit = kExitUsage;
      return false;
    }
    scope->since = *since;
  }
  for (const std::string& glob : source.namespaces) {
    scope->namespaces.emplace_back(glob);
  }
  return true;
}

std::optional<ReportData> FromLedger(const LedgerSourceArguments& source,
                                     const ReportScope& scope,
                                     CliContext& context) {
  ReportData data(scope);
  if (!source.ledger.empty()) {
    const absl::Status status = ReadFromFile(source.ledger, &data);
    if (status.ok()) return data;
    context.streams.err << "pinwarden: " << std::string(status.message())
                        << '\n';
    context.exit = kExitUsage;
    return std::nullopt;
  }
  const absl::Status answer = ReadFromDaemon(source, &data);
  if (answer.ok()) return data;
  // Another daemon's ledger is somewhere else.
  if (DoesNotAnswer(answer) && source.socket == kDefaultReadSocket) {
    ReportData offline(scope);
    if (ReadFromFile(kDefaultLedger, &offline).ok()) {
      context.streams.err << "pinwarden: " << std::string(answer.message())
                          << "\npinwarden: so this is from " << kDefaultLedger
                          << ", which may lack the last moments\n";
      return offline;
    }
  }
  context.exit = ReportDaemonError(answer, context.streams.err);
  return std::nullopt;
}

}  // namespace

std::optional<absl::Time> ParseSince(const std::string& text, absl::Time now) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d", text, &time, &error) ||
      absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return time;
  }
  if (text.size() < 2 || text.size() > 6) return std::nullopt;
  const char unit = text.back();
  const int64_t hours = unit == 'h' ? 1 : unit == 'd' ? 24 : 24 * 7;
  uint32_t number = 0;
  if ((unit != 'h' && unit != 'd' && unit != 'w') ||
      !absl::SimpleAtoi(absl::string_view(text).substr(0, text.size() - 1),
                        &number)) {
    return std::nullopt;
  }
  return now - absl::Hours(hours) * number;
}

void SetFindings(bool findings, CliContext& context) {
  if (findings && context.exit == kExitOk) context.exit = kExitFindings;
}

std::optional<ReportData> ReadLedgerSource(const LedgerSourceArguments& source,
                                           absl::Time now,
                                           CliContext& context) {
  ReportScope scope;
  if (!MakeScope(source, now, &scope, context)) return std::nullopt;
  if (source.merge.empty()) return FromLedger(source, scope, context);
  ReportData data(std::move(scope));
  if (!MergeReportFiles(source.merge, &data, context)) return std::nullopt;
  return data;
}

void AddLedgerSourceOptions(CLI::App& command, LedgerSourceArguments* source) {
  source->socket = kDefaultReadSocket;
  command
      .add_option("--since", source->since,
                  "Only what was seen since then: 14d, 36h, 2w, or a date")
      ->type_name("TIME");
  command
      .add_option("-n,--namespace", source->namespaces,
                  "Only namespaces that match; may be given several times")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  CLI::Option* const socket =
      command
          .add_option("--socket", source->socket, "The daemon's read socket")
          ->type_name("PATH")
          ->capture_default_str();
  CLI::Option* const ledger =
      command
          .add_option("--ledger", source->ledger,
                      "Read this ledger's file instead of asking the daemon")
          ->type_name("FILE")
          ->excludes(socket);
  command
      .add_option("--merge", source->merge,
                  "Read reports made with --output json: files, folders, or "
                  "@FILE with one path a line")
      ->type_name("FILE...")
      ->excludes(socket)
      ->excludes(ledger);
}

}  // namespace pinwarden
