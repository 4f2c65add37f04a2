// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// docs/ledger.md describes the tables.
#include "ledger/schema.h"

#include "absl/strings/str_cat.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr int kApplicationId = 0x70776c64;  // "pwld", what file(1) can tell by

// Columns that are INTEGER and named as a text are its number in `text`.
constexpr char kTables[] = R"(
CREATE TABLE text (
  id INTEGER PRIMARY KEY,
  hash INTEGER NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX text_hash ON text (hash);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  namespace INTEGER NOT NULL,
  workload_kind INTEGER NOT NULL,
  workload INTEGER NOT NULL,
  container INTEGER NOT NULL,
  image INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  break_glass INTEGER NOT NULL,
  last_pod BLOB NOT NULL,
  node INTEGER NOT NULL,
  policy_sha256 INTEGER NOT NULL,
  policy_file INTEGER NOT NULL,
  policy_line INTEGER NOT NULL,
  mode INTEGER NOT NULL,
  confidence INTEGER NOT NULL,
  message INTEGER NOT NULL,
  labels BLOB NOT NULL,
  other_names BLOB NOT NULL
);
CREATE UNIQUE INDEX decision_key ON decision (
  image, workload, container, namespace, workload_kind, rule, reason, outcome
);
CREATE TABLE hour (
  start INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (start, namespace, outcome, reason)
) WITHOUT ROWID;
CREATE VIEW decisions AS SELECT
  CAST(n.body AS TEXT) AS namespace,
  CAST(k.body AS TEXT) || '/' || CAST(w.body AS TEXT) AS workload,
  CAST(c.body AS TEXT) AS container,
  CAST(i.body AS TEXT) AS image,
  d.outcome, d.reason, CAST(r.body AS TEXT) AS rule, d.count,
  datetime(d.first / 1000000, 'unixepoch') AS first,
  datetime(d.last / 1000000, 'unixepoch') AS last
FROM decision d
JOIN text n ON n.id = d.namespace JOIN text k ON k.id = d.workload_kind
JOIN text w ON w.id = d.workload JOIN text c ON c.id = d.container
JOIN text i ON i.id = d.image JOIN text r ON r.id = d.rule;
)";

}  // namespace

absl::StatusOr<LedgerFile> LookAt(Database* db) {
  PW_ASSIGN_OR_RETURN(const int64_t application,
                      db->QueryInt("PRAGMA application_id"));
  PW_ASSIGN_OR_RETURN(const int64_t version,
                      db->QueryInt("PRAGMA user_version"));
  PW_ASSIGN_OR_RETURN(const int64_t objects,
                      db->QueryInt("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && objects == 0) {
    return LedgerFile::kEmpty;
  }
  if (application != kApplicationId || version < 1) return LedgerFile::kForeign;
  return version > kLedgerSchema ? LedgerFile::kNewer : LedgerFile::kOurs;
}

absl::Status CreateTables(Database* db) {
  return db->Execute(absl::StrCat(
      "BEGIN IMMEDIATE;", kTables, "PRAGMA application_id = ", kApplicationId,
      "; PRAGMA user_version = ", kLedgerSchema, "; COMMIT"));
}

}  // namespace pinwarden
