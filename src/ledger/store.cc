// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "ledger/store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/message_form.h"
#include "ledger/schema.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unique_fd.h"
#include "pinwarden/workload_owner.h"

namespace pinwarden {
namespace {

constexpr int kCacheKib = 1024;
constexpr int kPageBytes = 4096;

// One in four megabytes is for the write-ahead log. A batch is to fit into that
// though each of its rows may touch some pages of its own.
constexpr int kRowsPerMegabyte = 32;
constexpr int kMinBatchRows = 256;
constexpr int kMaxBatchRows = 2048;

constexpr char kUpdate[] =
    "UPDATE decision SET first = min(first, ?9), last = max(last, ?10), "
    "count = count + ?11, break_glass = break_glass + ?12, last_pod = ?13, "
    "node = ?14, policy_sha256 = ?15, policy_file = ?16, policy_line = ?17, "
    "mode = ?18, confidence = ?19, message = ?20, labels = ?21, "
    "other_names = ?22 "
    "WHERE namespace = ?1 AND workload_kind = ?2 AND workload = ?3 AND "
    "container = ?4 AND image = ?5 AND reason = ?6 AND rule = ?7 AND "
    "outcome = ?8";

constexpr char kInsert[] =
    "INSERT INTO decision (namespace, workload_kind, workload, container, "
    "image, reason, rule, outcome, first, last, count, break_glass, last_pod, "
    "node, policy_sha256, policy_file, policy_line, mode, confidence, message, "
    "labels, other_names) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
    "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";

constexpr char kHour[] =
    "INSERT INTO hour (start, namespace, outcome, reason, count) "
    "VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (start, namespace, outcome, reason) "
    "DO UPDATE SET count = count + excluded.count";

absl::Status FailedFile(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(Quote(path), why));
}

// Makes an empty file that only we can read, unless there is one.
absl::Status EnsureFile(const std::string& path) {
  const UniqueFd fd(open(
      path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.valid() || errno == EEXIST) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", Quote(path)));
}

// A look at the file that leaves it as it is.
absl::StatusOr<LedgerFile> Examine(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot see ", Quote(path)));
  }
  if (!S_ISREG(info.st_mode)) return FailedFile(path, " is not a regular file");
  if (info.st_size == 0) return LedgerFile::kEmpty;
  PW_ASSIGN_OR_RETURN(Database db,
                      Database::Open(path, Database::Access::kRead, kCacheKib));
  return LookAt(&db);
}

ino_t InodeOf(const std::string& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

absl::Status CheckSound(Database* db) {
  PW_ASSIGN_OR_RETURN(Statement check, db->Prepare("PRAGMA quick_check(1)"));
  PW_ASSIGN_OR_RETURN(const bool answered, check.Step());
  if (answered && check.Bytes(0) == "ok") return absl::OkStatus();
  return absl::DataLossError("its pages do not fit together");
}

}  // namespace

Store::Store(Database db, StoreLimits limits)
    : db_(std::move(db)),
      limits_(limits),
      batch_rows_(static_cast<size_t>(std::clamp(
          limits.megabytes * kRowsPerMegabyte, kMinBatchRows, kMaxBatchRows))) {
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const std::string& path,
                                                   StoreLimits limits) {
  PW_RETURN_IF_ERROR(EnsureFile(path));
  PW_ASSIGN_OR_RETURN(const LedgerFile file, Examine(path));
  switch (file) {
    case LedgerFile::kEmpty:
    case LedgerFile::kOurs:
      break;
    case LedgerFile::kNewer:
      return FailedFile(path,
                        " was made by a newer version of pinwardend, and is "
                        "left as it is");
    case LedgerFile::kForeign:
      return FailedFile(path, " is not a ledger, and is left as it is");
  }
  PW_ASSIGN_OR_RETURN(
      Database db, Database::Open(path, Database::Access::kWrite, kCacheKib));
  std::unique_ptr<Store> store(new Store(std::move(db), limits));
  store->inode_ = InodeOf(path);
  PW_RETURN_IF_ERROR(store->Prepare());
  return store;
}

bool Store::IsAt(const std::string& path) const {
  return inode_ == InodeOf(path);
}

absl::Status Store::Prepare() {
  const int log_bytes = limits_.megabytes * (1 << 20) / 8;
  PW_RETURN_IF_ERROR(db_.Execute("PRAGMA page_size = 4096"));
  PW_ASSIGN_OR_RETURN(Statement wal, db_.Prepare("PRAGMA journal_mode = WAL"));
  PW_ASSIGN_OR_RETURN(const bool answered, wal.Step());
  if (!answered || wal.Bytes(0) != "wal") {
    return absl::ResourceExhaustedError(
        "the file system does not take a write-ahead log");
  }
  wal.Reset();
  PW_RETURN_IF_ERROR(db_.Execute(absl::StrCat(
      "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ",
      log_bytes / kPageBytes, "; PRAGMA journal_size_limit = ", log_bytes)));
  PW_ASSIGN_OR_RETURN(const LedgerFile file, LookAt(&db_));
  if (file == LedgerFile::kEmpty) {
    PW_RETURN_IF_ERROR(CreateTables(&db_));
  } else {
    PW_RETURN_IF_ERROR(CheckSound(&db_));
  }
  PW_ASSIGN_OR_RETURN(TextWriter texts, TextWriter::Prepare(&db_));
  texts_ = std::make_unique<TextWriter>(std::move(texts));
  PW_ASSIGN_OR_RETURN(update_, db_.Prepare(kUpdate));
  PW_ASSIGN_OR_RETURN(insert_, db_.Prepare(kInsert));
  PW_ASSIGN_OR_RETURN(hour_, db_.Prepare(kHour));
  return Count();
}

absl::Status Store::Count() {
  PW_ASSIGN_OR_RETURN(const int64_t rows,
                      db_.QueryInt("SELECT count(*) FROM decision"));
  rows_ = static_cast<uint64_t>(std::max<int64_t>(rows, 0));
  PW_ASSIGN_OR_RETURN(const int64_t first,
                      db_.QueryInt("SELECT min(first) FROM decision"));
  oldest_ = rows_ == 0 ? absl::InfiniteFuture() : absl::FromUnixMicros(first);
  return absl::OkStatus();
}

absl::Status Store::Write(const Fold& batch, absl::string_view node) {
  const uint64_t rows = rows_;
  const absl::Time oldest = oldest_;
  const auto write_all = [&]() -> absl::Status {
    PW_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(&db_, Transaction::Kind::kWrite));
    for (const auto& [key, row] : batch.row_map()) {
      PW_RETURN_IF_ERROR(WriteRow(row, node));
    }
    for (const auto& [key, hour] : batch.hour_map()) {
      PW_RETURN_IF_ERROR(WriteHour(hour));
    }
    return transaction.Commit();
  };
  const absl::Status status = write_all();
  if (!status.ok()) {
    rows_ = rows;
    oldest_ = oldest;
    texts_->Forget();
  }
  return status;
}

absl::Status Store::WriteRow(const FoldedRow& row, absl::string_view node) {
  PW_RETURN_IF_ERROR(BindRow(row, node, &update_));
  PW_RETURN_IF_ERROR(update_.Run());
  if (db_.changed_rows() == 0) {
    PW_RETURN_IF_ERROR(BindRow(row, node, &insert_));
    PW_RETURN_IF_ERROR(insert_.Run());
    ++rows_;
  }
  oldest_ = std::min(oldest_, absl::FromUnixMicros(row.first_us));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Store::PackLabels(const v1::Decision& decision) {
  std::vector<int64_t> ids;
  for (const auto& [key, value] : decision.labels()) {
    if (IsGeneratedLabel(key)) continue;
    for (const std::string* text : {&key, &value}) {
      PW_ASSIGN_OR_RETURN(const int64_t id, texts_->IdOf(*text));
      ids.push_back(id);
    }
  }
  return PackIds(ids);
}

// Texts are looked up first: they use statements of their own, and what is
// bound has to live until the statement was run.
absl::Status Store::BindRow(const FoldedRow& row, absl::string_view node,
                            Statement* statement) {
  const v1::Decision& latest = *row.latest;
  const auto bind_text = [this, statement](int at, absl::string_view text) {
    const absl::StatusOr<int64_t> id = texts_->IdOf(text);
    if (id.ok()) statement->Bind(at, *id);
    return id.status();
  };
  PW_RETURN_IF_ERROR(bind_text(1, latest.namespace_()));
  PW_RETURN_IF_ERROR(bind_text(2, latest.workload_kind()));
  PW_RETURN_IF_ERROR(bind_text(3, latest.workload()));
  PW_RETURN_IF_ERROR(bind_text(4, latest.container()));
  PW_RETURN_IF_ERROR(bind_text(5, latest.image()));
  statement->Bind(6, latest.reason());
  PW_RETURN_IF_ERROR(bind_text(7, latest.rule()));
  statement->Bind(8, latest.outcome());
  statement->Bind(9, row.first_us);
  statement->Bind(10, row.last_us);
  statement->Bind(11, static_cast<int64_t>(row.count));
  statement->Bind(12, static_cast<int64_t>(row.break_glass));
  statement->BindCopy(13, latest.pod());
  PW_RETURN_IF_ERROR(bind_text(14, node));
  PW_RETURN_IF_ERROR(bind_text(15, latest.policy_sha256()));
  PW_RETURN_IF_ERROR(bind_text(16, latest.policy_file()));
  statement->Bind(17, latest.policy_line());
  statement->Bind(18, latest.mode());
  statement->Bind(19, latest.confidence());
  PW_RETURN_IF_ERROR(
      bind_text(20, ShortForm(latest.message(), latest.image())));
  PW_ASSIGN_OR_RETURN(const std::string labels, PackLabels(latest));
  statement->BindCopy(21, labels);
  std::vector<int64_t> names;
  for (const std::string& name : latest.other_names()) {
    PW_ASSIGN_OR_RETURN(const int64_t id, texts_->IdOf(name));
    names.push_back(id);
  }
  statement->BindCopy(22, PackIds(names));
  return absl::OkStatus();
}

absl::Status Store::WriteHour(const FoldedHour& hour) {
  PW_ASSIGN_OR_RETURN(const int64_t name_space, texts_->IdOf(hour.name_space));
  hour_.Bind(1, hour.hour);
  hour_.Bind(2, name_space);
  hour_.Bind(3, hour.outcome);
  hour_.Bind(4, hour.reason);
  hour_.Bind(5, static_cast<int64_t>(hour.count));
  return hour_.Run();
}

uint64_t BytesOnDisk(const std::string& path) {
  uint64_t bytes = 0;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info = {};
    if (stat(absl::StrCat(path, suffix).c_str(), &info) == 0) {
      bytes += static_cast<uint64_t>(info.st_blocks) * 512;
    }
  }
  return bytes;
}

}  // namespace pinwarden
