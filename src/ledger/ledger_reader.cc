// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ledger_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/message_form.h"
#include "ledger/schema.h"
#include "ledger/sqlite.h"
#include "ledger/text_store.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"

namespace pinwarden {
namespace {

constexpr int kCacheKib = 256;
constexpr int kRowsAtOnce = 512;    // that are looked at
constexpr int kHoursAtOnce = 2048;  // likewise
constexpr size_t kMaxBatchBytes = 256 << 10;
constexpr size_t kMaxTextBytes = 16'384;

constexpr char kRows[] =
    "SELECT id, namespace, workload_kind, workload, container, image, reason, "
    "rule, outcome, first, last, count, break_glass, last_pod, node, "
    "policy_sha256, policy_file, policy_line, mode, confidence, message, "
    "labels, other_names FROM decision WHERE id > ?1 ORDER BY id LIMIT ?2";

constexpr char kHours[] =
    "SELECT start, namespace, outcome, reason, count FROM hour "
    "WHERE (start, namespace, outcome, reason) > (?1, ?2, ?3, ?4) "
    "ORDER BY start, namespace, outcome, reason LIMIT ?5";

void SetMicros(int64_t micros, google::protobuf::Timestamp* out) {
  const int64_t part = micros % 1'000'000;
  const int64_t rest = part < 0 ? part + 1'000'000 : part;
  out->set_seconds((micros - rest) / 1'000'000);
  out->set_nanos(static_cast<int32_t>(rest * 1000));
}

// A value of an enum that this program knows, or 0.
template <typename Enum>
Enum EnumOf(int64_t value, bool (*is_valid)(int)) {
  if (value < 0 || value > 1000 || !is_valid(static_cast<int>(value))) {
    return static_cast<Enum>(0);
  }
  return static_cast<Enum>(value);
}

absl::Status Explain(const absl::Status& status, const std::string& path) {
  return absl::Status(status.code(),
                      absl::StrCat("cannot read the ledger ", Quote(path), ": ",
                                   status.message()));
}

// Where nothing can be written beside the file, as on a read-only copy, it is
// read as it is.
absl::StatusOr<Database> OpenToRead(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(errno, "cannot see the file");
  }
  for (const auto access :
       {Database::Access::kRead, Database::Access::kImmutable}) {
    absl::StatusOr<Database> db = Database::Open(path, access, kCacheKib);
    absl::Status status = db.status();
    if (status.ok()) status = LookAt(&*db).status();
    if (status.ok()) return db;
    const bool has_log = stat(absl::StrCat(path, "-wal").c_str(), &info) == 0;
    if (!absl::IsNotFound(status) || has_log ||
        access == Database::Access::kImmutable) {
      if (absl::IsNotFound(status)) {
        return absl::PermissionDeniedError(status.message());
      }
      return status;
    }
  }
  return absl::InternalError("unreachable");
}

}  // namespace

class LedgerReader::Impl {
 public:
  Impl(std::string path, LedgerQuery query, Database db)
      : path_(std::move(path)),
        query_(std::move(query)),
        since_(absl::ToUnixMicros(query_.since)),
        db_(std::move(db)) {}

  absl::Status Prepare() {
    PW_ASSIGN_OR_RETURN(const LedgerFile file, LookAt(&db_));
    switch (file) {
      case LedgerFile::kOurs:
        break;
      case LedgerFile::kEmpty:
        rows_left_ = hours_left_ = false;
        return absl::OkStatus();
      case LedgerFile::kNewer:
        return absl::FailedPreconditionError(
            "it was made by a newer version of pinwardend");
      case LedgerFile::kForeign:
        return absl::DataLossError("it is not a ledger");
    }
    PW_ASSIGN_OR_RETURN(rows_, db_.Prepare(kRows));
    PW_ASSIGN_OR_RETURN(hours_, db_.Prepare(kHours));
    PW_ASSIGN_OR_RETURN(TextReader texts, TextReader::Prepare(&db_));
    texts_.emplace(std::move(texts));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(LedgerBatch* batch) {
    batch->rows.clear();
    batch->hours.clear();
    if (!rows_left_ && !hours_left_) return false;
    const absl::Status status = Read(batch);
    if (!status.ok()) return Explain(status, path_);
    return true;
  }

  absl::StatusOr<absl::Time> Oldest() {
    if (!texts_.has_value()) return absl::InfiniteFuture();
    const absl::StatusOr<int64_t> first =
        db_.QueryInt("SELECT coalesce(min(first), -1) FROM decision");
    if (!first.ok()) return Explain(first.status(), path_);
    return *first < 0 ? absl::InfiniteFuture() : absl::FromUnixMicros(*first);
  }

 private:
  // Row and texts are of one transaction, which ends with the batch.
  absl::Status Read(LedgerBatch* batch) {
    PW_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(&db_, Transaction::Kind::kRead));
    PW_ASSIGN_OR_RETURN(const int64_t version,
                        db_.QueryInt("PRAGMA data_version"));
    if (version != data_version_) texts_->Forget();
    data_version_ = version;
    PW_RETURN_IF_ERROR(rows_left_ ? ReadRows(batch) : ReadHours(batch));
    return transaction.Commit();
  }

  bool Wants(absl::string_view name_space) const {
    return query_.namespaces.empty() ||
           std::any_of(query_.namespaces.begin(), query_.namespaces.end(),
                       [name_space](const Glob& glob) {
                         return glob.Matches(name_space);
                       });
  }

  absl::Status ReadRows(LedgerBatch* batch) {
    rows_.Bind(1, last_id_);
    rows_.Bind(2, kRowsAtOnce);
    size_t bytes = 0;
    while (bytes < kMaxBatchBytes) {
      PW_ASSIGN_OR_RETURN(const bool found, rows_.Step());
      if (!found) {
        // The statement has ended by itself: short of its limit, by the last.
        rows_left_ = looked_at_ == kRowsAtOnce;
        looked_at_ = 0;
        return absl::OkStatus();
      }
      ++looked_at_;
      last_id_ = rows_.Int(0);
      v1::LedgerRow row;
      PW_ASSIGN_OR_RETURN(*row.mutable_namespace_(),
                          texts_->TextOf(rows_.Int(1)));
      const bool wanted = Wants(row.namespace_());
      if (!wanted || rows_.Int(10) < since_) continue;
      PW_RETURN_IF_ERROR(FillRow(&row));
      bytes += row.ByteSizeLong();
      batch->rows.push_back(std::move(row));
    }
    rows_.Reset();
    looked_at_ = 0;
    return absl::OkStatus();
  }

  absl::Status FillRow(v1::LedgerRow* row) {
    const std::pair<int, std::string*> texts[] = {
        {2, row->mutable_workload_kind()},  {3, row->mutable_workload()},
        {4, row->mutable_container()},      {5, row->mutable_image()},
        {7, row->mutable_rule()},           {14, row->mutable_node()},
        {15, row->mutable_policy_sha256()}, {16, row->mutable_policy_file()},
        {20, row->mutable_message()}};
    for (const auto& [column, text] : texts) {
      PW_ASSIGN_OR_RETURN(*text, texts_->TextOf(rows_.Int(column)));
    }
    row->set_message(FullForm(row->message(), row->image()));
    row->set_reason(EnumOf<v1::Reason>(rows_.Int(6), v1::Reason_IsValid));
    row->set_outcome(EnumOf<v1::Outcome>(rows_.Int(8), v1::Outcome_IsValid));
    SetMicros(rows_.Int(9), row->mutable_first());
    SetMicros(rows_.Int(10), row->mutable_last());
    row->set_count(static_cast<uint64_t>(rows_.Int(11)));
    row->set_break_glass(static_cast<uint64_t>(rows_.Int(12)));
    row->set_last_pod(ToValidUtf8(rows_.Bytes(13), kMaxTextBytes));
    row->set_policy_line(static_cast<uint32_t>(rows_.Int(17)));
    row->set_mode(EnumOf<v1::Mode>(rows_.Int(18), v1::Mode_IsValid));
    row->set_confidence(
        EnumOf<v1::Confidence>(rows_.Int(19), v1::Confidence_IsValid));
    PW_ASSIGN_OR_RETURN(const std::vector<int64_t> labels,
                        UnpackIds(rows_.Bytes(21)));
    if (labels.size() % 2 != 0) {
      return absl::DataLossError("a label without a value");
    }
    for (size_t i = 0; i < labels.size(); i += 2) {
      PW_ASSIGN_OR_RETURN(const std::string key, texts_->TextOf(labels[i]));
      PW_ASSIGN_OR_RETURN((*row->mutable_labels())[key],
                          texts_->TextOf(labels[i + 1]));
    }
    PW_ASSIGN_OR_RETURN(const std::vector<int64_t> names,
                        UnpackIds(rows_.Bytes(22)));
    for (const int64_t name : names) {
      PW_ASSIGN_OR_RETURN(*row->add_other_names(), texts_->TextOf(name));
    }
    return absl::OkStatus();
  }

  absl::Status ReadHours(LedgerBatch* batch) {
    for (int i = 0; i < 4; ++i) hours_.Bind(i + 1, last_hour_[i]);
    hours_.Bind(5, kHoursAtOnce);
    int looked_at = 0;
    while (true) {
      PW_ASSIGN_OR_RETURN(const bool found, hours_.Step());
      if (!found) break;
      ++looked_at;
      for (int i = 0; i < 4; ++i) last_hour_[i] = hours_.Int(i);
      v1::LedgerHour hour;
      PW_ASSIGN_OR_RETURN(*hour.mutable_namespace_(),
                          texts_->TextOf(hours_.Int(1)));
      const bool wanted = Wants(hour.namespace_());
      // The hour that `since` falls into counts whole.
      if (!wanted || (hours_.Int(0) + 1) * 3'600'000'000 <= since_) continue;
      hour.mutable_start()->set_seconds(hours_.Int(0) * 3600);
      hour.set_outcome(EnumOf<v1::Outcome>(hours_.Int(2), v1::Outcome_IsValid));
      hour.set_reason(EnumOf<v1::Reason>(hours_.Int(3), v1::Reason_IsValid));
      hour.set_count(static_cast<uint64_t>(hours_.Int(4)));
      batch->hours.push_back(std::move(hour));
    }
    hours_left_ = looked_at == kHoursAtOnce;
    return absl::OkStatus();
  }

  const std::string path_;
  const LedgerQuery query_;
  const int64_t since_;
  Database db_;
  Statement rows_;
  Statement hours_;
  std::optional<TextReader> texts_;
  int64_t data_version_ = -1;
  bool rows_left_ = true;
  bool hours_left_ = true;
  int looked_at_ = 0;
  int64_t last_id_ = 0;
  int64_t last_hour_[4] = {INT64_MIN, 0, 0, 0};
};

LedgerReader::LedgerReader(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

LedgerReader::~LedgerReader() = default;

absl::StatusOr<std::unique_ptr<LedgerReader>> LedgerReader::Open(
    const std::string& path, LedgerQuery query) {
  absl::StatusOr<Database> db = OpenToRead(path);
  if (!db.ok()) return Explain(db.status(), path);
  auto impl = std::make_unique<Impl>(path, std::move(query), *std::move(db));
  const absl::Status status = impl->Prepare();
  if (!status.ok()) return Explain(status, path);
  return std::unique_ptr<LedgerReader>(new LedgerReader(std::move(impl)));
}

absl::StatusOr<bool> LedgerReader::Next(LedgerBatch* batch) {
  return impl_->Next(batch);
}

absl::StatusOr<absl::Time> LedgerReader::Oldest() { return impl_->Oldest(); }

absl::Status ReadLedgerFile(const std::string& path, LedgerQuery query,
                            const std::function<void(LedgerBatch)>& each) {
  PW_ASSIGN_OR_RETURN(const std::unique_ptr<LedgerReader> reader,
                      LedgerReader::Open(path, std::move(query)));
  while (true) {
    LedgerBatch batch;
    PW_ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
    if (!more) return absl::OkStatus();
    each(std::move(batch));
  }
}

}  // namespace pinwarden
