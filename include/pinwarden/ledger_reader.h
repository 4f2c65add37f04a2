// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_LEDGER_READER_H_
#define PINWARDEN_LEDGER_READER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/glob.h"
#include "pinwarden/v1/ledger.pb.h"

namespace pinwarden {

// What to read. The same as a v1::ReadLedgerRequest asks for.
struct LedgerQuery {
  absl::Time since = absl::InfinitePast();  // rows seen after it, hours so too
  std::vector<Glob> namespaces;             // none: all
};

// Some of a ledger's rows, or of its hours after them.
struct LedgerBatch {
  std::vector<v1::LedgerRow> rows;
  std::vector<v1::LedgerHour> hours;
};

// Reads a ledger file, a batch at a time, while another process or thread may
// write it: no transaction is open between two batches, so a reader that takes
// its time holds up nobody and nothing grows. Every row that is there from
// beginning to end comes once, as it is when its batch is read. Not for several
// threads at once.
class LedgerReader {
 public:
  // kNotFound: no such file. kDataLoss: not a ledger, or a broken one.
  // kFailedPrecondition: its schema is newer than this program.
  // kPermissionDenied, kUnavailable: as the system says. Messages name `path`.
  static absl::StatusOr<std::unique_ptr<LedgerReader>> Open(
      const std::string& path, LedgerQuery query);

  ~LedgerReader();
  LedgerReader(const LedgerReader&) = delete;
  LedgerReader& operator=(const LedgerReader&) = delete;

  // False at the end. True with an empty batch: nothing that was looked at so
  // far is wanted. A batch takes some milliseconds and 256 KiB at most, and a
  // row more.
  absl::StatusOr<bool> Next(LedgerBatch* batch);

  // When the first decision was made that is in it; infinite future: none is.
  absl::StatusOr<absl::Time> Oldest();

 private:
  class Impl;
  explicit LedgerReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// All of it. Errors: those above; the first one ends it.
absl::Status ReadLedgerFile(const std::string& path, LedgerQuery query,
                            const std::function<void(LedgerBatch)>& each);

}  // namespace pinwarden

#endif  // PINWARDEN_LEDGER_READER_H_
