// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_PROCESS_HANDLE_H_
#define PINWARDEN_SRC_DAEMON_PROCESS_HANDLE_H_

#include <sys/types.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden {

// A process that need not be a child of ours, whatever becomes of its number.
// Of Linux 5.3 and later.
class ProcessHandle {
 public:
  ProcessHandle() = default;  // of none, which has ended

  // kNotFound: no such process. kUnimplemented: the kernel is too old.
  static absl::StatusOr<ProcessHandle> Open(pid_t pid);

  bool valid() const { return fd_.valid(); }

  // Whether it has ended, and so closed all its descriptors, within `limit`.
  bool HasEnded(absl::Duration limit) const;

  // False if it has ended.
  bool Signal(int signal) const;

 private:
  explicit ProcessHandle(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_PROCESS_HANDLE_H_
