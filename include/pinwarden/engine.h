// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_ENGINE_H_
#define PINWARDEN_ENGINE_H_

#include <cstdint>
#include <memory>

#include "absl/time/time.h"
#include "pinwarden/mutex.h"
#include "pinwarden/policy.h"
#include "pinwarden/verdict.h"
#include "pinwarden/workload.h"

namespace pinwarden {

// A policy in force and how many were in force before it, counted from 1.
struct PolicyInForce {
  std::shared_ptr<const Policy> policy;
  uint64_t generation = 0;
};

// A verdict together with the policy that gives it meaning.
struct Judgement {
  Verdict verdict;
  PolicyInForce under;
};

// Holds the policy in force. Policies are immutable once built: Install() swaps
// a pointer under `mu_`, Evaluate() copies that pointer and decides with no
// lock held, so a slow evaluation never delays a reload, and one request sees
// one policy throughout.
class Engine {
 public:
  // An engine always has a policy: there is no state in which nothing is
  // judged.
  explicit Engine(std::shared_ptr<const Policy> initial);

  // Returns the new policy's generation.
  uint64_t Install(std::shared_ptr<const Policy> next) ABSL_LOCKS_EXCLUDED(mu_);

  PolicyInForce Current() const ABSL_LOCKS_EXCLUDED(mu_);

  Judgement Evaluate(const Workload& workload, absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  PolicyInForce current_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_ENGINE_H_
