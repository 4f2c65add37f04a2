// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/judged_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pinwarden/file.h"
#include "pinwarden/quote.h"

namespace pinwarden {

// As the header has it.
struct JudgedJournal::File {
  char magic[8];
  char boot_id[40];
  std::atomic<uint64_t> noted;
  std::atomic<uint64_t> synchronized_at;
  std::atomic<int64_t> alive;
  char unused[4024];
  std::atomic<uint64_t> hashes[kCapacity];
};

namespace {

constexpr char kMagic[] = "pwjudge1";
constexpr size_t kMagicBytes = sizeof(kMagic) - 1;
constexpr size_t kBootIdBytes = 36;
constexpr size_t kMaxMarkerBytes = 4096;

static_assert(std::atomic<uint64_t>::is_always_lock_free);

// FNV-1a, which is the same in every version of this program. Nobody but the
// runtime chooses ids.
uint64_t HashOf(absl::string_view id) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

int64_t BootTimeNanos() {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// What of a file under /proc is a boot's id; of another size it is none.
std::string CurrentBootId() {
  const absl::StatusOr<std::string> text =
      ReadFile("/proc/sys/kernel/random/boot_id", 64);
  if (!text.ok()) return "";
  return std::string(absl::StripAsciiWhitespace(*text));
}

absl::Status Errno(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", Quote(path)));
}

// What of an opened journal makes it one of ours.
absl::Status CheckOwner(const struct stat& info, const std::string& path) {
  if (S_ISREG(info.st_mode) && (info.st_uid == 0 || info.st_uid == geteuid()) &&
      (info.st_mode & (S_IWGRP | S_IWOTH)) == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      Quote(path), " is not a regular file that only we can write; remove it"));
}

}  // namespace

JudgedJournal::JudgedJournal(const std::string& path, std::string marker)
    : marker_(std::move(marker)) {
  static_assert(sizeof(File) == 4096 + 8 * kCapacity);
  const absl::Status status = Open(path);
  MutexLock lock(mu_);
  if (status.ok()) return;
  problem_ = std::string(status.message());
  // Untouched pages cost nothing.
  file_ = static_cast<File*>(std::calloc(1, sizeof(File)));
  writer_ = true;
}

JudgedJournal::~JudgedJournal() {
  MutexLock lock(mu_);
  if (mapped_) {
    munmap(file_, sizeof(File));
  } else {
    std::free(file_);
  }
}

absl::Status JudgedJournal::Open(const std::string& path) {
  const std::string boot_id = CurrentBootId();
  past_ = PastWithoutFile(boot_id);
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  fd_.reset(open(path.c_str(), kFlags | O_CREAT | O_EXCL, 0600));
  const bool is_new = fd_.valid();
  if (!is_new) fd_.reset(open(path.c_str(), kFlags));
  if (!fd_.valid()) return Errno("cannot open", path);
  MutexLock lock(mu_);
  writer_ = flock(fd_.get(), LOCK_EX | LOCK_NB) == 0;
  struct stat info = {};
  if (fstat(fd_.get(), &info) != 0) return Errno("cannot stat", path);
  absl::Status status = CheckOwner(info, path);
  if (!status.ok()) return status;

  const bool fits = info.st_size == static_cast<off_t>(sizeof(File));
  // Left behind by a process that found no room for it.
  if (!is_new && !fits && past_ == Past::kNone) past_ = Past::kLost;
  if (!fits && !writer_) {
    return absl::FailedPreconditionError(absl::StrCat(
        Quote(path), " is being written by another version of pinwardend"));
  }
  // The space is taken now: a full tmpfs would end us by SIGBUS later.
  if (writer_ && !fits && ftruncate(fd_.get(), 0) != 0) {
    return Errno("cannot empty", path);
  }
  if (const int error =
          writer_ ? posix_fallocate(fd_.get(), 0, sizeof(File)) : 0) {
    errno = error;
    return Errno("no room for", path);
  }
  void* const mapping = mmap(nullptr, sizeof(File), PROT_READ | PROT_WRITE,
                             MAP_SHARED, fd_.get(), 0);
  if (mapping == MAP_FAILED) return Errno("cannot map", path);
  file_ = static_cast<File*>(mapping);
  mapped_ = true;

  const bool ours = std::memcmp(file_->magic, kMagic, kMagicBytes) == 0;
  if (ours && boot_id.size() == kBootIdBytes &&
      std::memcmp(file_->boot_id, boot_id.data(), kBootIdBytes) == 0) {
    // Made, but never used: as if there were none.
    if (file_->noted > 0 || file_->alive > 0) past_ = Past::kKept;
  } else {
    if (ours) past_ = Past::kBoot;
    if (!ours && !is_new) past_ = Past::kLost;
    if (writer_) Clear(boot_id);
  }
  return absl::OkStatus();
}

// What is to be thought of a host without a journal.
JudgedJournal::Past JudgedJournal::PastWithoutFile(
    absl::string_view boot_id) const {
  const absl::StatusOr<std::string> marked =
      ReadFile(marker_, kMaxMarkerBytes, FileTrust::kOwnedByUs);
  if (absl::IsNotFound(marked.status())) return Past::kNone;
  if (!marked.ok()) return Past::kLost;
  return absl::StripAsciiWhitespace(*marked) == boot_id ? Past::kLost
                                                        : Past::kBoot;
}

void JudgedJournal::Clear(absl::string_view boot_id) {
  std::memset(static_cast<void*>(file_), 0, sizeof(File));
  boot_id.copy(file_->boot_id, kBootIdBytes);
  std::memcpy(file_->magic, kMagic, kMagicBytes);  // last: now it is one
}

bool JudgedJournal::is_writer() const {
  MutexLock lock(mu_);
  return writer_;
}

bool JudgedJournal::BecomeWriter() {
  MutexLock lock(mu_);
  if (writer_) return true;
  if (flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) return false;
  writer_ = true;
  for (const uint64_t hash : kept_) Append(hash);
  kept_.clear();
  kept_.shrink_to_fit();
  return true;
}

void JudgedJournal::NoteExisting(absl::string_view container_id) {
  const uint64_t hash = HashOf(container_id);
  MutexLock lock(mu_);
  Note(hash);
}

void JudgedJournal::NoteJudged(absl::string_view container_id) {
  const uint64_t hash = HashOf(container_id);
  MutexLock lock(mu_);
  if (writer_) file_->alive.store(BootTimeNanos(), std::memory_order_relaxed);
  Note(hash);
}

void JudgedJournal::Note(uint64_t hash) {
  if (writer_) {
    Append(hash);
  } else if (kept_.size() < kCapacity) {
    kept_.push_back(hash);
  }
}

void JudgedJournal::Append(uint64_t hash) {
  const uint64_t n = file_->noted.load(std::memory_order_relaxed);
  file_->hashes[n % kCapacity].store(hash, std::memory_order_relaxed);
  file_->noted.store(n + 1, std::memory_order_release);
}

void JudgedJournal::NoteAlive() {
  MutexLock lock(mu_);
  if (writer_) file_->alive.store(BootTimeNanos(), std::memory_order_relaxed);
}

absl::Duration JudgedJournal::SinceAlive() const {
  MutexLock lock(mu_);
  const int64_t alive = file_->alive.load(std::memory_order_relaxed);
  const int64_t now = BootTimeNanos();
  if (alive <= 0 || alive > now) return absl::InfiniteDuration();
  return absl::Nanoseconds(now - alive);
}

JudgedJournal::Known JudgedJournal::BeginSynchronize() {
  MutexLock lock(mu_);
  const uint64_t noted = file_->noted.load(std::memory_order_acquire);
  const uint64_t stored = std::min<uint64_t>(noted, kCapacity);
  Known known;
  known.hashes.reserve(stored + kept_.size());
  for (uint64_t i = 0; i < stored; ++i) {
    known.hashes.insert(file_->hashes[i].load(std::memory_order_relaxed));
  }
  known.hashes.insert(kept_.begin(), kept_.end());
  // A container is noted again at each Synchronize while it is there, so what
  // has been overwritten since then is all that can be missing.
  known.complete =
      noted - file_->synchronized_at.load(std::memory_order_relaxed) <=
      kCapacity;
  if (writer_) {
    file_->synchronized_at.store(noted, std::memory_order_relaxed);
  }
  return known;
}

bool JudgedJournal::Known::Contains(absl::string_view container_id) const {
  return hashes.contains(HashOf(container_id));
}

absl::Status JudgedJournal::MarkHost() const {
  return WriteFileAtomically(marker_, absl::StrCat(CurrentBootId(), "\n"),
                             0600);
}

}  // namespace pinwarden
