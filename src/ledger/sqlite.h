// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_SQLITE_H_
#define PINWARDEN_SRC_LEDGER_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pinwarden {

// A prepared statement. Bind the parameters from 1 on, then Step() until it is
// false, or Run() where no row is expected; either leaves it ready to be bound
// again. Whoever stops in between calls Reset(), and so ends what it holds.
class Statement {
 public:
  Statement() = default;

  void Bind(int at, int64_t value);
  // Bytes, kept as such; they have to live until the statement was run.
  void Bind(int at, absl::string_view bytes);
  void BindCopy(int at, absl::string_view bytes);  // they need not

  absl::StatusOr<bool> Step();
  absl::Status Run();
  void Reset();

  // Of the row that Step() came to; the bytes live until the next Step().
  int64_t Int(int column) const;
  absl::string_view Bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection to an SQLite file, for one thread at a time. Errors by cause:
//
// kDataLoss: the file is broken, or not SQLite's.
// kResourceExhausted: no room on the disk, or it takes no more bytes.
// kUnavailable: another process has it locked for now.
// kNotFound, kPermissionDenied: it cannot be opened. kInternal: the rest.
class Database {
 public:
  enum class Access {
    kWrite,      // the file has to be there
    kRead,       // as well; writes nothing but SQLite's own locks beside it
    kImmutable,  // nobody writes it, and nothing is written beside it
  };

  static absl::StatusOr<Database> Open(const std::string& path, Access access,
                                       int cache_kib);

  // Statements without parameters, of which no row is read.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<Statement> Prepare(absl::string_view sql);

  // The first column of the only row.
  absl::StatusOr<int64_t> QueryInt(absl::string_view sql);

  int64_t last_insert_id() const;
  int changed_rows() const;  // by the last statement

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  explicit Database(sqlite3* db) : db_(db) {}

  std::unique_ptr<sqlite3, Close> db_;
};

// BEGIN, and ROLLBACK unless Commit() came to its end.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };

  static absl::StatusOr<Transaction> Begin(Database* db, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  absl::Status Commit();

 private:
  explicit Transaction(Database* db) : db_(db) {}
  Database* db_;  // null: nothing to roll back
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_SQLITE_H_
