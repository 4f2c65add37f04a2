// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_SUCCESSION_H_
#define PINWARDEN_SRC_DAEMON_SUCCESSION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "daemon/handover.h"
#include "daemon/handover_channel.h"
#include "daemon/service.h"
#include "daemon/successor.h"
#include "pinwarden/daemon.h"

namespace pinwarden {

// This daemon in a line of daemons: it may take over from one that ran before
// it, and hand over to one after it. Both judge for a moment, so there is none
// in which nobody does. docs/upgrades.md has the order of events.
//
// Not thread-safe, but for Request(): it belongs to the main thread.
class Succession {
 public:
  struct Options {
    std::string nri_socket;
    bool started_by_runtime = false;
  };

  // What it has the daemon do, on the main thread but for the first and last.
  struct Duties {
    std::function<bool()> registered;     // whether it is; on any thread
    std::function<void()> leave_runtime;  // returns when hung up
    std::function<void()> let_go_of_sockets;
    std::function<void(absl::string_view why)> end_streams;
    std::function<void()> news;  // call HandOver(); on any thread
  };

  Succession(ProcessStart start, Options options, Duties duties);

  Service& service() { return service_; }

  // --- As the successor of another.

  // The one before us has not left yet: the API's sockets are its own.
  bool taking_over() const { return predecessor_.valid() && !turn_; }

  // The one before us still runs, though it may have left.
  bool has_predecessor() const { return predecessor_.valid(); }
  int predecessor_fd() const { return predecessor_.fd(); }

  // Tell it how we get on. Nothing without one.
  void TellLoaded();
  void TellRegistered();
  void TellFailed(absl::string_view why);
  void TellServing();

  enum class Heard { kNothing, kMain, kLeft, kGone };

  // What it said, when its descriptor was readable. After kLeft, and after a
  // kGone without one, the daemon has to serve the API; after kGone it is the
  // only one.
  Heard Hear();

  // --- As the predecessor of another.

  // A call to hand over. Thread-safe.
  void Request(HandoverDone done);

  // Leaves, if a successor judges: true when nothing is left to do but to end.
  // It takes our end for the end of this object.
  bool HandOver();

  // Ends a handover that has not come to that, and refuses more.
  void Cancel() { handover_.Cancel(); }

 private:
  void LeaveRuntime();
  void AwaitServing(HandoverChannel& channel);

  const Options options_;
  const Duties duties_;
  Service service_;
  HandoverChannel predecessor_;
  const ProcessHandle predecessor_process_;
  bool turn_ = false;
  bool told_registered_ = false;
  std::atomic<bool> busy_;  // predecessor_.valid(), for other threads
  Handover handover_;
  // Until we end, since it goes by the end of the channel.
  std::unique_ptr<Successor> successor_;
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_SUCCESSION_H_
