// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/sqlite.h"

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr int kBusyMillis = 2000;

// A page cache of its own for each connection, no statistics, and hardly any
// memory in reserve: a daemon that is idle nearly always holds this.
void ConfigureOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 128, 64);
  });
}

absl::StatusCode CodeOf(int result) {
  switch (result & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kNotFound;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return absl::StatusCode::kPermissionDenied;
  }
  return absl::StatusCode::kInternal;
}

// SQLite's message names tables and columns of ours, never what is in them.
absl::Status StatusOf(int result, sqlite3* db) {
  const char* const what =
      db == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(db);
  return absl::Status(
      CodeOf(result),
      absl::StrCat(what, " (SQLite ",
                   db == nullptr ? result : sqlite3_extended_errcode(db), ")"));
}

// A path as SQLite's URIs want it.
std::string UriOf(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      absl::StrAppend(&uri, absl::StrFormat("%%%02X", c));
    } else {
      uri.push_back(c);
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void Statement::Bind(int at, int64_t value) {
  sqlite3_bind_int64(statement_.get(), at, value);
}

void Statement::Bind(int at, absl::string_view bytes) {
  // A null pointer would be NULL.
  sqlite3_bind_blob64(statement_.get(), at, bytes.empty() ? "" : bytes.data(),
                      bytes.size(), SQLITE_STATIC);
}

void Statement::BindCopy(int at, absl::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), at, bytes.empty() ? "" : bytes.data(),
                      bytes.size(), SQLITE_TRANSIENT);
}

absl::StatusOr<bool> Statement::Step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  absl::Status status;
  if (result != SQLITE_DONE) {
    status = StatusOf(result, sqlite3_db_handle(statement_.get()));
  }
  Reset();
  if (!status.ok()) return status;
  return false;
}

absl::Status Statement::Run() {
  const absl::Status status = Step().status();
  Reset();
  return status;
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

absl::string_view Statement::Bytes(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr || size <= 0) return "";
  return absl::string_view(static_cast<const char*>(bytes),
                           static_cast<size_t>(size));
}

absl::StatusOr<Database> Database::Open(const std::string& path, Access access,
                                        int cache_kib) {
  ConfigureOnce();
  int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  std::string name = path;
  switch (access) {
    case Access::kWrite:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW;
      break;
    case Access::kRead:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Access::kImmutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = UriOf(path);
      break;
  }
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Database db(handle);
  if (result != SQLITE_OK) return StatusOf(result, handle);
  sqlite3_busy_timeout(handle, kBusyMillis);
  // What a file says about itself runs no code here.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  PW_RETURN_IF_ERROR(db.Execute(
      absl::StrCat("PRAGMA cache_size = -", cache_kib,
                   "; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;")));
  return db;
}

absl::Status Database::Execute(const std::string& sql) {
  const int result =
      sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return result == SQLITE_OK ? absl::OkStatus() : StatusOf(result, db_.get());
}

absl::StatusOr<Statement> Database::Prepare(absl::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result =
      sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return StatusOf(result, db_.get());
  return Statement(statement);
}

absl::StatusOr<int64_t> Database::QueryInt(absl::string_view sql) {
  PW_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  PW_ASSIGN_OR_RETURN(const bool found, statement.Step());
  return found ? statement.Int(0) : 0;
}

int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(db_.get());
}

int Database::changed_rows() const { return sqlite3_changes(db_.get()); }

absl::StatusOr<Transaction> Transaction::Begin(Database* db, Kind kind) {
  PW_RETURN_IF_ERROR(
      db->Execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(db);
}

Transaction::Transaction(Transaction&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)) {}

Transaction::~Transaction() {
  // After some errors SQLite has rolled back already.
  if (db_ != nullptr) db_->Execute("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() {
  PW_RETURN_IF_ERROR(db_->Execute("COMMIT"));
  db_ = nullptr;
  return absl::OkStatus();
}

}  // namespace pinwarden
