// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_BOUNDED_QUEUE_H_
#define PINWARDEN_BOUNDED_QUEUE_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "pinwarden/mutex.h"

namespace pinwarden {

// A queue between threads that refuses rather than grows. A producer holds the
// lock for one push and never waits for a consumer. Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  // False, with `value` untouched, when full or closed.
  bool TryPush(T&& value) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(mu_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(value));
    }
    ready_.Signal();
    return true;
  }

  // Waits for an item; nothing once closed and empty.
  std::optional<T> Pop() ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    while (items_.empty() && !closed_) ready_.Wait(mu_);
    return TakeFront();
  }

  // As Pop(), but nothing also when `timeout` passes.
  std::optional<T> PopFor(std::chrono::milliseconds timeout)
      ABSL_LOCKS_EXCLUDED(mu_) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + timeout;
    MutexLock lock(mu_);
    while (items_.empty() && !closed_) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) break;
      ready_.WaitFor(mu_, left);
    }
    return TakeFront();
  }

  // Nothing more goes in; what is in can still be taken out.
  void Close() ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(mu_);
      closed_ = true;
    }
    ready_.SignalAll();
  }

  size_t size() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return items_.size();
  }

 private:
  std::optional<T> TakeFront() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }

  const size_t capacity_;
  mutable Mutex mu_;
  CondVar ready_;
  std::deque<T> items_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace pinwarden

#endif  // PINWARDEN_BOUNDED_QUEUE_H_
