// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_SET_ASIDE_H_
#define PINWARDEN_SRC_LEDGER_SET_ASIDE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace pinwarden {

inline constexpr size_t kKeptCorrupt = 3;

// Renames a broken file, and the log that SQLite keeps beside it, out of the
// way: "ledger.db" becomes "ledger.db.corrupt-20261121T164200Z", and its log
// that with "-wal". Of those that lie there the newest kKeptCorrupt stay.
// Returns the new path. Nobody may have the file open.
absl::StatusOr<std::string> SetAside(const std::string& path, absl::Time now);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_SET_ASIDE_H_
