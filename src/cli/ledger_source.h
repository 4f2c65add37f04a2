// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_CLI_LEDGER_SOURCE_H_
#define PINWARDEN_CLI_LEDGER_SOURCE_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pinwarden/report_data.h"

namespace pinwarden {

struct CliContext;

inline constexpr char kDefaultLedger[] = "/var/lib/pinwarden/ledger.db";

// Where a command has what was decided from, and which of it.
struct LedgerSourceArguments {
  std::string since;                    // "14d", a date or a time; "": all
  std::vector<std::string> namespaces;  // globs; none: all
  std::string socket;
  std::string ledger;              // a file; "": ask the daemon
  std::vector<std::string> merge;  // reports, folders of them, @LISTFILE
};

// Adds --since, --namespace, --socket, --ledger and --merge.
void AddLedgerSourceOptions(CLI::App& command, LedgerSourceArguments* source);

// Reads it: from the daemon or, should that not answer, from the ledger's own
// file, which stderr then says. Nothing, with context.exit set and the cause on
// stderr, when there is none of it. When a report of many cannot be read the
// others are there, context.exit is kExitUsage and stderr says which.
std::optional<ReportData> ReadLedgerSource(const LedgerSourceArguments& source,
                                           absl::Time now, CliContext& context);

// How exit codes go together: findings are not told where input was bad.
void SetFindings(bool findings, CliContext& context);

// The time that "14d", "36h", "2w", "2026-11-01" or an RFC 3339 time stands
// for; nothing where it is none of these.
std::optional<absl::Time> ParseSince(const std::string& text, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_CLI_LEDGER_SOURCE_H_
