// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_LEDGER_TEXT_STORE_H_
#define PINWARDEN_SRC_LEDGER_TEXT_STORE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/sqlite.h"

namespace pinwarden {

// The table of texts, in which each stands once: rows name them by number.
// Looked up by 48 bits of their SHA-256, which nobody can make collide often,
// and compared whole.
class TextWriter {
 public:
  static absl::StatusOr<TextWriter> Prepare(Database* db);

  // The number of `text`, which is added if it is new. In a write transaction.
  absl::StatusOr<int64_t> IdOf(absl::string_view text);

  // What was added last may not be there any more.
  void Forget() { known_.clear(); }

 private:
  static constexpr size_t kMaxKnown = 2048;
  static constexpr size_t kMaxKnownBytes = 256;

  TextWriter(Database* db, Statement find, Statement add)
      : db_(db), find_(std::move(find)), add_(std::move(add)) {}

  Database* db_;
  Statement find_;
  Statement add_;
  absl::flat_hash_map<std::string, int64_t> known_;
};

// The way back. Not for several threads at once.
class TextReader {
 public:
  static absl::StatusOr<TextReader> Prepare(Database* db);

  // Valid UTF-8. kDataLoss: there is no such text.
  absl::StatusOr<std::string> TextOf(int64_t id);

  // Texts may have changed their numbers.
  void Forget() { known_.clear(); }

 private:
  static constexpr size_t kMaxKnown = 1024;

  explicit TextReader(Statement get) : get_(std::move(get)) {}

  Statement get_;
  absl::flat_hash_map<int64_t, std::string> known_;
};

// A list of numbers of texts in a row: each in groups of seven bits, the lowest
// first, with the high bit set on all bytes but the last.
std::string PackIds(const std::vector<int64_t>& ids);

// kDataLoss: not such a list.
absl::StatusOr<std::vector<int64_t>> UnpackIds(absl::string_view packed);

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_LEDGER_TEXT_STORE_H_
