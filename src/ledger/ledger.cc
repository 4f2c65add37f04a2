// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ledger/fold.h"
#include "ledger/set_aside.h"
#include "ledger/store.h"
#include "pinwarden/mutex.h"
#include "pinwarden/quote.h"
#include "pinwarden/status_macros.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kNice = 10;

// Then what waits is written before its time.
constexpr size_t kEarlyRows = 512;

// Then decisions are folded before their time: each is some kilobytes.
constexpr size_t kManyPending = 2048;

constexpr std::chrono::seconds kRetry(2);
constexpr std::chrono::milliseconds kLockRetry(100);
constexpr std::chrono::hours kRetention(1);

// At a handover another process has the file for a moment.
constexpr std::chrono::seconds kLockPatience(10);

// SQLite takes no path with a symbolic link in it, and a host may well have one
// on the way to its state directory.
std::string Resolved(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return path;
  char real[PATH_MAX];
  const std::string directory = slash == 0 ? "/" : path.substr(0, slash);
  if (realpath(directory.c_str(), real) == nullptr) return path;
  return absl::StrCat(real, real[1] == '\0' ? "" : "/", path.substr(slash + 1));
}

}  // namespace

// The thread owns the store; everything that others see is under `mu_`.
class Ledger::Impl {
 public:
  explicit Impl(LedgerOptions options)
      : options_(std::move(options)), thread_([this] { Run(); }) {}

  ~Impl() {
    {
      MutexLock lock(mu_);
      stopping_ = true;
    }
    changed_.SignalAll();
    thread_.join();
  }

  void Record(const DecisionPtr& decision) ABSL_LOCKS_EXCLUDED(mu_) {
    bool wake = false;
    {
      MutexLock lock(mu_);
      ++recorded_;
      if (refused_ || pending_.size() >= kMaxWaitingRows) {
        ++settled_;
        ++stats_.dropped;
        return;
      }
      wake = Idle() || pending_.size() + 1 == kManyPending;
      pending_.push_back(decision);
    }
    if (wake) changed_.SignalAll();
  }

  bool Flush(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_) {
    const auto deadline = Steady::now() + absl::ToChronoMilliseconds(timeout);
    MutexLock lock(mu_);
    const uint64_t want = recorded_;
    ++flushes_;
    changed_.SignalAll();
    while (settled_ < want) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          deadline - Steady::now());
      if (left.count() <= 0) break;
      changed_.WaitFor(mu_, left);
    }
    --flushes_;
    return settled_ >= want;
  }

  Stats GetStats() const ABSL_LOCKS_EXCLUDED(mu_) {
    Stats stats;
    {
      MutexLock lock(mu_);
      stats = stats_;
    }
    stats.bytes = BytesOnDisk(options_.path);
    return stats;
  }

 private:
  void Run();
  bool AwaitWork(bool open) ABSL_LOCKS_EXCLUDED(mu_);
  std::chrono::milliseconds TimeLeft() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Hurry() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Idle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return pending_.empty() && waiting_.empty();
  }
  void FoldPending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Lock();
  void TryOpen();
  absl::Status WriteWaiting() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Forget();
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);
  void SetProblem(std::string problem, bool refused) ABSL_LOCKS_EXCLUDED(mu_);
  void Publish() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Time Now() const {
    return options_.clock ? options_.clock() : absl::Now();
  }

  const LedgerOptions options_;

  // Of the thread.
  std::string path_;  // without links on the way
  UniqueFd lock_;     // held while `store_` is open
  std::unique_ptr<Store> store_;
  Steady::time_point next_try_ = Steady::now();
  Steady::time_point next_retention_;
  std::optional<Steady::time_point> locked_out_since_;

  mutable Mutex mu_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  int flushes_ ABSL_GUARDED_BY(mu_) = 0;
  bool refused_ ABSL_GUARDED_BY(mu_) = false;  // nothing is worth waiting
  // As they came: to fold them is work for the thread, not for who records.
  std::vector<DecisionPtr> pending_ ABSL_GUARDED_BY(mu_);
  Fold waiting_ ABSL_GUARDED_BY(mu_){kMaxWaitingRows};
  Steady::time_point waiting_since_ ABSL_GUARDED_BY(mu_);
  uint64_t recorded_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t settled_ ABSL_GUARDED_BY(mu_) = 0;  // of them: written or dropped
  Stats stats_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // last: it uses all of them
};

void Ledger::Impl::Run() {
  // On Linux of this thread alone: it gives way to those that judge. Where a
  // sandbox does not allow that, it does not.
  setpriority(PRIO_PROCESS, 0, kNice);
  TryOpen();
  while (AwaitWork(store_ != nullptr)) {
    if (store_ == nullptr) TryOpen();
    if (store_ == nullptr) continue;
    absl::Status status = WriteWaiting();
    if (status.ok() && Steady::now() >= next_retention_) status = Forget();
    if (status.ok()) {
      SetProblem("", false);
      Publish();
    } else {
      Fail(status);
    }
  }
  // One last time; what cannot be written now is lost.
  if (store_ == nullptr) TryOpen();
  if (store_ != nullptr) WriteWaiting().IgnoreError();
  store_.reset();
}

bool Ledger::Impl::Hurry() const {
  return stopping_ || flushes_ > 0 || waiting_.rows() >= kEarlyRows;
}

// Until there may be something to do.
std::chrono::milliseconds Ledger::Impl::TimeLeft() const {
  Steady::time_point until = next_retention_;
  if (store_ == nullptr) {
    until = next_try_;
  } else if (!Idle()) {
    until = std::min(
        until,
        Steady::time_point(waiting_since_ +
                           absl::ToChronoNanoseconds(options_.write_interval)));
  }
  return std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
}

// False when it is time to end.
bool Ledger::Impl::AwaitWork(bool open) {
  MutexLock lock(mu_);
  FoldPending();
  bool was_idle = Idle();
  if (!was_idle) waiting_since_ = Steady::now();
  while (!stopping_) {
    if (was_idle && !Idle()) {
      was_idle = false;
      waiting_since_ = Steady::now();
    }
    if (pending_.size() >= kManyPending) FoldPending();
    if (open && !Idle() && Hurry()) return true;
    const auto left = TimeLeft();
    if (left.count() <= 0) return true;
    changed_.WaitFor(mu_, left);
  }
  return false;
}

// One process at a time. Not a lock on the file itself: SQLite's own would go
// when any descriptor of it is closed.
bool Ledger::Impl::Lock() {
  if (lock_.valid()) return true;
  const std::string name = absl::StrCat(path_, ".lock");
  UniqueFd fd(
      open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) {
    SetProblem(std::string(absl::ErrnoToStatus(
                               errno, absl::StrCat("cannot open ", Quote(name)))
                               .message()),
               false);
    return false;
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto now = Steady::now();
    if (!locked_out_since_.has_value()) locked_out_since_ = now;
    if (now - *locked_out_since_ >= kLockPatience) {
      SetProblem("another process writes the ledger", false);
    }
    next_try_ = now + kLockRetry;
    return false;
  }
  locked_out_since_.reset();
  lock_ = std::move(fd);
  return true;
}

void Ledger::Impl::TryOpen() {
  next_try_ = Steady::now() + kRetry;
  path_ = Resolved(options_.path);
  if (!Lock()) return;
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(
      path_, {.days = options_.days, .megabytes = options_.megabytes});
  if (absl::IsDataLoss(store.status())) {
    Fail(store.status());
    store = Store::Open(
        path_, {.days = options_.days, .megabytes = options_.megabytes});
  }
  if (!store.ok()) {
    Fail(store.status());
    return;
  }
  store_ = *std::move(store);
  next_retention_ = Steady::now();
}

absl::Status Ledger::Impl::WriteWaiting() {
  while (true) {
    Fold batch(0);
    {
      MutexLock lock(mu_);
      FoldPending();
      if (waiting_.empty()) return absl::OkStatus();
      batch = waiting_.TakeSome(store_->batch_rows());
    }
    const absl::Status status =
        store_->IsAt(path_) ? store_->Write(batch, options_.node)
                            : absl::UnavailableError("the file was removed");
    if (!status.ok()) {
      MutexLock lock(mu_);
      const uint64_t lost = waiting_.Merge(std::move(batch));
      stats_.dropped += lost;
      settled_ += lost;
      return status;
    }
    SetProblem("", false);
    {
      MutexLock lock(mu_);
      stats_.rows = store_->rows();
      stats_.oldest = store_->oldest();
      stats_.written += batch.decisions();
      settled_ += batch.decisions();
    }
    changed_.SignalAll();
    PW_RETURN_IF_ERROR(store_->ForgetSurplus());
  }
}

absl::Status Ledger::Impl::Forget() {
  next_retention_ = Steady::now() + kRetention;
  return store_->ForgetOld(Now());
}

void Ledger::Impl::FoldPending() {
  for (const DecisionPtr& decision : pending_) {
    if (waiting_.Add(decision)) continue;
    ++settled_;
    ++stats_.dropped;
  }
  pending_.clear();
}

// What is to be done about it, and said.
void Ledger::Impl::Fail(const absl::Status& status) {
  std::string problem = std::string(status.message());
  store_.reset();
  next_try_ = Steady::now() + kRetry;
  if (absl::IsDataLoss(status)) {
    const absl::StatusOr<std::string> aside = SetAside(path_, Now());
    if (aside.ok()) {
      problem = absl::StrCat(problem, "; set aside as ", Quote(*aside));
      MutexLock lock(mu_);
      stats_.set_aside = *aside;
    } else {
      absl::StrAppend(&problem, "; ", aside.status().message());
    }
  }
  SetProblem(std::move(problem), absl::IsFailedPrecondition(status));
}

void Ledger::Impl::SetProblem(std::string problem, bool refused) {
  {
    MutexLock lock(mu_);
    if (refused && !refused_) {
      FoldPending();
      stats_.dropped += waiting_.decisions();
      settled_ += waiting_.decisions();
      waiting_ = Fold(kMaxWaitingRows);
    }
    refused_ = refused;
    if (stats_.problem == problem) return;
    stats_.problem = problem;
  }
  changed_.SignalAll();
  if (options_.problem_changed) options_.problem_changed(problem);
}

void Ledger::Impl::Publish() {
  MutexLock lock(mu_);
  stats_.rows = store_->rows();
  stats_.oldest = store_->oldest();
}

Ledger::Ledger(LedgerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

Ledger::~Ledger() = default;

void Ledger::Record(const DecisionPtr& decision) { impl_->Record(decision); }

bool Ledger::Flush(absl::Duration timeout) { return impl_->Flush(timeout); }

Ledger::Stats Ledger::GetStats() const { return impl_->GetStats(); }

}  // namespace pinwarden
