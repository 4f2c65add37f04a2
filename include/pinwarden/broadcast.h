// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_BROADCAST_H_
#define PINWARDEN_BROADCAST_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "pinwarden/mutex.h"
#include "pinwarden/recorder.h"

namespace pinwarden {

// One reader's share of the decisions: a bounded queue of its own. When it is
// full the newest are lost for this reader alone, and it is told how many at
// the point where they are missing. Thread-safe.
class Subscription {
 public:
  using Filter = std::function<bool(const v1::Decision&)>;
  using Item =
      std::variant<DecisionPtr, uint64_t /* lost before what follows */>;

  // `ready` is called, from any thread and with no lock held, when an item can
  // be taken after there was none. It must not block, and a Publish() under way
  // may still call it just after the subscription was let go. `filter` says
  // which decisions are wanted; null: all.
  Subscription(size_t capacity, Filter filter, std::function<void()> ready);

  std::optional<Item> TryNext() ABSL_LOCKS_EXCLUDED(mu_);
  uint64_t lost() const ABSL_LOCKS_EXCLUDED(mu_);  // in all

 private:
  friend class Broadcast;

  // False when it is wanted and lost.
  bool Offer(const DecisionPtr& decision) ABSL_LOCKS_EXCLUDED(mu_);
  void CountLost() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const size_t capacity_;
  const Filter filter_;
  const std::function<void()> ready_;
  mutable Mutex mu_;
  // At most `capacity_`, and a count of lost ones at the end.
  std::deque<Item> items_ ABSL_GUARDED_BY(mu_);
  uint64_t lost_ ABSL_GUARDED_BY(mu_) = 0;
};

// Hands each decision to every subscription. Thread-safe.
class Broadcast {
 public:
  static constexpr size_t kMaxSubscriptions = 64;
  static constexpr size_t kSubscriptionCapacity = 1024;

  // Null when there are kMaxSubscriptions already. The subscription ends when
  // the last pointer to it that is not ours goes.
  std::shared_ptr<Subscription> Subscribe(Subscription::Filter filter,
                                          std::function<void()> ready)
      ABSL_LOCKS_EXCLUDED(mu_);

  void Publish(const DecisionPtr& decision) ABSL_LOCKS_EXCLUDED(mu_);

  size_t subscriptions() const ABSL_LOCKS_EXCLUDED(mu_);
  uint64_t lost() const;  // by all, ended ones too

 private:
  std::atomic<uint64_t> lost_{0};
  mutable Mutex mu_;
  std::vector<std::weak_ptr<Subscription>> subscriptions_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_BROADCAST_H_
