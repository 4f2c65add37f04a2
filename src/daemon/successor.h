// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_SUCCESSOR_H_
#define PINWARDEN_SRC_DAEMON_SUCCESSOR_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/handover_channel.h"
#include "daemon/process_handle.h"

namespace pinwarden {

// The environment variable that tells a daemon that it takes over, and through
// which descriptor it talks to the one before it.
inline constexpr char kTakeOverVariable[] = "PINWARDEN_TAKE_OVER";

// The path of the program that runs, wherever an upgrade has put another file
// since; empty if the kernel does not tell. To be asked for at the start.
std::string OwnProgramPath();

// The daemon that is to follow this one. It is our child only until it has made
// a process of its own: a service manager stops in good order only what is its
// child, not ours.
class Successor {
 public:
  // Starts `program` with `argv`, our environment, no signal blocked or
  // ignored, and of our descriptors only the first three and its end of the
  // channel. Safe with other threads running.
  static absl::StatusOr<std::unique_ptr<Successor>> Start(
      const std::string& program, const std::vector<std::string>& argv);

  // It goes on as the process of this id, as it has told through the channel.
  // When this returns it is not our child any more.
  absl::Status Follow(absl::string_view pid);

  // Ends it, unless it has been let go: SIGTERM, after a while SIGKILL.
  ~Successor();

  Successor(const Successor&) = delete;
  Successor& operator=(const Successor&) = delete;

  // Of the process that we started, or of the one that we Follow().
  pid_t pid() const { return pid_; }
  HandoverChannel& channel() { return channel_; }

  // How it ended, as in "ended with exit code 78" or, where that cannot be known
  // any more, "has ended"; empty while it runs, after `limit` for which this
  // waits.
  std::string HowEnded(absl::Duration limit);

  // It is on its own from now on.
  void LetGo() { ours_ = false; }

 private:
  Successor(pid_t pid, HandoverChannel channel);

  void Signal(int signal);

  pid_t pid_;
  ProcessHandle process_;  // of one that we Follow()
  HandoverChannel channel_;
  bool ours_ = true;
  std::string ended_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_SUCCESSOR_H_
