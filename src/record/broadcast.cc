// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "pinwarden/broadcast.h"

#include <algorithm>
#include <utility>

namespace pinwarden {
namespace {

bool HasEnded(const std::weak_ptr<Subscription>& subscription) {
  return subscription.expired();
}

}  // namespace

Subscription::Subscription(size_t capacity, Filter filter,
                           std::function<void()> ready)
    : capacity_(std::max<size_t>(capacity, 1)),
      filter_(std::move(filter)),
      ready_(std::move(ready)) {}

std::optional<Subscription::Item> Subscription::TryNext() {
  MutexLock lock(mu_);
  if (items_.empty()) return std::nullopt;
  std::optional<Item> item(std::move(items_.front()));
  items_.pop_front();
  return item;
}

uint64_t Subscription::lost() const {
  MutexLock lock(mu_);
  return lost_;
}

bool Subscription::Offer(const DecisionPtr& decision) {
  if (filter_ && !filter_(*decision)) return true;
  bool was_empty = false;
  bool fits = false;
  {
    MutexLock lock(mu_);
    was_empty = items_.empty();
    fits = items_.size() < capacity_;
    if (fits) {
      items_.emplace_back(decision);
    } else {
      ++lost_;
      CountLost();
    }
  }
  if (was_empty && ready_) ready_();
  return fits;
}

void Subscription::CountLost() {
  if (auto* lost = std::get_if<uint64_t>(&items_.back())) {
    ++*lost;
  } else {
    items_.emplace_back(uint64_t{1});
  }
}

std::shared_ptr<Subscription> Broadcast::Subscribe(
    Subscription::Filter filter, std::function<void()> ready) {
  auto subscription = std::make_shared<Subscription>(
      kSubscriptionCapacity, std::move(filter), std::move(ready));
  MutexLock lock(mu_);
  std::erase_if(subscriptions_, HasEnded);
  if (subscriptions_.size() >= kMaxSubscriptions) return nullptr;
  subscriptions_.push_back(subscription);
  return subscription;
}

void Broadcast::Publish(const DecisionPtr& decision) {
  // Offered with no lock held: a subscription's end, filter and `ready` are
  // others' code.
  std::vector<std::shared_ptr<Subscription>> readers;
  {
    MutexLock lock(mu_);
    std::erase_if(subscriptions_, HasEnded);
    readers.reserve(subscriptions_.size());
    for (const auto& subscription : subscriptions_) {
      if (auto reader = subscription.lock()) readers.push_back(reader);
    }
  }
  for (const auto& reader : readers) {
    if (!reader->Offer(decision)) lost_.fetch_add(1, std::memory_order_relaxed);
  }
}

size_t Broadcast::subscriptions() const {
  MutexLock lock(mu_);
  return subscriptions_.size() -
         static_cast<size_t>(std::count_if(subscriptions_.begin(),
                                           subscriptions_.end(), HasEnded));
}

uint64_t Broadcast::lost() const {
  return lost_.load(std::memory_order_relaxed);
}

}  // namespace pinwarden
