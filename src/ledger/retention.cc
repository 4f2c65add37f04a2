// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
//
// What a ledger forgets, and the texts that nothing names any more then.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/store.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

// Of one transaction, so that the write-ahead log stays small.
constexpr int kDeletedAtOnce = 1000;

constexpr int64_t kHoursPerMegabyte = 3000;  // some 100 bytes each
constexpr int64_t kSurplusShare = 20;        // one row in so many at a time

// Texts are looked at in windows of so many numbers, one bit each.
constexpr int64_t kTextWindow = 1 << 22;

// Looking for texts takes a pass over everything: not for a handful of rows.
constexpr uint64_t kWorthLooking = 1000;

// The bits of those texts, from `from` on, that something names.
class Marks {
 public:
  explicit Marks(int64_t from)
      : from_(from), bits_(static_cast<size_t>(kTextWindow)) {}

  void Add(int64_t id) {
    if (id >= from_ && id - from_ < kTextWindow) {
      bits_[static_cast<size_t>(id - from_)] = true;
    }
  }

  bool Has(int64_t id) const { return bits_[static_cast<size_t>(id - from_)]; }

 private:
  const int64_t from_;
  std::vector<bool> bits_;
};

absl::Status MarkNamed(Database* db, Marks* marks) {
  PW_ASSIGN_OR_RETURN(
      Statement rows,
      db->Prepare("SELECT namespace, workload_kind, workload, container, "
                  "image, rule, node, policy_sha256, policy_file, message, "
                  "labels, other_names FROM decision"));
  constexpr int kNumbers = 10;
  while (true) {
    PW_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) break;
    for (int i = 0; i < kNumbers; ++i) marks->Add(rows.Int(i));
    for (int i = kNumbers; i < kNumbers + 2; ++i) {
      PW_ASSIGN_OR_RETURN(const std::vector<int64_t> ids,
                          UnpackIds(rows.Bytes(i)));
      for (const int64_t id : ids) marks->Add(id);
    }
  }
  PW_ASSIGN_OR_RETURN(Statement hours,
                      db->Prepare("SELECT DISTINCT namespace FROM hour"));
  while (true) {
    PW_ASSIGN_OR_RETURN(const bool found, hours.Step());
    if (!found) return absl::OkStatus();
    marks->Add(hours.Int(0));
  }
}

// The texts from `from` on that `marks` lacks.
absl::StatusOr<std::vector<int64_t>> Unnamed(Database* db, const Marks& marks,
                                             int64_t from) {
  PW_ASSIGN_OR_RETURN(
      Statement texts,
      db->Prepare("SELECT id FROM text WHERE id >= ?1 AND id < ?2"));
  texts.Bind(1, from);
  texts.Bind(2, from + kTextWindow);
  std::vector<int64_t> unnamed;
  while (true) {
    PW_ASSIGN_OR_RETURN(const bool found, texts.Step());
    if (!found) return unnamed;
    if (!marks.Has(texts.Int(0))) unnamed.push_back(texts.Int(0));
  }
}

absl::Status DeleteTexts(Database* db, const std::vector<int64_t>& ids) {
  PW_ASSIGN_OR_RETURN(Statement one,
                      db->Prepare("DELETE FROM text WHERE id = ?1"));
  size_t at = 0;
  while (at < ids.size()) {
    PW_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(db, Transaction::Kind::kWrite));
    const size_t end = std::min(ids.size(), at + kDeletedAtOnce);
    for (; at < end; ++at) {
      one.Bind(1, ids[at]);
      PW_RETURN_IF_ERROR(one.Run());
    }
    PW_RETURN_IF_ERROR(transaction.Commit());
  }
  return absl::OkStatus();
}

}  // namespace

// `from_where` selects rows, of which kDeletedAtOnce go in a transaction.
absl::Status Store::DeleteAll(const std::string& from_where) {
  PW_ASSIGN_OR_RETURN(
      Statement some,
      db_.Prepare(absl::StrCat("DELETE FROM decision WHERE id IN (SELECT id ",
                               from_where, " LIMIT ", kDeletedAtOnce, ")")));
  while (true) {
    PW_RETURN_IF_ERROR(some.Run());
    const auto gone = static_cast<uint64_t>(db_.changed_rows());
    if (gone == 0) return absl::OkStatus();
    rows_ -= std::min(rows_, gone);
    deleted_ += gone;
  }
}

absl::Status Store::ForgetOld(absl::Time now) {
  const absl::Time limit = now - absl::Hours(24) * limits_.days;
  PW_RETURN_IF_ERROR(DeleteAll(
      absl::StrCat("FROM decision WHERE last < ", absl::ToUnixMicros(limit))));
  PW_RETURN_IF_ERROR(db_.Execute(absl::StrCat(
      "DELETE FROM hour WHERE start < ", absl::ToUnixSeconds(limit) / 3600)));
  PW_ASSIGN_OR_RETURN(const int64_t hours,
                      db_.QueryInt("SELECT count(*) FROM hour"));
  const int64_t most = limits_.megabytes * kHoursPerMegabyte;
  if (hours > most) {
    // Whole hours, the oldest first.
    PW_RETURN_IF_ERROR(db_.Execute(absl::StrCat(
        "DELETE FROM hour WHERE start <= (SELECT start FROM hour ORDER BY "
        "start LIMIT 1 OFFSET ",
        hours - most, ")")));
  }
  if (deleted_ >= kWorthLooking) PW_RETURN_IF_ERROR(DeleteTextsWithoutRow());
  return Count();
}

absl::Status Store::ForgetSurplus() {
  const int64_t limit = int64_t{limits_.megabytes} * (1 << 20) / 4 * 3;
  bool any = false;
  while (rows_ > 0) {
    PW_ASSIGN_OR_RETURN(const int64_t pages, db_.QueryInt("PRAGMA page_count"));
    PW_ASSIGN_OR_RETURN(const int64_t free,
                        db_.QueryInt("PRAGMA freelist_count"));
    PW_ASSIGN_OR_RETURN(const int64_t size, db_.QueryInt("PRAGMA page_size"));
    if ((pages - free) * size <= limit) break;
    any = true;
    const auto share = static_cast<int64_t>(rows_) / kSurplusShare + 1;
    PW_ASSIGN_OR_RETURN(
        const int64_t last,
        db_.QueryInt(absl::StrCat(
            "SELECT last FROM decision ORDER BY last LIMIT 1 OFFSET ",
            share - 1)));
    PW_RETURN_IF_ERROR(
        DeleteAll(absl::StrCat("FROM decision WHERE last <= ", last)));
    PW_RETURN_IF_ERROR(DeleteTextsWithoutRow());
  }
  return any ? Count() : absl::OkStatus();
}

absl::Status Store::DeleteTextsWithoutRow() {
  texts_->Forget();
  int64_t from = 0;
  while (true) {
    PW_ASSIGN_OR_RETURN(
        const int64_t next,
        db_.QueryInt(absl::StrCat(
            "SELECT coalesce(min(id), -1) FROM text WHERE id > ", from)));
    if (next < 0) break;
    Marks marks(next);
    PW_RETURN_IF_ERROR(MarkNamed(&db_, &marks));
    PW_ASSIGN_OR_RETURN(const std::vector<int64_t> unnamed,
                        Unnamed(&db_, marks, next));
    PW_RETURN_IF_ERROR(DeleteTexts(&db_, unnamed));
    from = next + kTextWindow - 1;
  }
  deleted_ = 0;
  return absl::OkStatus();
}

}  // namespace pinwarden
