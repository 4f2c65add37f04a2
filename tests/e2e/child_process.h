// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_TESTS_E2E_CHILD_PROCESS_H_
#define PINWARDEN_TESTS_E2E_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pinwarden/unique_fd.h"

namespace pinwarden::e2e {

// A program that a test runs. Its standard input and output are pipes to the
// test; standard error goes to a file. Start it from the test's main thread.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> argv;
    std::string error_path;
    // The kernel kills the child when the test ends, however that happens.
    // Not for one that cleans up by itself at the end of its input.
    bool dies_with_test = true;
  };

  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const Options& options);

  // Closes the child's input and kills it if it still runs after `kPatience`;
  // at once if it dies with the test.
  ~ChildProcess();

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  absl::Status WriteLine(absl::string_view line);

  // The next line of its output without the newline. kDeadlineExceeded, or
  // kUnavailable at the end of the output.
  absl::StatusOr<std::string> ReadLine(absl::Duration limit);

  // All the output there still is.
  absl::StatusOr<std::string> ReadAll(absl::Duration limit);

  void CloseInput() { input_.reset(); }
  void Signal(int signal);

  bool IsRunning() { return !Reap(); }

  // The exit code, or 128 + the signal that ended it; nothing after `limit`.
  std::optional<int> Wait(absl::Duration limit);

  pid_t pid() const { return pid_; }

 private:
  ChildProcess(pid_t pid, UniqueFd input, UniqueFd output, bool dies_with_test);

  bool Reap();
  absl::Status Fill(absl::Time deadline);

  const pid_t pid_;
  const bool dies_with_test_;
  UniqueFd input_;
  UniqueFd output_;
  std::string unread_;
  std::optional<int> exit_code_;
};

}  // namespace pinwarden::e2e

#endif  // PINWARDEN_TESTS_E2E_CHILD_PROCESS_H_
