// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_BREAK_GLASS_H_
#define PINWARDEN_BREAK_GLASS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/glob.h"
#include "pinwarden/mutex.h"
#include "pinwarden/v1/control.pb.h"

namespace pinwarden {

inline constexpr absl::Duration kMinBreakGlass = absl::Minutes(1);
inline constexpr absl::Duration kMaxBreakGlass = absl::Hours(24);
inline constexpr size_t kMaxBreakGlassReasonBytes = 1024;
inline constexpr size_t kMaxBreakGlassWhoBytes = 256;

// Its name in the state directory.
inline constexpr char kBreakGlassName[] = "break-glass.json";

// The emergency lever: for a time, what would be refused is let in.
//
// It ends by a clock that nobody can set, counted from when it began. It is
// kept in a file, and so outlives the process; after a reboot, when that clock
// has begun anew, the wall clock decides, and one that stands before the
// beginning ends it. Thread-safe.
class BreakGlass {
 public:
  struct Clocks {
    std::function<absl::Time()> wall;
    std::function<absl::Duration()> since_boot;  // sleep counts
    std::string boot_id;                         // one for each boot
  };
  static Clocks SystemClocks();

  // `path` is the file that it is kept in.
  explicit BreakGlass(std::string path, Clocks clocks = SystemClocks());

  // Takes up what the file says, unless that has ended; a file that cannot be
  // used is as none, and logged.
  void Restore() ABSL_LOCKS_EXCLUDED(mu_);

  // Replaces one that is in force. kInvalidArgument as in control.proto. Where
  // the file cannot be written it is in force all the same, and its status says
  // that it would not outlive a restart.
  absl::StatusOr<v1::BreakGlassStatus> Begin(
      const v1::BreakGlassRequest& request) ABSL_LOCKS_EXCLUDED(mu_);

  // kFailedPrecondition: none is in force.
  absl::StatusOr<v1::BreakGlassStatus> End(absl::string_view who)
      ABSL_LOCKS_EXCLUDED(mu_);

  // On a verdict's path: whether a container of this namespace is let in now.
  bool Covers(absl::string_view name_space) const ABSL_LOCKS_EXCLUDED(mu_);
  void CountLetIn() { let_in_.fetch_add(1, std::memory_order_relaxed); }

  // To be called now and then: logs that it has ended, and removes the file.
  void Tick() ABSL_LOCKS_EXCLUDED(mu_);

  v1::BreakGlassStatus GetStatus() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // One use of the lever.
  struct Use {
    Use(v1::BreakGlassRequest request, absl::Time since, absl::Duration until);

    const v1::BreakGlassRequest request;
    const Glob name_space;
    const absl::Time since;      // by the wall clock, as it was set then
    const absl::Duration until;  // by since_boot
  };

  std::shared_ptr<const Use> Current() const ABSL_LOCKS_EXCLUDED(mu_);
  bool Holds(const Use& use) const { return clocks_.since_boot() < use.until; }
  std::string Render(const Use& use) const;
  std::shared_ptr<const Use> Parse(const std::string& text) const;
  void Install(std::shared_ptr<const Use> use)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void LogEnd(const Use& use, absl::string_view cause,
              absl::string_view who) const;

  const std::string path_;
  const Clocks clocks_;
  std::atomic<bool> installed_{false};  // use_ is not null
  std::atomic<uint64_t> let_in_{0};
  Mutex change_mu_;  // held for a whole change, file and all
  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(change_mu_);
  std::shared_ptr<const Use> use_ ABSL_GUARDED_BY(mu_);   // in force
  std::shared_ptr<const Use> last_ ABSL_GUARDED_BY(mu_);  // that was, or is
  std::string problem_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_BREAK_GLASS_H_
