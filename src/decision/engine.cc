// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/engine.h"

#include <utility>

#include "pinwarden/decide.h"

namespace pinwarden {

Engine::Engine(std::shared_ptr<const Policy> initial)
    : current_{std::move(initial), 1} {}

uint64_t Engine::Install(std::shared_ptr<const Policy> next) {
  // The old policy may be large: it is freed after the lock is.
  MutexLock lock(mu_);
  current_.policy.swap(next);
  return ++current_.generation;
}

PolicyInForce Engine::Current() const {
  MutexLock lock(mu_);
  return current_;
}

Judgement Engine::Evaluate(const Workload& workload, absl::Time now) const {
  Judgement judgement;
  judgement.under = Current();
  judgement.verdict = Decide(*judgement.under.policy, workload, now);
  return judgement;
}

}  // namespace pinwarden
