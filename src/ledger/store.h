// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_STORE_H_
#define PINWARDEN_SRC_LEDGER_STORE_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ledger/fold.h"
#include "ledger/sqlite.h"
#include "ledger/text_store.h"

namespace pinwarden {

struct StoreLimits {
  int days = 30;
  int megabytes = 64;
};

// The file that holds a ledger, open for writing. Nobody else may write it: the
// caller holds a lock on it. Every change is one transaction, so whatever ends
// the process in between, the file is as it was before one. Errors as of
// Database, after which the file is no worse than before. Not thread-safe.
class Store {
 public:
  // Opens `path`, or makes it with mode 0600. Reads all of it, to find out
  // whether it is sound.
  //
  // kDataLoss: it is not. kFailedPrecondition: its schema is newer, or it is
  // somebody else's; it was not written to.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& path,
                                                     StoreLimits limits);

  // Whether `path` still names the file that is open.
  bool IsAt(const std::string& path) const;

  // How many rows are best written at once.
  size_t batch_rows() const { return batch_rows_; }

  absl::Status Write(const Fold& batch, absl::string_view node);

  // Forgets what is older than the limit says. Takes a while.
  absl::Status ForgetOld(absl::Time now);

  // Forgets the rows that were not seen for longest if there are too many.
  absl::Status ForgetSurplus();

  uint64_t rows() const { return rows_; }
  absl::Time oldest() const { return oldest_; }

 private:
  Store(Database db, StoreLimits limits);
  absl::Status Prepare();
  absl::Status Count();
  absl::Status WriteRow(const FoldedRow& row, absl::string_view node);
  absl::Status BindRow(const FoldedRow& row, absl::string_view node,
                       Statement* statement);
  absl::Status WriteHour(const FoldedHour& hour);
  absl::StatusOr<std::string> PackLabels(const v1::Decision& decision);
  absl::Status DeleteAll(const std::string& from_where);
  absl::Status DeleteTextsWithoutRow();

  Database db_;
  const StoreLimits limits_;
  const size_t batch_rows_;
  ino_t inode_ = 0;
  std::unique_ptr<TextWriter> texts_;
  Statement update_;
  Statement insert_;
  Statement hour_;
  uint64_t rows_ = 0;
  uint64_t deleted_ = 0;  // rows, since texts without one were looked for
  absl::Time oldest_ = absl::InfiniteFuture();
};

// What the file and those that SQLite keeps beside it take on disk.
uint64_t BytesOnDisk(const std::string& path);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_STORE_H_
