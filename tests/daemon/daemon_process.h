// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_DAEMON_DAEMON_PROCESS_H_
#define PINWARDEN_TESTS_DAEMON_DAEMON_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "pinwarden/unique_fd.h"

namespace pinwarden::testing {

// One pinwardend as a process of its own, whose log a test reads event by
// event. Nothing waits longer than 30 s.
class DaemonProcess {
 public:
  struct Options {
    std::string program;  // empty: the one that was built
    std::vector<std::string> flags;
    std::vector<std::string> environment;  // "NAME=value"
    UniqueFd inherited;                    // becomes descriptor 3
    bool deaf_stderr = false;              // a full pipe, which nobody reads
  };
  explicit DaemonProcess(Options options);
  ~DaemonProcess();  // kills it, if it still runs

  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // The next log line with this event that no call before has passed; null if
  // it does not come.
  nlohmann::json Await(absl::string_view event);

  void Signal(int signal);
  pid_t pid() const { return pid_; }

  // Waits for its end: the exit code, or minus the signal that killed it.
  int AwaitExit();

  // What it has written to stderr and no Await() has taken. After AwaitExit().
  std::string Rest();

 private:
  std::optional<std::string> NextLine();

  pid_t pid_ = -1;
  UniqueFd stderr_;
  std::string unread_;
};

}  // namespace pinwarden::testing

#endif  // PINWARDEN_TESTS_DAEMON_DAEMON_PROCESS_H_
