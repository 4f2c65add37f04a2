// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_SCHEMA_H_
#define PINWARDEN_SRC_LEDGER_SCHEMA_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ledger/sqlite.h"

namespace pinwarden {

// Of the tables as they are made here. A change that an older program would
// misread raises it.
inline constexpr int kLedgerSchema = 1;

// What an SQLite file is to us.
enum class LedgerFile {
  kEmpty,   // nothing in it yet
  kOurs,    // a ledger of this schema
  kNewer,   // a ledger of a schema that we do not know
  kForeign  // somebody else's
};

absl::StatusOr<LedgerFile> LookAt(Database* db);

// Makes the tables in an empty file.
absl::Status CreateTables(Database* db);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_SCHEMA_H_
