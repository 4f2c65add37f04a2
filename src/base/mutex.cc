// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/mutex.h"

namespace pinwarden {

// The unique_locks borrow a mutex that the caller holds and goes on holding.

void CondVar::Wait(Mutex& mu) {
  std::unique_lock<std::mutex> lock(mu.mu_, std::adopt_lock);
  cv_.wait(lock);
  lock.release();
}

bool CondVar::WaitFor(Mutex& mu, std::chrono::milliseconds timeout) {
  std::unique_lock<std::mutex> lock(mu.mu_, std::adopt_lock);
  const std::cv_status status = cv_.wait_for(lock, timeout);
  lock.release();
  return status == std::cv_status::no_timeout;
}

}  // namespace pinwarden
