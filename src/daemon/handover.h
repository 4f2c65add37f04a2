// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#ifndef PINWARDEN_SRC_DAEMON_HANDOVER_H_
#define PINWARDEN_SRC_DAEMON_HANDOVER_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/successor.h"
#include "pinwarden/control_server.h"
#include "pinwarden/mutex.h"
#include "pinwarden/stop_event.h"

namespace pinwarden {

// The first half of a handover, in the old daemon: starts the successor and
// waits, on a thread of its own, until that judges. The second half, leaving,
// is for the main thread, which gets the successor from TakeReady(). One that
// does not get so far is ended, and everything is as if nobody had asked.
// Thread-safe.
class Handover {
 public:
  struct Options {
    std::string program;
    std::vector<std::string> argv;
    // What a successor has to register.
    absl::Duration limit = absl::Seconds(30);
    // How long a call waits for `busy` to end.
    absl::Duration patience = absl::Seconds(10);
  };
  struct Hooks {
    // The runtime asks us about every container. If it does not, there is
    // nothing to lose, and a successor need not be registered either.
    std::function<bool()> registered;
    // We are ourselves still taking over from another one.
    std::function<bool()> busy;
    // TakeReady() has something.
    std::function<void()> ready;
  };

  Handover(Options options, Hooks hooks);
  ~Handover() { Cancel(); }

  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  // `done` gets the answer: kAlreadyExists while a handover is under way,
  // kAborted when the successor does not judge, kUnavailable when cancelled.
  void Start(HandoverDone done) ABSL_LOCKS_EXCLUDED(mu_);

  // The successor that judges now, once.
  std::unique_ptr<Successor> TakeReady() ABSL_LOCKS_EXCLUDED(mu_);

  // To be called when that one could not follow after all: others may try.
  void Reopen() ABSL_LOCKS_EXCLUDED(mu_);

  // Ends what is under way, and refuses what comes after. Only the first call
  // does something.
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  enum class State { kIdle, kRunning, kReady, kCancelled };

  void Run(const HandoverDone& done) ABSL_LOCKS_EXCLUDED(mu_);
  void Become(State state, std::unique_ptr<Successor> ready)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<v1::HandoverResponse> Try(std::unique_ptr<Successor>* result);
  absl::StatusOr<std::string> AwaitJudging(Successor& successor);
  absl::Status AwaitOwnTurn() const;

  const Options options_;
  const Hooks hooks_;
  StopEvent cancel_;
  Mutex mu_;
  State state_ ABSL_GUARDED_BY(mu_) = State::kIdle;
  std::unique_ptr<Successor> ready_ ABSL_GUARDED_BY(mu_);
  std::thread thread_ ABSL_GUARDED_BY(mu_);
};

}  // namespace pinwarden

#endif  // PINWARDEN_SRC_DAEMON_HANDOVER_H_
