// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/slip_tracker.h"

#include <time.h>

#include <utility>

namespace pinwarden {
namespace {

// Whoever judges gives a sign of it each second, so one as old as this is late.
// Another pinwardend whose last is younger still judges, and hands over to us.
constexpr absl::Duration kFreshSign = absl::Seconds(2);

absl::Duration SinceBoot() {
  timespec now = {};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return absl::DurationFromTimespec(now);
}

}  // namespace

absl::string_view GapCauseName(GapCause cause) {
  switch (cause) {
    case GapCause::kRestart:
      return "restart";
    case GapCause::kCutOff:
      return "cut_off";
    case GapCause::kBoot:
      return "boot";
    case GapCause::kUnknown:
      return "unknown";
  }
  return "";
}

bool SlipTracker::Existing(absl::string_view container_id) {
  MutexLock lock(mu_);
  if (!known_.has_value()) known_ = journal_.BeginSynchronize();
  const bool known = known_->Contains(container_id);
  journal_.NoteExisting(container_id);
  if (known) return false;
  if (registered_once_) return known_->complete;
  switch (journal_.past()) {
    case JudgedJournal::Past::kKept:
      return known_->complete;
    case JudgedJournal::Past::kBoot:
      return true;
    case JudgedJournal::Past::kNone:
    case JudgedJournal::Past::kLost:
      return false;
  }
  return false;
}

void SlipTracker::CountSlipped(bool violation) {
  MutexLock lock(mu_);
  ++(violation ? violations_now_ : allowed_now_);
  ++(violation ? stats_.slipped_violations : stats_.slipped_allowed);
}

std::optional<Gap> SlipTracker::Registered(absl::Time now) {
  MutexLock lock(mu_);
  std::optional<Gap> gap = EndingGap();
  known_.reset();
  registered_once_ = true;
  if (gap.has_value()) {
    gap->until = now;
    gap->slipped_allowed = std::exchange(allowed_now_, 0);
    gap->slipped_violations = std::exchange(violations_now_, 0);
    ++stats_.gaps;
    stats_.unjudged += gap->length;
    stats_.last = gap;
  }
  journal_.NoteAlive();
  return gap;
}

void SlipTracker::StillJudging() {
  MutexLock lock(mu_);
  late_ = !late_ && journal_.SinceAlive() > kFreshSign;
  if (!late_) journal_.NoteAlive();
}

std::optional<Gap> SlipTracker::EndingGap() const {
  Gap gap;
  gap.length = journal_.SinceAlive();
  if (!journal_.is_writer() && gap.length < kFreshSign) return std::nullopt;
  if (registered_once_) {
    gap.cause = GapCause::kCutOff;
    return gap;
  }
  switch (journal_.past()) {
    case JudgedJournal::Past::kKept:
      if (gap.length == absl::InfiniteDuration()) gap.length = SinceBoot();
      return gap;
    case JudgedJournal::Past::kNone:
      return std::nullopt;
    case JudgedJournal::Past::kBoot:
      gap.cause = GapCause::kBoot;
      gap.length = SinceBoot();
      return gap;
    case JudgedJournal::Past::kLost:
      gap.cause = GapCause::kUnknown;
      gap.length = absl::ZeroDuration();
      return gap;
  }
  return std::nullopt;
}

SlipTracker::Stats SlipTracker::GetStats() const {
  MutexLock lock(mu_);
  return stats_;
}

}  // namespace pinwarden
