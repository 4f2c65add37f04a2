// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/policy_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "daemon/last_good.h"
#include "daemon/policy_file.h"
#include "pinwarden/file.h"
#include "pinwarden/policy_files.h"

namespace pinwarden {
namespace {

// Only we read it: what a policy exempts is nobody else's business.
constexpr mode_t kLastGoodMode = 0600;

}  // namespace

PolicyStore::PolicyStore(std::string path, std::string state_directory)
    : path_(std::move(path)),
      last_good_path_(absl::StrCat(state_directory, "/", kLastGoodPolicyName)) {
}

absl::StatusOr<std::unique_ptr<PolicyStore>> PolicyStore::Open(
    std::string path, std::string state_directory) {
  // make_unique cannot reach the constructor.
  std::unique_ptr<PolicyStore> store(
      new PolicyStore(std::move(path), std::move(state_directory)));
  const absl::Time now = absl::Now();
  PolicyFile file = ReadPolicyFile(store->path_, now);
  State state;
  state.path = store->path_;
  state.loaded = now;
  store->start_problems_ = std::move(file.problems);
  if (file.policy == nullptr) {
    state.from_last_good = true;
    state.last_problem = std::move(file.first_error);
    file =
        ReadLastGoodFile(store->last_good_path_, BaseName(store->path_), now);
    if (file.policy == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(absl::StrJoin(store->start_problems_, ""),
                       "and of the last good policy, ", store->last_good_path_,
                       ":\n", absl::StrJoin(file.problems, "")));
    }
  }
  store->engine_ = std::make_unique<Engine>(std::move(file.policy));
  {
    MutexLock reload_lock(store->reload_mu_);
    if (!state.from_last_good) {
      store->unkept_ =
          std::make_unique<const PolicySource>(std::move(file.source));
    }
    MutexLock lock(store->mu_);
    store->state_ = std::move(state);
  }
  return store;
}

absl::Status PolicyStore::KeepLastGood() {
  MutexLock reload_lock(reload_mu_);
  if (unkept_ == nullptr) return absl::OkStatus();
  // Attempted once for each text: a full disk is not tried again and again.
  const std::string bytes = PackLastGood(*unkept_);
  unkept_.reset();
  const absl::StatusOr<std::string> kept = ReadLastGoodBytes(last_good_path_);
  if (kept.ok() && *kept == bytes) return absl::OkStatus();
  return WriteFileAtomically(last_good_path_, bytes, kLastGoodMode);
}

PolicyStore::Attempt PolicyStore::Reload() {
  MutexLock reload_lock(reload_mu_);
  const absl::Time now = absl::Now();
  PolicyFile file = ReadPolicyFile(path_, now);
  Attempt attempt;
  attempt.problems = std::move(file.problems);
  attempt.failed = file.policy == nullptr;
  if (attempt.failed) {
    attempt.first_error = file.first_error;
    MutexLock lock(mu_);
    ++state_.failed_reloads;
    state_.last_problem = std::move(file.first_error);
    return attempt;
  }
  // By name too: messages must not tell of a file that was renamed.
  attempt.changed = !file.policy->SameSource(*engine_->Current().policy);
  if (attempt.changed) {
    engine_->Install(std::move(file.policy));
    unkept_ = std::make_unique<const PolicySource>(std::move(file.source));
  }
  MutexLock lock(mu_);
  if (attempt.changed) {
    ++state_.reloads;
    state_.loaded = now;
  }
  // The file is what is in force, even if that came from the last good one.
  state_.from_last_good = false;
  state_.last_problem.clear();
  return attempt;
}

PolicyStore::State PolicyStore::GetState() const {
  MutexLock lock(mu_);
  return state_;
}

}  // namespace pinwarden
