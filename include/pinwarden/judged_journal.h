// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_JUDGED_JOURNAL_H_
#define PINWARDEN_JUDGED_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/mutex.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Which containers were judged, and when we last judged at all, in a small file
// that is mapped into memory: noting a container is a few stores, done before
// its request is answered, and SIGKILL loses none of them. It belongs on a
// tmpfs, as /run is: containers do not outlive a boot either.
//
// Time is CLOCK_BOOTTIME, so that nobody's clock makes a gap or hides one.
//
//   bytes      what
//   0 to 8     "pwjudge1"
//   8 to 44    the boot's id, as the kernel writes it
//   48 to 56   u64: containers noted since the file was made
//   56 to 64   u64: the same when Synchronize last began
//   64 to 72   i64: boot time of the last sign of judging, in ns; 0 for none
//   4096 on    65,536 × u64: hashes of container ids, the oldest overwritten
//
// Integers are the host's own. One process writes, the one that holds the
// file's lock; while another one does, what is noted is kept in memory.
class JudgedJournal {
 public:
  static constexpr size_t kCapacity = 65'536;

  // What the file tells of the time before this process.
  enum class Past {
    kKept,  // all containers that were judged and may still be there
    kNone,  // nothing was ever judged on this host
    kBoot,  // nothing was judged yet since the host was booted
    kLost,  // there ought to be a file, and there is none that can be read
  };

  // Opens or makes `path`. `marker` is a file that outlives a boot, and says
  // that something was judged here; MarkHost() writes it. Without a usable file
  // everything is kept in memory only, and problem() says why.
  JudgedJournal(const std::string& path, std::string marker);
  ~JudgedJournal();

  JudgedJournal(const JudgedJournal&) = delete;
  JudgedJournal& operator=(const JudgedJournal&) = delete;

  Past past() const { return past_; }
  const std::string& problem() const { return problem_; }

  // True unless another process writes the file.
  bool is_writer() const ABSL_LOCKS_EXCLUDED(mu_);

  // Becomes the writer if nobody else is any more, and writes what was kept.
  bool BecomeWriter() ABSL_LOCKS_EXCLUDED(mu_);

  // A container is there, found at Synchronize. This and the next two do no I/O.
  void NoteExisting(absl::string_view container_id) ABSL_LOCKS_EXCLUDED(mu_);

  // A container was judged, which is a sign of judging, too.
  void NoteJudged(absl::string_view container_id) ABSL_LOCKS_EXCLUDED(mu_);

  // We judge now.
  void NoteAlive() ABSL_LOCKS_EXCLUDED(mu_);

  // How long ago the last sign of judging was. Infinite: there was none.
  absl::Duration SinceAlive() const ABSL_LOCKS_EXCLUDED(mu_);

  // What is known when Synchronize begins.
  struct Known {
    absl::flat_hash_set<uint64_t> hashes;
    bool complete = true;  // no container has been forgotten

    bool Contains(absl::string_view container_id) const;
  };
  Known BeginSynchronize() ABSL_LOCKS_EXCLUDED(mu_);

  // Writes the marker: from now on the past of this host is not kNone. Does
  // I/O.
  absl::Status MarkHost() const;

 private:
  struct File;

  absl::Status Open(const std::string& path) ABSL_LOCKS_EXCLUDED(mu_);
  Past PastWithoutFile(absl::string_view boot_id) const;
  void Clear(absl::string_view boot_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Note(uint64_t hash) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Append(uint64_t hash) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string marker_;
  std::string problem_;
  UniqueFd fd_;  // holds the lock
  Past past_ = Past::kNone;

  mutable Mutex mu_;
  File* file_ ABSL_GUARDED_BY(mu_) = nullptr;  // mapped, or of our own memory
  bool mapped_ ABSL_GUARDED_BY(mu_) = false;
  bool writer_ ABSL_GUARDED_BY(mu_) = false;
  // While another process writes.
  std::vector<uint64_t> kept_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_JUDGED_JOURNAL_H_
