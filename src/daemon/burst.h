// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_BURST_H_
#define PINWARDEN_SRC_DAEMON_BURST_H_

#include <algorithm>
#include <chrono>
#include <optional>

namespace pinwarden {

// Makes one of many events that follow each other closely. It is due once
// kQuiet has passed without a further event, and at the latest kLimit after the
// first. A value; the clock is the caller's.
class Burst {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kQuiet{50};
  static constexpr std::chrono::milliseconds kLimit{500};

  void Add(Time now) {
    if (!pending_) first_ = now;
    pending_ = true;
    last_ = now;
  }

  // When to act; nothing when there was no event.
  std::optional<Time> Due() const {
    if (!pending_) return std::nullopt;
    return std::min<Time>(last_ + kQuiet, first_ + kLimit);
  }

  void Clear() { pending_ = false; }

 private:
  bool pending_ = false;
  Time first_{};
  Time last_{};
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_BURST_H_
