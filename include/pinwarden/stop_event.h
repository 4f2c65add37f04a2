// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_STOP_EVENT_H_
#define PINWARDEN_STOP_EVENT_H_

#include "absl/time/time.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// Tells threads that wait in poll() to end. Once set it stays set. Thread-safe.
class StopEvent {
 public:
  StopEvent();

  // Async-signal-safe.
  void Set();

  bool IsSet() const;

  // Readable once set; for poll().
  int fd() const { return fd_.get(); }

  // Waits until set, at most `timeout`; true when set.
  bool WaitFor(absl::Duration timeout) const;

 private:
  UniqueFd fd_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_STOP_EVENT_H_
