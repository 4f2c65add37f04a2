// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_POLICY_STORE_H_
#define PINWARDEN_POLICY_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/engine.h"
#include "pinwarden/mutex.h"
#include "pinwarden/policy_source.h"

namespace pinwarden {

// The name of the last good policy in the state directory.
inline constexpr char kLastGoodPolicyName[] = "last-good-policy.yaml";

// Brings the policy from its file, and those that this includes, into the
// engine, and keeps the last good one in the state directory.
//
// With an invalid or unreadable file, whichever, none replaces a policy in
// force. The files must be owned by root or by our own user and not be writable
// by others. Messages call them by their names beside the policy, also where
// the last good texts are in force.
class PolicyStore {
 public:
  struct State {
    std::string path;
    absl::Time loaded;            // when the policy in force was
    bool from_last_good = false;  // the file was unusable at start
    uint64_t reloads = 0;         // that put a policy in force
    uint64_t failed_reloads = 0;
    std::string last_problem;  // why the file is not in force; or empty
  };

  // What one attempt at the file came to.
  struct Attempt {
    bool changed = false;  // another policy is in force now
    bool failed = false;   // the file is unusable; the old policy stays
    // Each as `pinwarden policy lint` shows it, warnings too.
    std::vector<std::string> problems;
    std::string first_error;  // on one line; empty unless failed
  };

  // Loads the file, or else the last good policy. Only reads, so that it is
  // over soon; KeepLastGood() writes.
  //
  // kFailedPrecondition: neither can be used; the message holds every problem
  //   of both. The process then ends with exit code 78 (EX_CONFIG).
  static absl::StatusOr<std::unique_ptr<PolicyStore>> Open(
      std::string path, std::string state_directory);

  Engine& engine() { return *engine_; }
  const Engine& engine() const { return *engine_; }

  // As Attempt::problems, of the file at the start.
  const std::vector<std::string>& start_problems() const {
    return start_problems_;
  }

  // Writes the texts that Open() or Reload() has put in force to one file in
  // the state directory, unless they stand there already. A failure is the caller's to
  // log: judging goes on without.
  absl::Status KeepLastGood() ABSL_LOCKS_EXCLUDED(reload_mu_);

  // Reads the files again. Those with the names and bytes of the policy in
  // force change nothing. Thread-safe; attempts are made one at a time.
  Attempt Reload() ABSL_LOCKS_EXCLUDED(reload_mu_, mu_);

  State GetState() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  PolicyStore(std::string path, std::string state_directory);

  const std::string path_;
  const std::string last_good_path_;
  std::unique_ptr<Engine> engine_;  // set once, by Open()
  std::vector<std::string> start_problems_;
  Mutex reload_mu_;  // held for a whole attempt, file and all
  // In force and not yet kept; null when there is nothing to keep.
  std::unique_ptr<const PolicySource> unkept_ ABSL_GUARDED_BY(reload_mu_);
  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(reload_mu_);
  State state_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_POLICY_STORE_H_
