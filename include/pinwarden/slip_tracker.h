// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SLIP_TRACKER_H_
#define PINWARDEN_SLIP_TRACKER_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/judged_journal.h"
#include "pinwarden/mutex.h"

namespace pinwarden {

enum class GapCause {
  kRestart,  // this process was not there yet
  kCutOff,   // the connection to the runtime had ended
  kBoot,     // the host started, and the runtime before us
  kUnknown,  // what was known of the time before has been lost
};

absl::string_view GapCauseName(GapCause cause);  // "restart", ...

// A time in which nobody judged. It ends when we are registered, and begins
// with the last sign of judging before.
struct Gap {
  absl::Time until;
  absl::Duration length;  // by a clock that nobody sets
  GapCause cause = GapCause::kRestart;
  uint64_t slipped_allowed = 0;
  uint64_t slipped_violations = 0;

  absl::Time from() const { return until - length; }
};

// Tells the containers that slipped by from those that were judged, whether by
// us or by a pinwardend before us. Thread-safe; does no I/O.
class SlipTracker {
 public:
  struct Stats {
    uint64_t gaps = 0;
    absl::Duration unjudged;
    std::optional<Gap> last;
    uint64_t slipped_allowed = 0;
    uint64_t slipped_violations = 0;
  };

  // `journal` must outlive the tracker.
  explicit SlipTracker(JudgedJournal& journal) : journal_(journal) {}

  // The runtime asked about a container, and has an answer.
  void Judged(absl::string_view container_id) {
    journal_.NoteJudged(container_id);
  }

  // A container that Synchronize lists: was it created while nobody judged?
  // Where that cannot be known, as on the first day, it was not.
  bool Existing(absl::string_view container_id) ABSL_LOCKS_EXCLUDED(mu_);

  // One that slipped, and what the policy thinks of it.
  void CountSlipped(bool violation) ABSL_LOCKS_EXCLUDED(mu_);

  // Synchronize is over: the gap that ends with it, if there was one.
  std::optional<Gap> Registered(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  // Called once a second while registered, so that a gap begins late enough. A
  // sign that comes late is held back until the next: the process may have been
  // stopped, and the runtime have cut it off, which it is about to find out.
  void StillJudging() ABSL_LOCKS_EXCLUDED(mu_);

  Stats GetStats() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  std::optional<Gap> EndingGap() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  JudgedJournal& journal_;
  mutable Mutex mu_;
  bool registered_once_ ABSL_GUARDED_BY(mu_) = false;
  // From the first container of a Synchronize to its end.
  std::optional<JudgedJournal::Known> known_ ABSL_GUARDED_BY(mu_);
  bool late_ ABSL_GUARDED_BY(mu_) = false;
  uint64_t allowed_now_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t violations_now_ ABSL_GUARDED_BY(mu_) = 0;
  Stats stats_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_SLIP_TRACKER_H_
